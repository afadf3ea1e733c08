"""The class is changed afterwards (T6, T7)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triage.domain.events import Reclassify
from triage.domain.words import VisitClass
from triage.usecases import facts
from triage.usecases.act import act, in_ledger
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ReclassifyVisit:
    """The new class, and why."""

    visit: str
    visit_class: str
    reason: str


def reclassify_visit(command: ReclassifyVisit, uow: UnitOfWork) -> VisitRecord:
    """Give the visit another class; the visitor stays where they are. Raises UnknownVisit, IllegalStage."""
    uow.note(visit_class=command.visit_class, reason=command.reason)
    record, live = in_ledger(command.visit, uow)
    change = Reclassify(
        at=live.at(uow.now),
        visit=record.id,
        klass=VisitClass(command.visit_class),
        reason=command.reason,
        by=uow.actor.id,
    )
    record = act(change, record, live, uow, reason=command.reason)
    klass = str(live.day.visit(record.id).klass)
    record = replace(record, visit_class=klass, version=record.version + 1)
    uow.visits.save([record])
    uow.outbox.append(facts.visit_classified(record, command.reason), version=record.version)
    return record
