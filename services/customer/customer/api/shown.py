"""Files as they are shown: numbers whole to those who need them, to the others their ends (C12)."""

from __future__ import annotations

from dataclasses import replace

from qiantai.permissions import may
from qiantai.phones import hidden_in, masked

from customer.domain.model import Customer, Phone
from customer.usecases.looks import note_numbers
from customer.usecases.ports import UnitOfWork


def shown(customer: Customer, uow: UnitOfWork) -> Customer:
    """Return one file as its reader may see it; who sees its numbers whole is in the audit."""
    if not may(uow.actor, "customer.phone"):
        return hidden(customer)
    if customer.phones:
        note_numbers(customer.id, uow)
    return customer


def hidden(customer: Customer) -> Customer:
    """Return a file without the middle of its numbers, also where people have written them into notes."""
    phones = tuple(
        Phone(number=masked(one.number), note=_hidden(one.note), primary=one.primary) for one in customer.phones
    )
    return replace(
        customer,
        phones=phones,
        address=_hidden(customer.address),
        occupation=_hidden(customer.occupation),
        remark=_hidden(customer.remark),
    )


def _hidden(text: str | None) -> str | None:
    return None if text is None else hidden_in(text)
