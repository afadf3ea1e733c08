"""分诊作废: an assignment no longer counts (T24)."""

from __future__ import annotations

from dataclasses import dataclass

from triage.domain.events import Void
from triage.usecases.act import act, in_ledger
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidVisit:
    """Why the assignment is void."""

    visit: str
    reason: str


def void_visit(command: VoidVisit, uow: UnitOfWork) -> VisitRecord:
    """Take the visit from everybody; a counted one comes back as a credit.

    Raises UnknownVisit, IllegalStage, FinishedConsultation, VisitIsOver.
    """
    uow.note(reason=command.reason)
    record, live = in_ledger(command.visit, uow)
    void = Void(at=live.at(uow.now), visit=record.id, reason=command.reason, by=uow.actor.id)
    return act(void, record, live, uow, reason=command.reason)
