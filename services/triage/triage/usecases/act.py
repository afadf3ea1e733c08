"""What every act on a visit has in common: the locks, whose visit it is, and the history of its stages."""

from __future__ import annotations

from dataclasses import replace

from qiantai import permissions
from qiantai.actors import Actor
from qiantai.both import Both
from qiantai.contracts.receiver import ONLINE, Receiver

from triage.domain.care.stages import STAGES
from triage.domain.errors import IllegalStage, NotYourVisit, VisitIsOver
from triage.domain.events import Event, Reclassify
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


def must_be_mine(record: VisitRecord, uow: UnitOfWork) -> None:
    """Raise NotYourVisit unless the visit is assigned to the actor; supervisors act for everybody.

    A visit with a department is any doctor's.
    """
    if not is_mine(record, uow.actor):
        raise NotYourVisit(facts={"visit": record.id, "to": record.to})


def is_mine(record: VisitRecord, actor: Actor) -> bool:
    """Say whether the visit is this person's to receive."""
    if permissions.may(actor, "visit.reassign"):
        return True
    if record.consultant is None and record.with_department and "doctor" in actor.roles:
        return True
    return actor.id == record.consultant or record.to == Receiver(ONLINE, actor.id).text


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
        raise VisitIsOver(facts={"visit": record.id, "stage": record.stage})
    happen(live, event, uow)
    after = uow.visits.lock(record.id)
    stage = str(live.day.visit(record.id).stage)
    if stage != after.stage and after.stage not in STAGES:
        after = replace(after, stage=stage)
        uow.visits.save([after])
    if after.stage != record.stage:
        came_to(after, uow, note=note, reason=reason)
    return after
