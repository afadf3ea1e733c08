"""What happens to a visit after its registration: each act is one entry in the day's ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qiantai import permissions
from qiantai.contracts.triage import (
    ConsultationFinished,
    ConsultationStarted,
    StandInNoted,
    VisitClassified,
)

from triage.domain.care.stages import STAGES
from triage.domain.errors import (
    IllegalStage,
    NamedBySupervisor,
    NotYourVisit,
    OverrideNeedsReason,
    TriageError,
    VisitIsOver,
)
from triage.domain.events import (
    Accept,
    ChangeConsultant,
    Event,
    Finish,
    Leave,
    Objects,
    OwnerKnown,
    Reclassify,
    ReferrerFound,
    SecondTriage,
    Start,
)
from triage.domain.words import Basis
from triage.usecases.following import happen, live_day
from triage.usecases.go_to_stage import enter
from triage.usecases.history import came_to
from triage.usecases.model import OVER, VisitRecord
from triage.usecases.ports import LiveDay, UnitOfWork
from triage.usecases.records import StandInNote

MakeEvent = Callable[[VisitRecord, int], Event]
"""`(record, seconds since local midnight) -> event of the day`."""

NO_DEAL = "no_deal"


def act(visit: str, make: MakeEvent, uow: UnitOfWork) -> VisitRecord:
    """Let something happen to a visit that is in the ledger; returns its record afterwards.

    Takes the branch-day lock first, then the visit's; a stage that it comes to
    is in its history. Raises UnknownVisit, VisitIsOver, IllegalStage while the
    desk must still ask something, and what the rules refuse.
    """
    record, live = under_lock(visit, uow)
    if record.missing:
        raise IllegalStage("Ask first what is missing, then assign the visit.", facts={"missing": list(record.missing)})
    event = make(record, live.at(uow.now))
    if record.stage in OVER and not isinstance(event, Reclassify):  # a class may be put right afterwards (T7)
        raise VisitIsOver(facts={"visit": record.id, "stage": record.stage})
    outcome = happen(live, event, uow, [record])
    after = outcome.visits[record.id]
    stage = str(live.day.visit(record.id).stage)
    if stage != after.stage and after.stage not in STAGES:
        after = replace(after, stage=stage)
    if after.stage != record.stage:
        came_to(after, uow, note=getattr(event, "note", None), reason=getattr(event, "reason", None))
    return after


def must_be_mine(record: VisitRecord, uow: UnitOfWork) -> None:
    """Raise NotYourVisit unless the visit is assigned to the actor; supervisors act for everybody.

    A visit with a department is any doctor's.
    """
    if permissions.may(uow.actor, "visit.reassign"):
        return
    if record.consultant is None and record.with_department and "doctor" in uow.actor.roles:
        return
    if uow.actor.id != record.consultant and record.to != f"online:{uow.actor.id}":
        raise NotYourVisit(facts={"visit": record.id, "to": record.to})


def under_lock(visit: str, uow: UnitOfWork) -> tuple[VisitRecord, LiveDay]:
    """Return a visit and its day; the day's lock comes first. Raises UnknownVisit."""
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
    glance, live = under_lock(visit, uow)
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

    def begin(record: VisitRecord, at: int) -> Event:
        must_be_mine(record, uow)
        return Start(at=at, visit=record.id)

    record = act(visit, begin, uow)
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

    def end(record: VisitRecord, at: int) -> Event:
        must_be_mine(record, uow)
        if _is_stand_in(record, uow) and not note:
            raise TriageError("A stand-in leaves a note for the owner (T11).", fields={"note": "say what was agreed"})
        return Finish(at=at, visit=record.id, outcome=outcome, reason=reason or "", note=note or "")

    record = act(visit, end, uow)
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
    if note and _is_stand_in(record, uow):
        _leave_note(record, owner, note, uow)
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
    return enter(replace(record, waiting_since=None), "left", uow, known=True)


def accept(visit: str, uow: UnitOfWork) -> VisitRecord:
    """The consultant accepts the visit."""

    def mine(record: VisitRecord, at: int) -> Event:
        must_be_mine(record, uow)
        return Accept(at=at, visit=record.id)

    return decide_again(visit, mine, uow)


def object_to_move(visit: str, stand_in: str, uow: UnitOfWork) -> VisitRecord:
    """The consultant whose visitor reaches the limit, or was moved, names who stands in (T22)."""

    def mine(record: VisitRecord, at: int) -> Event:
        lanes = live_day(record.branch, record.day, uow).day.lanes
        swaps = (swap for lane in lanes.values() for swap in lane.swaps)
        creditors = {swap.creditor for swap in swaps if swap.visit == record.id}
        if uow.actor.id not in creditors:
            must_be_mine(record, uow)
        return Objects(at=at, visit=record.id, stand_in=stand_in)

    return decide_again(visit, mine, uow)


def change_consultant(visit: str, to: str | None, reason: str, uow: UnitOfWork) -> VisitRecord:
    """The customer wishes another consultant: by rotation, or whom the supervisor names (T26)."""
    if to is not None and not permissions.may(uow.actor, "visit.reassign"):
        raise NamedBySupervisor(fields={"to": "leave it out; the rotation or the supervisor names somebody"})
    uow.note(to=to, reason=reason)
    by = uow.actor.id
    return decide_again(visit, lambda r, at: ChangeConsultant(at=at, visit=r.id, to=to, by=by, reason=reason), uow)


def second_triage(
    visit: str, *, treatment: bool, projects: tuple[str, ...], primary: str | None, uow: UnitOfWork
) -> VisitRecord:
    """再分诊: treatment after consultation or the reverse, in the same visit (T25)."""

    def again(record: VisitRecord, at: int) -> Event:
        return SecondTriage(at=at, visit=record.id, treatment=treatment, projects=projects, primary=primary)

    record = act(visit, again, uow)
    record = replace(record, projects=projects or record.projects)
    uow.visits.save([record])
    return record


def _is_stand_in(record: VisitRecord, uow: UnitOfWork) -> bool:
    return live_day(record.branch, record.day, uow).day.visit(record.id).basis is Basis.STAND_IN


def _leave_note(record: VisitRecord, owner: str | None, note: str, uow: UnitOfWork) -> None:
    """Let the owner know what the stand-in agreed (T11)."""
    left = StandInNote(
        visit=record.id,
        branch=record.branch,
        customer=record.customer,
        owner=owner,
        stand_in=_receiver(record),
        note=note,
        written_at=uow.now,
    )
    uow.stand_in_notes.add(left)
    uow.outbox.append(
        StandInNoted(
            branch=left.branch,
            visit=left.visit,
            customer=left.customer,
            owner=owner,
            stand_in=left.stand_in,
            note=note,
            at=uow.now,
        ),
        version=record.version,
    )


def _receiver(record: VisitRecord) -> str:
    return record.consultant or record.to or ""
