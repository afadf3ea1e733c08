"""The consultant accepts the visit (policy `accept_within_minutes`)."""

from __future__ import annotations

from triage.domain.events import Accept
from triage.usecases.act import act, in_ledger, must_be_mine
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


def accept_visit(visit: str, uow: UnitOfWork) -> VisitRecord:
    """Let the consultant accept the visit. Raises UnknownVisit, IllegalStage, NotYourVisit, VisitIsOver."""
    record, live = in_ledger(visit, uow)
    must_be_mine(record, uow)
    return act(Accept(at=live.at(uow.now), visit=visit), record, live, uow)
