"""A consultant objects to a move at the limit and names who stands in (T22)."""

from __future__ import annotations

from dataclasses import dataclass

from triage.domain.events import Objects
from triage.usecases.act import act, in_ledger, must_be_mine
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectToMove:
    """Who stands in."""

    visit: str
    stand_in: str


def object_to_move(command: ObjectToMove, uow: UnitOfWork) -> VisitRecord:
    """Let the stand-in receive: the consultant whose visitor reaches the limit, or was moved, keeps visitor and count.

    Raises UnknownVisit, IllegalStage, NotYourVisit, ConsultantNotOnDuty, VisitIsOver.
    """
    record, live = in_ledger(command.visit, uow)
    swaps = (swap for lane in live.day.lanes.values() for swap in lane.swaps)
    if uow.actor.id not in {swap.creditor for swap in swaps if swap.visit == record.id}:
        must_be_mine(record, uow)
    return act(Objects(at=live.at(uow.now), visit=record.id, stand_in=command.stand_in), record, live, uow)
