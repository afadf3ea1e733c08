"""Editing a file (C13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qiantai.branches import today_in

from customer.domain.errors import FileChanged
from customer.domain.model import Customer, edit
from customer.usecases import facts
from customer.usecases.open_file import open_file
from customer.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCustomer:
    """New values for some fields of a file that was loaded at `version`."""

    customer: str
    version: int
    values: Mapping[str, Any]


def edit_customer(command: EditCustomer, uow: UnitOfWork) -> Customer:
    """Change a file and tell the others; an edit that changes nothing tells nothing.

    Raises UnknownCustomer, FileElsewhere, FileChanged.
    """
    before = open_file(command.customer, uow, lock=True)
    if command.values.get("referrer") is not None:
        uow.customers.get(command.values["referrer"])
    try:
        after, change = edit(before, command.values, version=command.version, today=today_in(before.home_branch, uow))
    except FileChanged as refusal:
        if before.version > 1:
            by, at = uow.customers.last_change(before.id)
            refusal.facts |= {"by": by, "at": at.isoformat()}
        raise
    if change.fields:
        uow.customers.save(after, change, actor=uow.actor.id, at=uow.now)
        uow.outbox.append(facts.customer_updated(after), version=after.version)
    return after
