"""What happens to a visit after its registration: each act is one entry in the day's ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from qiantai.contracts.triage import (
    ConsultationFinished,
    ConsultationStarted,
    VisitClassified,
    VisitStageChanged,
)

from triage.domain.errors import IllegalStage, OverrideNeedsReason, TriageError
from triage.domain.events import Arrive, Event, Finish, Leave, OwnerKnown, ReferrerFound, Start
from triage.domain.words import VisitClass
from triage.usecases.following import happen, live_day
from triage.usecases.model import VisitRecord
from triage.usecases.ports import LiveDay, UnitOfWork

MakeEvent = Callable[[VisitRecord, int], Event]
"""`(record, seconds since local midnight) -> event of the day`."""

STAGES = ("examination", "diagnosis", "treatment_plan", "payment", "treatment", "after_care", "leaving")
"""Stages after the consultation, in their usual order; a visit may leave some out."""

NO_DEAL = "no_deal"


def act(visit: str, make: MakeEvent, uow: UnitOfWork) -> VisitRecord:
    """Let something happen to a visit that is in the ledger; returns its record afterwards.

    Takes the branch-day lock first, then the visit's. Raises UnknownVisit,
    IllegalStage while the desk must still ask something, and what the rules refuse.
    """
    record, live = _under_lock(visit, uow)
    if record.missing:
        raise IllegalStage("Ask first what is missing, then assign the visit.", facts={"missing": list(record.missing)})
    outcome = happen(live, make(record, live.at(uow.now)), uow, [record])
    after = outcome.visits[record.id]
    stage = str(live.day.visit(record.id).stage)
    if stage != after.stage and after.stage not in STAGES:
        after = replace(after, stage=stage)
    return after


def _under_lock(visit: str, uow: UnitOfWork) -> tuple[VisitRecord, LiveDay]:
    glance = uow.visits.get(visit)
    live = live_day(glance.branch, glance.day, uow)
    return uow.visits.lock(visit), live


def decide_again(visit: str, make: MakeEvent, uow: UnitOfWork) -> VisitRecord:
    """Void, retriage, change, referrer found …: an act whose decisions say everything."""
    record = act(visit, make, uow)
    uow.visits.save([record])
    return record


def referrer_found(visit: str, referrer: str, uow: UnitOfWork) -> VisitRecord:
    """The existing customer who referred the visitor is found only now (T12)."""
    glance, live = _under_lock(visit, uow)
    known = uow.customers.know(
        glance.customer,
        branch=glance.branch,
        day=glance.day,
        appointment=glance.appointment,
        referrer=referrer,
        now=uow.now,
    )
    owner = known.referrer_owner
    if owner in live.day.setting.consultants and owner and live.day.owners.get(referrer) != owner:
        happen(live, OwnerKnown(at=live.at(uow.now), customer=referrer, owner=owner), uow)
    record = act(visit, lambda r, at: ReferrerFound(at=at, visit=r.id, referrer=referrer), uow)
    record = replace(record, referrer=referrer)
    uow.visits.save([record])
    return record


def reclassify(visit: str, make: MakeEvent, reason: str, uow: UnitOfWork) -> VisitRecord:
    """The class is changed afterwards (T6, T7)."""
    record = act(visit, make, uow)
    klass = str(live_day(record.branch, record.day, uow).day.visit(visit).klass)
    record = replace(record, visit_class=klass, version=record.version + 1)
    uow.visits.save([record])
    uow.outbox.append(
        VisitClassified(
            branch=record.branch,
            visit=record.id,
            customer=record.customer,
            visit_class=klass,
            projects=record.projects,
            override_reason=reason,
        ),
        version=record.version,
    )
    return record


def start(visit: str, uow: UnitOfWork) -> VisitRecord:
    """The consultant receives the visitor; the waiting clock stops, a new customer gets an owner."""
    record = act(visit, lambda r, at: Start(at=at, visit=r.id), uow)
    waited = int((uow.now - (record.waiting_since or record.arrived_at)).total_seconds())
    record = replace(record, started_at=uow.now, waiting_since=None, version=record.version + 1)
    uow.visits.save([record])
    uow.outbox.append(
        ConsultationStarted(
            branch=record.branch,
            visit=record.id,
            customer=record.customer,
            consultant=_receiver(record),
            started_at=uow.now,
            waited_seconds=max(0, waited),
        ),
        version=record.version,
    )
    return record


def finish(visit: str, *, outcome: str, reason: str | None, note: str | None, uow: UnitOfWork) -> VisitRecord:
    """The consultation has its outcome; no deal needs a reason.

    A stand-in must leave a note (T11).
    """
    if outcome == NO_DEAL and not reason:
        raise OverrideNeedsReason("Without a deal the reason is needed.", fields={"reason": "say why there is no deal"})
    glance = uow.visits.get(visit)
    if glance.basis == "stand_in" and not note:
        raise TriageError("A stand-in leaves a note for the owner (T11).", fields={"note": "say what was agreed"})
    record = act(
        visit, lambda r, at: Finish(at=at, visit=r.id, outcome=outcome, reason=reason or "", note=note or ""), uow
    )
    record = replace(
        record,
        finished_at=uow.now,
        outcome=outcome,
        outcome_reason=reason,
        note=note,
        waiting_since=None,
        version=record.version + 1,
    )
    uow.visits.save([record])
    uow.customers.count(record.customer, record.branch, consultations=1, deals=int(outcome == "deal"))
    owner = live_day(record.branch, record.day, uow).day.owners.get(record.customer)
    uow.outbox.append(
        ConsultationFinished(
            branch=record.branch,
            visit=record.id,
            customer=record.customer,
            visit_class=record.visit_class,
            consultant=_receiver(record),
            outcome=outcome,
            projects=record.projects,
            finished_at=uow.now,
            no_deal_reason=reason if outcome == NO_DEAL else None,
            owner=owner,
        ),
        version=record.version,
    )
    return record


def leave(visit: str, *, reason: str, uow: UnitOfWork) -> VisitRecord:
    """The visitor leaves without a consultation."""
    record = act(visit, lambda r, at: Leave(at=at, visit=r.id, reason=reason), uow)
    return _to_stage(replace(record, waiting_since=None), "left", uow.now, uow)


def go_to_stage(visit: str, stage: str, uow: UnitOfWork) -> VisitRecord:
    """A finished consultation goes on to payment, treatment, leaving (陪同离院)."""
    record = uow.visits.lock(visit)
    if record.finished_at is None and record.basis != "department":
        raise IllegalStage("Finish the consultation first.", facts={"stage": record.stage})
    if record.stage == "leaving":
        raise IllegalStage("The visitor has left.", facts={"stage": record.stage})
    return _to_stage(record, stage, uow.now, uow)


def _to_stage(record: VisitRecord, stage: str, now: datetime, uow: UnitOfWork) -> VisitRecord:
    record = replace(record, stage=stage, version=record.version + 1)
    uow.visits.save([record])
    uow.outbox.append(
        VisitStageChanged(branch=record.branch, visit=record.id, customer=record.customer, stage=stage, at=now),
        version=record.version,
    )
    return record


def triage_visit(
    visit: str,
    *,
    projects: tuple[str, ...],
    primary: str | None,
    visit_class: str | None,
    reason: str,
    soon: tuple[str, ...],
    absent: tuple[str, ...],
    uow: UnitOfWork,
) -> VisitRecord:
    """Assign a registered visit whose missing answers the desk now has (T6, T8)."""
    record, live = _under_lock(visit, uow)
    if not record.missing:
        raise IllegalStage("This visit is assigned already.", facts={"stage": record.stage})
    chosen = visit_class or record.visit_class
    if chosen != record.proposed_class and not reason:
        raise OverrideNeedsReason(fields={"reason": "say why the class is another"})
    record = replace(record, projects=projects, missing=(), visit_class=chosen, version=record.version + 1)
    uow.note(proposed=record.proposed_class, chosen=chosen, reason=reason)
    uow.outbox.append(
        VisitClassified(
            branch=record.branch,
            visit=record.id,
            customer=record.customer,
            visit_class=chosen,
            projects=projects,
            override_reason=reason or None,
        ),
        version=record.version,
    )
    known = uow.customers.know(
        record.customer,
        branch=record.branch,
        day=record.day,
        appointment=record.appointment,
        referrer=record.referrer,
        now=uow.now,
    )
    owner = known.owner if known.owner in live.day.setting.consultants else None
    arrival = Arrive(
        at=live.at(uow.now),
        visit=record.id,
        customer=record.customer,
        klass=VisitClass(chosen),
        projects=projects,
        primary=primary or projects[0],
        referrer=record.referrer,
        owner=owner,
        online_consultant=record.online_consultant,
        soon=frozenset(soon),
        absent=frozenset(absent),
    )
    outcome = happen(live, arrival, uow, [record])
    record = outcome.visits[record.id]
    uow.visits.save([record])
    return record


def _receiver(record: VisitRecord) -> str:
    return record.consultant or record.to or ""
