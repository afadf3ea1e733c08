"""The consultation has its outcome (T11)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qiantai.both import Both
from qiantai.contracts.triage import DEAL, NO_DEAL

from triage.domain.errors import NoDealNeedsReason, OwnerNeedsNote
from triage.domain.events import Finish
from triage.domain.words import Basis
from triage.usecases import facts
from triage.usecases.act import act, in_ledger, must_be_mine
from triage.usecases.model import VisitRecord
from triage.usecases.ports import LiveDay, UnitOfWork
from triage.usecases.records import StandInNote


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishVisit:
    """The outcome, deal or no deal, which needs the reason; a stand-in leaves a note."""

    visit: str
    outcome: str
    reason: str | None = None
    note: str | None = None


def finish_visit(command: FinishVisit, uow: UnitOfWork) -> VisitRecord:
    """End the consultation.

    Raises UnknownVisit, IllegalStage, NotYourVisit, VisitIsOver, NoDealNeedsReason, OwnerNeedsNote.
    """
    reason, note = command.reason, command.note
    if command.outcome == NO_DEAL and not reason:
        raise NoDealNeedsReason(fields={"reason": Both("say why there is no deal", "请填写未成交的原因。")})
    record, live = in_ledger(command.visit, uow)
    must_be_mine(record, uow)
    if _is_stand_in(record, live) and not note:
        raise OwnerNeedsNote(fields={"note": Both("say what was agreed", "请写明商定的内容。")})
    end = Finish(at=live.at(uow.now), visit=record.id, outcome=command.outcome, reason=reason or "", note=note or "")
    record = act(end, record, live, uow, note=note, reason=reason)
    record = replace(
        record,
        finished_at=uow.now,
        outcome=command.outcome,
        outcome_reason=reason,
        note=note,
        waiting_since=None,
        version=record.version + 1,
    )
    uow.visits.save([record])
    uow.customers.count(record.customer, record.branch, consultations=1, deals=int(command.outcome == DEAL))
    owner = live.day.owners.get(record.customer)
    if note and _is_stand_in(record, live):
        _leave_note(record, owner, note, uow)
    told = facts.consultation_finished(record, at=uow.now, outcome=command.outcome, owner=owner)
    uow.outbox.append(told, version=record.version)
    return record


def _is_stand_in(record: VisitRecord, live: LiveDay) -> bool:
    return live.day.visit(record.id).basis is Basis.STAND_IN


def _leave_note(record: VisitRecord, owner: str | None, note: str, uow: UnitOfWork) -> None:
    """Let the owner know what the stand-in agreed (T11)."""
    left = StandInNote(
        visit=record.id,
        branch=record.branch,
        customer=record.customer,
        owner=owner,
        stand_in=record.receiver,
        note=note,
        written_at=uow.now,
    )
    uow.stand_in_notes.add(left)
    uow.outbox.append(facts.stand_in_noted(left), version=record.version)
