"""Whose files one may open: those of the branches where the person was registered, has been or was found (C12)."""

from __future__ import annotations

from customer.domain.errors import FileElsewhere
from customer.domain.model import Customer
from customer.usecases.ports import UnitOfWork


def open_file(customer: str, uow: UnitOfWork, *, lock: bool = False) -> Customer:
    """Return a file that is open in one of the actor's branches. Raises UnknownCustomer, FileElsewhere."""
    found = (uow.customers.lock if lock else uow.customers.get)(customer)
    scope = uow.actor.scope
    if scope is not None and not uow.customers.is_open(found, scope):
        raise FileElsewhere
    return found
