"""Using a session of a paid item, 核销 (B9)."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.branches import open_branch
from qiantai.ids import new_id
from qiantai.staff import refuse_stranger

from billing.domain.item import Session, Use, use
from billing.usecases import facts
from billing.usecases.known import visit_of
from billing.usecases.ports import UnitOfWork
from billing.usecases.quicker import who_used


@dataclass(frozen=True, slots=True, kw_only=True)
class UseItem:
    """One session of an item has been done; `performer` is the staff id of who did it."""

    item: str
    branch: str
    visit: str | None = None
    performer: str | None = None
    note: str | None = None


def use_item(command: UseItem, uow: UnitOfWork) -> Use:
    """Take one session from an item and tell the others.

    Raises UnknownItem, UnknownBranch, BranchClosed, NotOfTheStaff, NothingLeft, ItemOfAnotherBranch, UnknownVisit,
    VisitOfSomebodyElse.
    """
    item = uow.items.lock(command.item)  # two desks must not use the last session twice
    open_branch(command.branch, uow)
    refuse_stranger(command.performer, command.branch, uow, field="performer")
    visit_of(command.visit, item.customer, command.branch, uow)
    department = uow.projects.get([item.project])[item.project].department
    session = Session(
        id=new_id(),
        branch=command.branch,
        visit=command.visit,
        department=department,
        performer=command.performer,
        note=command.note,
    )
    with who_used(item.id, uow):
        after, done = use(item, session, at=uow.now, by=uow.actor.id)
    uow.items.save_use(after, done)
    uow.outbox.append(facts.treatment_item_used(after, done), version=after.version)
    uow.note(left=done.left, performer=done.performer)
    return done
