"""A visit that waits for an answer is assigned as soon as the desk has it (T6, T8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qiantai.both import Both
from qiantai.contracts.receiver import ONLINE
from qiantai.staff import refuse_stranger

from triage.domain.errors import WHY_ANOTHER_CLASS, IllegalStage, OverrideNeedsReason, VisitIsOver
from triage.usecases import facts
from triage.usecases.act import last_hand, under_lock
from triage.usecases.arrival import let_arrive, with_answers, without_slip_for_something_else
from triage.usecases.history import came_to
from triage.usecases.model import OVER, Arriving, Said, VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageVisit:
    """What the desk was still to ask; what is not said again stays as it was said at the registration."""

    visit: str
    said: Said


def triage_visit(command: TriageVisit, uow: UnitOfWork) -> VisitRecord:
    """Assign a registered visit as it would have been at once, had everything been said then.

    Raises UnknownVisit, IllegalStage, VisitIsOver, NotOfTheStaff, OverrideNeedsReason, and what the rules refuse.
    """
    record, _ = under_lock(command.visit, uow)
    if record.stage in OVER:
        raise VisitIsOver(facts={"visit": record.id, "stage": record.stage, **last_hand(record, uow)})
    if not record.missing:
        now = {"visit": record.id, "stage": record.stage, "to": record.to}
        raise IllegalStage(
            Both("This visit is assigned already.", "这次到院已分诊。"), facts={**now, **last_hand(record, uow)}
        )
    said, before = command.said, record.said
    chosen = said.visit_class or record.visit_class
    reason = said.override_reason or (before.override_reason if chosen == record.visit_class else None)
    if chosen != record.proposed_class and not reason:
        raise OverrideNeedsReason(fields={"reason": WHY_ANOTHER_CLASS})
    refuse_stranger(said.online_consultant, record.branch, uow, field="online_consultant", role=ONLINE)
    known = uow.customers.know(
        Arriving(
            customer=record.customer,
            branch=record.branch,
            day=record.day,
            appointment=said.appointment or record.appointment,
            referrer=said.referrer or record.referrer,
            now=uow.now,
        )
    )
    known = without_slip_for_something_else(known, before.and_then(said), record.arrived_at)
    if record.appointment is not None and known.appointment is None:
        record = replace(record, appointment=None, online_consultant=before.online_consultant)
    record = with_answers(replace(record, missing=(), visit_class=chosen, version=record.version + 1), said, known)
    uow.note(proposed=record.proposed_class, chosen=chosen, reason=reason or "")
    uow.visits.save([record])
    uow.outbox.append(facts.visit_classified(record, reason, answered=True), version=record.version)
    record = let_arrive(record, known, uow)
    came_to(record, uow, reason=reason)
    return record
