"""What follows from an entry in the ledger: the visits' records and the facts that the others are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from qiantai.contracts.triage import (
    ConsultantStatusChanged,
    PassedOver,
    SupervisorNeeded,
    VisitAssigned,
    VisitVoided,
)

from triage.domain.events import Event, SetStatus, Void
from triage.domain.model import Day, Decision
from triage.domain.roster.shifts import away
from triage.domain.rotation.explain import Names, explain
from triage.domain.words import SUPERVISOR, Basis
from triage.usecases.alerting import tell_alerts
from triage.usecases.model import VisitRecord
from triage.usecases.ownership import tell_owners
from triage.usecases.ports import LiveDay, UnitOfWork

Doing = tuple[str, str | None]
"""A consultant's status and the visit that engages them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one happening decided, and the records that it changed, by visit."""

    decisions: tuple[Decision, ...]
    visits: Mapping[str, VisitRecord]


def live_day(branch: str, date: date, uow: UnitOfWork) -> LiveDay:
    """Return a branch day under its lock; the first one to use it opens it and tells who is on duty."""
    live = uow.days.lock(branch, date)
    if live.fresh:
        live.fresh = False
        _tell_consultants(None, live, uow)
        _send_home(live, uow)
    return live


def _send_home(live: LiveDay, uow: UnitOfWork) -> None:
    """Say of whoever has no shift today whether that is a day off or a leave."""
    home = away(live.day.setting.consultants, uow.shifts.of_day(live.branch, live.date))
    for staff, status in home.items():
        if live.day.status[staff] != status:
            happen(live, SetStatus(at=live.at(uow.now), consultant=staff, status=status), uow)


def happen(live: LiveDay, event: Event, uow: UnitOfWork, records: Sequence[VisitRecord] = ()) -> Outcome:
    """Let something happen on a live day and tell what followed.

    `records` are the visits that the caller holds already; others that the
    decisions touch (waits that were due) are loaded and saved here. The
    caller saves its own.
    """
    before = live.day
    decisions = live.advance(event)
    held = {record.id: record for record in records}
    others = {record.id: record for record in uow.visits.many([d.visit for d in decisions if d.visit not in held])}
    known = {**held, **others}
    names = uow.roster.names(live.branch) if decisions else Names()
    for decision in decisions:
        known[decision.visit] = _told(known[decision.visit], decision, live, names, event, uow)
    uow.visits.save([known[id_] for id_ in others])
    tell_owners(before, live.day, event, decisions, uow)
    tell_alerts(before, live, event, decisions, names, known, uow)
    _tell_consultants(before, live, uow)
    return Outcome(decisions=decisions, visits=known)


def _told(
    record: VisitRecord, decision: Decision, live: LiveDay, names: Names, event: Event, uow: UnitOfWork
) -> VisitRecord:
    """Bring a record in line with a decision and tell it."""
    why = explain(decision, names)
    visit = live.day.visit(decision.visit)
    stays = decision.basis is Basis.RECLASSIFIED  # the visitor is where they were
    record = replace(
        record,
        to=decision.to,
        consultant=decision.consultant,
        basis=str(decision.basis),
        counted=decision.counted,
        rules=decision.rules,
        why_zh=why.zh,
        why_en=why.en,
        entry=live.seq,
        stage=record.stage if stays else str(visit.stage),
        visit_class=str(visit.klass),
        version=record.version + 1,
        waiting_since=record.waiting_since if stays else record.waiting_since or uow.now,
    )
    released = decision.released.consultant if decision.released else None
    if decision.basis is Basis.VOID:
        reason = event.reason if isinstance(event, Void) else ""
        uow.outbox.append(
            VisitVoided(
                branch=record.branch,
                visit=record.id,
                customer=record.customer,
                released=released,
                reason=reason,
                entry=live.seq,
            ),
            version=record.version,
        )
        return record
    if decision.to is not None:
        uow.outbox.append(_assigned(record, decision, live.seq, released, uow.now), version=record.version)
    if decision.to == SUPERVISOR:
        record = replace(record, version=record.version + 1)
        uow.outbox.append(
            SupervisorNeeded(
                branch=record.branch,
                visit=record.id,
                customer=record.customer,
                rules=decision.rules,
                why_zh=why.zh,
                why_en=why.en,
            ),
            version=record.version,
        )
    return record


def _assigned(
    record: VisitRecord, decision: Decision, entry: int, released: str | None, now: datetime
) -> VisitAssigned:
    return VisitAssigned(
        branch=record.branch,
        visit=record.id,
        customer=record.customer,
        to=decision.to or "",
        basis=str(decision.basis),
        counted=decision.counted,
        passed=tuple(
            PassedOver(consultant=p.consultant, reason=str(p.reason), credit=p.credit) for p in decision.passed
        ),
        rules=decision.rules,
        why_zh=record.why_zh,
        why_en=record.why_en,
        entry=entry,
        decided_at=now,
        deciding_project=decision.project,
        arrived_at=record.arrived_at,
        scan=record.scan,
        released=released,
    )


def _tell_consultants(before: Day | None, live: LiveDay, uow: UnitOfWork) -> None:
    """Tell what every consultant is doing whose state or visitor is another now; without a `before`, of everybody."""
    for consultant in live.day.status if before is None else _concerned(before, live.day):
        status, visit = _doing(live.day, consultant)
        if before is None or consultant not in before.status or _doing(before, consultant) != (status, visit):
            uow.outbox.append(
                ConsultantStatusChanged(
                    branch=live.branch, consultant=consultant, status=status, engaged_visit=visit, at=uow.now
                ),
                version=live.version,
            )


def _concerned(before: Day, after: Day) -> list[str]:
    """Return, in the order of the day's people, whose status or visits one step has touched."""
    if before.active is after.active and before.status is after.status:
        return []
    touched = {visit.consultant for id_, visit in before.active.items() if after.active.get(id_) is not visit}
    touched |= {visit.consultant for id_, visit in after.active.items() if before.active.get(id_) is not visit}
    same = before.status is after.status
    return [c for c, status in after.status.items() if c in touched or (not same and before.status.get(c) != status)]


def _doing(day: Day, consultant: str) -> Doing:
    return str(day.status[consultant]), day.visit_with(consultant)
