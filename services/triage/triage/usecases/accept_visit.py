"""The consultant accepts the visit (policy `accept_within_minutes`)."""

from __future__ import annotations

from dataclasses import replace

from qiantai.contracts.triage import WAITING

from triage.domain.errors import VisitAccepted
from triage.domain.events import Accept
from triage.usecases.act import act, in_ledger, last_hand, must_be_mine
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


def accept_visit(visit: str, uow: UnitOfWork) -> VisitRecord:
    """Let the consultant accept the visit.

    Raises UnknownVisit, IllegalStage, NotYourVisit, VisitAccepted, VisitIsOver.
    """
    record, live = in_ledger(visit, uow)
    must_be_mine(record, uow)
    if record.accepted_at is not None and record.stage == WAITING:
        raise VisitAccepted(facts={"visit": visit, **last_hand(record, uow)})
    record = act(Accept(at=live.at(uow.now), visit=visit), record, live, uow)
    if record.accepted_at is None:
        record = replace(record, accepted_at=uow.now, version=record.version + 1)
        uow.visits.save([record])
    return record
