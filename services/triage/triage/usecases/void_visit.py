"""分诊作废: an assignment no longer counts (T24)."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai import permissions
from qiantai.contracts.triage import IN_CONSULTATION

from triage.domain.errors import AcceptedAlready
from triage.domain.events import Void
from triage.usecases.act import act, in_ledger, must_be_mine
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidVisit:
    """Why the assignment is void."""

    visit: str
    reason: str


def void_visit(command: VoidVisit, uow: UnitOfWork) -> VisitRecord:
    """Take the visit from everybody; a counted one comes back as a credit.

    Who does not stand at the desk voids only the own visit, before it is accepted (T42). Raises UnknownVisit,
    NotYourVisit, AcceptedAlready, IllegalStage, FinishedConsultation, VisitIsOver.
    """
    uow.note(reason=command.reason)
    record, live = in_ledger(command.visit, uow)
    if not permissions.may(uow.actor, "visit.register"):  # who stands at the desk
        must_be_mine(record, uow)
        if live.day.visit(record.id).accepted or record.stage == IN_CONSULTATION:
            raise AcceptedAlready(facts={"visit": record.id, "stage": record.stage})
    void = Void(at=live.at(uow.now), visit=record.id, reason=command.reason, by=uow.actor.id)
    return act(void, record, live, uow, reason=command.reason)
