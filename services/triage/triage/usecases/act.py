"""What every act on a visit has in common: the locks, whose visit it is, and the history of its stages."""

from __future__ import annotations

from dataclasses import replace

from qiantai import permissions
from qiantai.actors import Actor
from qiantai.both import Both
from qiantai.contracts.receiver import DEPARTMENT, ONLINE, Receiver
from qiantai.contracts.triage import REGISTERED
from qiantai.errors import Stale

from triage.domain.care.stages import STAGES
from triage.domain.errors import FinishedConsultation, IllegalStage, NotYourVisit, VisitIsOver
from triage.domain.events import Event, Reclassify
from triage.domain.rotation.possible import must_be_possible
from triage.domain.words import Basis, Stage
from triage.usecases.happen import happen, live_day
from triage.usecases.history import came_to
from triage.usecases.model import OVER, VisitRecord
from triage.usecases.ports import LiveDay, UnitOfWork


def under_lock(visit: str, uow: UnitOfWork) -> tuple[VisitRecord, LiveDay]:
    """Return a visit and its day; the day's lock comes first. Raises UnknownVisit."""
    glance = uow.visits.get(visit)
    live = live_day(glance.branch, glance.day, uow)
    return uow.visits.lock(visit), live


def in_ledger(visit: str, uow: UnitOfWork) -> tuple[VisitRecord, LiveDay]:
    """Return a visit that is in the ledger, and its day, both locked.

    Raises UnknownVisit, IllegalStage while the desk must still ask something.
    """
    record, live = under_lock(visit, uow)
    if record.missing:
        raise IllegalStage(
            Both("Ask first what is missing, then assign the visit.", "请先问清缺少的内容，再分诊。"),
            facts={"missing": list(record.missing)},
        )
    return record, live


def as_seen(visit: str, version: int | None, uow: UnitOfWork) -> None:
    """Raise Stale, with who was quicker, unless the visit is as the asker saw it; None is not said."""
    if version is None:
        return
    record, _ = under_lock(visit, uow)
    if record.version != version:
        now = {"version": record.version, "stage": record.stage, "to": record.to}
        raise Stale(facts={**now, **last_hand(record, uow)})


def last_hand(record: VisitRecord, uow: UnitOfWork) -> dict[str, object]:
    """Return by whom and when something last became of a visit: whoever comes second is told."""
    hands = [(one.begun_at, one.by) for one in uow.passages.of(record.id)[-1:]]
    decided = uow.days.last_hand(record.branch, record.day, record.id)
    if decided is not None:
        hands.append(decided)
    at, by = max(hands)
    return {"by": by, "at": at.isoformat()}


def ledger_stage(record: VisitRecord) -> Stage:
    """Return the stage of a visit as far as the rotation cares; what the desk lets follow comes after it."""
    if record.basis == Basis.VOID:
        return Stage.VOID
    if record.stage == REGISTERED:
        return Stage.WAITING
    return Stage(record.stage) if record.stage in set(Stage) else Stage.FINISHED


def must_be_mine(record: VisitRecord, uow: UnitOfWork) -> None:
    """Raise NotYourVisit unless the visit is assigned to the actor; supervisors act for everybody.

    A visit with a department is any doctor's.
    """
    if not is_mine(record, uow.actor):
        raise NotYourVisit(facts={"visit": record.id, "to": record.to, **last_hand(record, uow)})


def is_mine(record: VisitRecord, actor: Actor) -> bool:
    """Say whether the visit is this person's to receive."""
    if permissions.may(actor, "visit.reassign"):
        return True
    if record.consultant is None and record.with_department and "doctor" in actor.roles:
        return True
    return actor.id == record.consultant or record.to == Receiver(ONLINE, actor.id).text


def receivers_of(actor: Actor) -> list[str]:
    """Return whom a visit went to that is this person's own to receive."""
    departments = [f"{DEPARTMENT}:"] if "doctor" in actor.roles else []
    return [actor.id, Receiver(ONLINE, actor.id).text, *departments]


def act(
    event: Event,
    record: VisitRecord,
    live: LiveDay,
    uow: UnitOfWork,
    *,
    note: str | None = None,
    reason: str | None = None,
) -> VisitRecord:
    """Let something happen to a visit; returns its record afterwards, with a new stage in its history.

    Raises VisitIsOver, and what the rules refuse.
    """
    if record.stage in OVER and not isinstance(event, Reclassify):  # a class may be put right afterwards (T7)
        raise VisitIsOver(facts={"visit": record.id, "stage": record.stage, **last_hand(record, uow)})
    try:
        must_be_possible(type(event), ledger_stage(record), {"visit": record.id, "stage": record.stage})
        happen(live, event, uow)
    except (IllegalStage, FinishedConsultation) as refused:
        refused.facts.update(last_hand(record, uow))
        raise
    after = uow.visits.lock(record.id)
    stage = str(live.day.visit(record.id).stage)
    if stage != after.stage and after.stage not in STAGES:
        after = replace(after, stage=stage)
        uow.visits.save([after])
    if after.stage != record.stage:
        came_to(after, uow, note=note, reason=reason)
    return after
