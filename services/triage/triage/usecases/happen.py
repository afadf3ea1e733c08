"""Something happens on a branch day: the visits' records follow the ledger, and the others are told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from qiantai.contracts.receiver import SUPERVISOR

from triage.domain.changed import changed
from triage.domain.events import Event, SetStatus, Void
from triage.domain.model import Day, Decision
from triage.domain.roster.shifts import away
from triage.domain.rotation.aftermath import may_object
from triage.domain.rotation.explain import Names, explain
from triage.domain.rotation.waits import limit_at
from triage.domain.words import Basis
from triage.usecases import facts
from triage.usecases.alerting import tell_alerts
from triage.usecases.model import VisitRecord
from triage.usecases.ownership import tell_owners
from triage.usecases.ports import LiveDay, UnitOfWork

Doing = tuple[str, str | None]
"""A consultant's status and the visit that engages them."""


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


def happen(live: LiveDay, event: Event, uow: UnitOfWork) -> tuple[Decision, ...]:
    """Let something happen on a live day, save the visits that it decides about, and tell what followed.

    A visit that arrives is added before. Raises a TriageError and changes nothing.
    """
    before = live.day
    decisions = live.advance(event)
    names = uow.roster.names(live.branch) if decisions else Names()
    visits = {visit.id: visit for visit in uow.visits.many([decision.visit for decision in decisions])}
    for decision in decisions:
        visits[decision.visit] = _follow(visits[decision.visit], decision, live, names, event, uow)
    uow.visits.save(list(visits.values()))
    tell_owners(before, live.day, event, decisions, uow)
    tell_alerts(before, live, event, decisions, names, visits, uow)
    _tell_consultants(before, live, uow)
    return decisions


def _follow(
    visit: VisitRecord, decision: Decision, live: LiveDay, names: Names, event: Event, uow: UnitOfWork
) -> VisitRecord:
    """Bring a record in line with a decision and tell it."""
    why = explain(decision, names)
    state = live.day.visit(decision.visit)
    stays = decision.basis is Basis.RECLASSIFIED  # the visitor is where they were
    visit = changed(
        visit,
        to=decision.to,
        consultant=decision.consultant,
        basis=str(decision.basis),
        counted=decision.counted,
        rules=decision.rules,
        why_zh=why.zh,
        why_en=why.en,
        entry=live.seq,
        stage=visit.stage if stays else str(state.stage),
        visit_class=str(state.klass),
        version=visit.version + 1,
        waiting_since=visit.waiting_since if stays else visit.waiting_since or uow.now,
        accepted_at=visit.accepted_at if state.accepted else None,
        objector=may_object(live.day, state),
    )
    if decision.basis is Basis.VOID:
        reason = event.reason if isinstance(event, Void) else ""
        uow.outbox.append(facts.visit_voided(visit, decision, entry=live.seq, reason=reason), version=visit.version)
        return visit
    if decision.to is not None:
        promised = _promised_at(live, decision.visit, uow.now)
        told = facts.visit_assigned(visit, decision, entry=live.seq, at=uow.now, promised_at=promised)
        uow.outbox.append(told, version=visit.version)
    if decision.to == SUPERVISOR:
        visit = changed(visit, version=visit.version + 1)
        uow.outbox.append(facts.supervisor_needed(visit), version=visit.version)
    return visit


def _promised_at(live: LiveDay, visit: str, now: datetime) -> datetime | None:
    due = limit_at(live.day, live.day.visit(visit))
    return None if due is None else now + timedelta(seconds=due - live.at(now))


def _tell_consultants(before: Day | None, live: LiveDay, uow: UnitOfWork) -> None:
    """Tell what every consultant is doing whose state or visitor is another now; without a `before`, of everybody."""
    for consultant in live.day.status if before is None else _concerned(before, live.day):
        status, visit = _doing(live.day, consultant)
        if before is None or consultant not in before.status or _doing(before, consultant) != (status, visit):
            told = facts.consultant_status_changed(live.branch, consultant, status, visit, at=uow.now)
            uow.outbox.append(told, version=live.version)


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
