"""The visitor leaves without a (further) consultation (T27)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qiantai.contracts.triage import LEFT

from triage.domain.events import Leave
from triage.usecases.act import act, in_ledger
from triage.usecases.go_to_stage import enter
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveVisit:
    """Why the visitor leaves."""

    visit: str
    reason: str


def leave_visit(command: LeaveVisit, uow: UnitOfWork) -> VisitRecord:
    """Take the visit off. Raises UnknownVisit, IllegalStage, FinishedConsultation, VisitIsOver."""
    record, live = in_ledger(command.visit, uow)
    leave = Leave(at=live.at(uow.now), visit=record.id, reason=command.reason)
    record = act(leave, record, live, uow, reason=command.reason)
    return enter(replace(record, waiting_since=None), LEFT, uow, known=True)
