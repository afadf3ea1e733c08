"""What the gateway tells again on request: branches and staff accounts as they are."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai.contracts.event import Event

from device_gateway.usecases import facts
from device_gateway.usecases.ports import UnitOfWork


def branches(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every branch as it is now."""
    for branch in uow.branches.all():
        yield facts.branch_changed(branch), branch.version


def staff(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every staff account as it is now."""
    for account in uow.staff.all():
        yield facts.staff_changed(account), account.version
