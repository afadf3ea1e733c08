"""改派: the supervisor names who receives (T11, T21, T23, T27)."""

from __future__ import annotations

from dataclasses import dataclass

from triage.domain.events import SupervisorNames
from triage.usecases.act import act, in_ledger
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignVisit:
    """Who receives, and why; `credit` for whoever loses a counted visit, `owns`: the customer is theirs from now on."""

    visit: str
    to: str
    reason: str
    credit: bool = False
    owns: bool = False


def reassign_visit(command: ReassignVisit, uow: UnitOfWork) -> VisitRecord:
    """Give the visit to whom the supervisor names.

    Raises UnknownVisit, IllegalStage, ConsultantNotOnDuty, VisitIsOver.
    """
    uow.note(to=command.to, reason=command.reason, credit=command.credit, owns=command.owns)
    record, live = in_ledger(command.visit, uow)
    names = SupervisorNames(
        at=live.at(uow.now),
        visit=record.id,
        by=uow.actor.id,
        to=command.to,
        reason=command.reason,
        credit=command.credit,
        owns=command.owns,
    )
    return act(names, record, live, uow, reason=command.reason)
