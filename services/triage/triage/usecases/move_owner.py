"""Ownership by a supervisor's decision; the performance of later deals moves with it."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.both import Both

from triage.domain.errors import SameOwner, UnknownConsultant
from triage.domain.events import MoveOwner
from triage.usecases.happen import happen, live_day
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import OwnerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCustomer:
    """A customer belongs to another consultant of a branch from now on."""

    customer: str
    branch: str
    to: str
    reason: str


def move_owner(command: MoveCustomer, uow: UnitOfWork) -> OwnerRecord:
    """Make another consultant responsible for a customer, by an entry in the branch day's ledger.

    Raises UnknownCustomer, UnknownConsultant, SameOwner, OverrideNeedsReason.
    """
    live = live_day(command.branch, uow.days.today(command.branch, uow.now), uow)
    before = uow.customers.owner_of(command.customer)
    if command.to not in live.day.setting.consultants:
        raise UnknownConsultant(
            fields={"to": Both("a consultant of this branch's roster", "请选择本门店的咨询医生。")},
            facts={"consultant": command.to},
        )
    if before.consultant == command.to:
        raise SameOwner(fields={"to": Both("name somebody else", "请选择其他人。")}, facts={"owner": command.to})
    uow.note(customer=command.customer, previous=before.consultant, to=command.to, reason=command.reason)
    event = MoveOwner(
        at=live.at(uow.now), customer=command.customer, to=command.to, by=uow.actor.id, reason=command.reason
    )
    happen(live, event, uow)
    return uow.customers.owner_of(command.customer)
