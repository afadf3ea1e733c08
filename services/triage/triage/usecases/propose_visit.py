"""What an arrival would get: the proposed class and the decision, before anything is saved (T6)."""

from __future__ import annotations

from triage.domain.model import Decision
from triage.usecases.arrival import would_arrive
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork
from triage.usecases.register_visit import RegisterVisit, classified


def propose_visit(command: RegisterVisit, uow: UnitOfWork) -> tuple[VisitRecord, Decision | None]:
    """Return the visit as it would be registered, and whom it would get where that can be decided; changes nothing."""
    record, known = classified(command, uow)
    return record, None if record.missing else would_arrive(record, known, uow)
