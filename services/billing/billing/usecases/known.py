"""What billing keeps of other services' data, and how it is asked (B2)."""

from __future__ import annotations

from datetime import date

from qiantai.clock import business_day
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import BranchChanged
from qiantai.contracts.triage import ConsultationFinished, PerformanceMoved, VisitAssigned, VisitRegistered
from qiantai.uow import Told

from billing.domain.errors import UnknownCustomer, UnknownVisit
from billing.domain.visit import Visit, consultant_in
from billing.usecases.ports import UnitOfWork

HOME_ZONE = "Asia/Shanghai"
"""Zone of a branch that nothing has been heard of yet."""


def know_customer(told: Told[CustomerRegistered | CustomerUpdated], uow: UnitOfWork) -> None:
    """Keep a customer's name."""
    uow.known.learn_customer(told.event.customer, told.event.name, version=told.version)


def know_visit(told: Told[VisitRegistered | VisitAssigned | ConsultationFinished], uow: UnitOfWork) -> None:
    """Keep whose a visit is, where, and with which consultant; each of the facts says enough by itself."""
    event, consultant = told.event, None
    if isinstance(event, VisitAssigned):
        consultant = consultant_in(event.to)
    elif isinstance(event, ConsultationFinished):
        consultant = event.consultant
    visit = Visit(id=event.visit, customer=event.customer, branch=event.branch, consultant=consultant)
    uow.known.learn_visit(visit, version=told.version)


def know_performer(told: Told[PerformanceMoved], uow: UnitOfWork) -> None:
    """Keep who gets the performance of a customer's deals, from now on (B12)."""
    event = told.event
    uow.known.learn_performer(event.customer, event.to, since=event.since, version=told.version)


def know_branch(told: Told[BranchChanged], uow: UnitOfWork) -> None:
    """Keep a branch's zone, by which its business day is counted."""
    uow.known.learn_branch(told.event.code, told.event.timezone, version=told.version)


def name_of(customer: str, uow: UnitOfWork) -> str:
    """Return a customer's name. Raises UnknownCustomer."""
    name = uow.known.customer_name(customer)
    if name is None:
        raise UnknownCustomer(fields={"customer": "try again in a moment, or register the customer first"})
    return name


def visit_of(visit: str | None, customer: str, branch: str, uow: UnitOfWork) -> Visit | None:
    """Return the visit where one is given. Raises UnknownVisit, VisitOfSomebodyElse."""
    if visit is None:
        return None
    known = uow.known.visit(visit)
    if known is None:
        raise UnknownVisit(fields={"visit": "try again in a moment, or leave it out"})
    known.must_belong_to(customer, branch)
    return known


def today_in(branch: str, uow: UnitOfWork) -> date:
    """Return the business day of this transaction in a branch."""
    return business_day(uow.now, uow.known.timezone(branch) or HOME_ZONE)
