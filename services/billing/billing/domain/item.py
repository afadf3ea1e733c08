"""Items paid and not used 已付费未使用, and their use 核销 (B9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from qiantai.both import Both
from qiantai.ids import Id

from billing.domain.catalogue import IN_SESSIONS
from billing.domain.charge import Charge
from billing.domain.errors import ItemOfAnotherBranch, NothingLeft


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """So many paid sessions of a project; `line` is the place on the slip that paid for them."""

    id: Id
    customer: Id
    branch: str
    charge: Id
    line: int
    product: str
    project: str
    name_zh: str
    name_en: str
    sessions: int
    purchased_at: datetime
    used: int = 0
    version: int = 1

    @property
    def left(self) -> int:
        """Sessions still to be used."""
        return self.sessions - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What is told about a session when it is done; `department` is the project's."""

    id: Id
    branch: str
    visit: Id | None
    department: str
    performer: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One session done and recorded; `place` counts the item's uses from 1, `left` is what it left."""

    id: Id
    item: Id
    place: int
    branch: str
    visit: Id | None
    department: str
    performer: str | None
    note: str | None
    left: int
    used_at: datetime
    used_by: str


def items_of(charge: Charge, *, new_id: Callable[[], str]) -> tuple[Item, ...]:
    """Return what a slip paid in full gives its customer: one item for each line that has sessions (B9)."""
    if charge.paid_at is None:
        raise ValueError("items come from a slip that is paid in full")
    return tuple(
        Item(
            id=new_id(),
            customer=charge.customer,
            branch=charge.branch,
            charge=charge.id,
            line=line.place,
            product=line.product,
            project=line.project,
            name_zh=line.name_zh,
            name_en=line.name_en,
            sessions=line.quantity * line.sessions,
            purchased_at=charge.paid_at,
        )
        for line in charge.lines
        if line.kind in IN_SESSIONS and line.project is not None
    )


def use(item: Item, session: Session, *, at: datetime, by: str) -> tuple[Item, Use]:
    """Return the item with one session less, and the use (核销). Raises NothingLeft, ItemOfAnotherBranch."""
    if session.branch != item.branch:
        bought = Both("it was bought in {branch}", "是在门店 {branch} 购买的。").format(branch=item.branch)
        raise ItemOfAnotherBranch(fields={"branch": bought}, facts={"branch": item.branch})
    if item.left < 1:
        raise NothingLeft(facts={"sessions": item.sessions})
    after = replace(item, used=item.used + 1, version=item.version + 1)
    return after, Use(
        id=session.id,
        item=item.id,
        place=after.used,
        branch=session.branch,
        visit=session.visit,
        department=session.department,
        performer=session.performer,
        note=session.note,
        left=after.left,
        used_at=at,
        used_by=by,
    )
