"""Editing a file (C13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qiantai.contracts import CHAIN
from qiantai.contracts.customer import CustomerUpdated

from customer.domain.model import Customer, edit
from customer.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCustomer:
    """New values for some fields of a file that was loaded at `version`."""

    customer: str
    version: int
    values: Mapping[str, Any]


def edit_customer(command: EditCustomer, uow: UnitOfWork) -> Customer:
    """Change a file and tell the others; an edit that changes nothing tells nothing.

    Raises UnknownCustomer, FileChanged.
    """
    before = uow.customers.lock(command.customer)
    if command.values.get("referrer") is not None:
        uow.customers.get(command.values["referrer"])
    after, change = edit(before, command.values, version=command.version, today=uow.now.date())
    if change.fields:
        uow.customers.save(after, change, actor=uow.actor.id, at=uow.now)
        uow.outbox.append(state_of(after), version=after.version)
    return after


def state_of(customer: Customer) -> CustomerUpdated:
    """Return the event that tells a file as it is now."""
    return CustomerUpdated(
        branch=CHAIN,
        customer=customer.id,
        number=customer.number,
        name=customer.name,
        kind=customer.kind,
        home_branch=customer.home_branch,
        gender=customer.gender,
        birthday=customer.birthday,
        phone_tail=customer.phone_tail,
        referrer=customer.referrer,
        source=customer.source,
    )
