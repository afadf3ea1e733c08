"""老带新: the existing customer who referred the visitor is found only now (T12)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triage.domain.events import ReferrerFound
from triage.usecases.act import act, in_ledger
from triage.usecases.happen import happen
from triage.usecases.model import Arriving, VisitRecord
from triage.usecases.ownership import owners_to_learn
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NameReferrer:
    """Who referred the visitor."""

    visit: str
    referrer: str


def name_referrer(command: NameReferrer, uow: UnitOfWork) -> VisitRecord:
    """Let the referrer's owner receive, if on duty; the day learns first whose customer the referrer is.

    Raises UnknownVisit, IllegalStage, VisitIsOver.
    """
    record, live = in_ledger(command.visit, uow)
    known = uow.customers.know(
        Arriving(
            customer=record.customer,
            branch=record.branch,
            day=record.day,
            appointment=record.appointment,
            referrer=command.referrer,
            now=uow.now,
        )
    )
    for event in owners_to_learn([(command.referrer, known.referrer_owner)], live, uow):
        happen(live, event, uow)
    found = ReferrerFound(at=live.at(uow.now), visit=record.id, referrer=command.referrer)
    record = replace(act(found, record, live, uow), referrer=command.referrer)
    uow.visits.save([record])
    return record
