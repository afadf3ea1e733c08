"""A void visit is decided anew (T24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.domain.events import Retriage
from triage.usecases.act import act, in_ledger
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RetriageVisit:
    """New answers of the consultants; None keeps the earlier ones."""

    visit: str
    soon: Sequence[str] | None = None
    absent: Sequence[str] | None = None
    stand_in: str | None = None


def retriage_visit(command: RetriageVisit, uow: UnitOfWork) -> VisitRecord:
    """Decide a void visit anew. Raises UnknownVisit, IllegalStage, UnknownConsultant, VisitIsOver."""
    record, live = in_ledger(command.visit, uow)
    anew = Retriage(
        at=live.at(uow.now),
        visit=record.id,
        soon=None if command.soon is None else frozenset(command.soon),
        absent=None if command.absent is None else frozenset(command.absent),
        stand_in=command.stand_in,
    )
    return act(anew, record, live, uow)
