"""The consultant receives the visitor (T11, T22)."""

from __future__ import annotations

from dataclasses import replace

from triage.domain.events import Start
from triage.usecases import facts
from triage.usecases.act import act, in_ledger, must_be_mine
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


def start_visit(visit: str, uow: UnitOfWork) -> VisitRecord:
    """Begin the consultation: the waiting clock stops, a new customer gets an owner.

    Raises UnknownVisit, IllegalStage, NotYourVisit, VisitIsOver.
    """
    record, live = in_ledger(visit, uow)
    must_be_mine(record, uow)
    record = act(Start(at=live.at(uow.now), visit=visit), record, live, uow)
    waited = int((uow.now - (record.waiting_since or record.arrived_at)).total_seconds())
    record = replace(record, started_at=uow.now, waiting_since=None, version=record.version + 1)
    uow.visits.save([record])
    told = facts.consultation_started(record, at=uow.now, waited_seconds=max(0, waited))
    uow.outbox.append(told, version=record.version)
    return record
