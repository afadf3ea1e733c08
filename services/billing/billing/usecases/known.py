"""How what billing knows of others is asked (B2)."""

from __future__ import annotations

from qiantai.both import Both

from billing.domain.errors import UnknownCustomer, UnknownVisit
from billing.domain.visit import Visit
from billing.known import CUSTOMERS, VISITS
from billing.usecases.ports import UnitOfWork


def name_of(customer: str, uow: UnitOfWork) -> str:
    """Return a customer's name. Raises UnknownCustomer."""
    known = uow.known.get(CUSTOMERS, customer)
    if known is None:
        told = Both("try again in a moment, or register the customer first", "请稍后再试，或先为顾客建档。")
        raise UnknownCustomer(fields={"customer": told})
    return known.name


def visit_of(visit: str | None, customer: str, branch: str, uow: UnitOfWork) -> Visit | None:
    """Return the visit where one is given. Raises UnknownVisit, VisitOfSomebodyElse."""
    if visit is None:
        return None
    known = uow.known.get(VISITS, visit)
    if known is None:
        raise UnknownVisit(fields={"visit": Both("try again in a moment, or leave it out", "请稍后再试，或不填。")})
    known.must_belong_to(uow.known.same(customer), branch)
    return known
