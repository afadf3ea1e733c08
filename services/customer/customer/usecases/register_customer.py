"""Making a file (C1, C3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qiantai.branches import country_at, open_branch
from qiantai.clock import business_day
from qiantai.ids import new_id

from customer.domain.model import Customer, Phone, check_birthday, phones_of
from customer.usecases import facts
from customer.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCustomer:
    """A new person at the desk or on the phone; phones are as they were entered."""

    branch: str
    name: str
    phones: tuple[Phone, ...] = ()
    kind: str = "full"
    gender: str | None = None
    birthday: date | None = None
    source: str | None = None
    referrer: str | None = None
    address: str | None = None
    occupation: str | None = None
    remark: str | None = None


def register_customer(command: RegisterCustomer, uow: UnitOfWork) -> Customer:
    """Make a file and tell the others.

    Raises UnknownBranch, BranchClosed, CustomerError, and PhoneKnown with the existing file's id when a phone is
    known already (C3).
    """
    branch = open_branch(command.branch, uow)
    check_birthday(command.birthday, business_day(uow.now, branch.timezone))
    if command.referrer is not None:
        uow.customers.get(command.referrer)
    customer = uow.customers.add(
        Customer(
            id=new_id(),
            number="",
            name=command.name,
            kind=command.kind,
            home_branch=command.branch,
            version=1,
            registered_at=uow.now,
            phones=phones_of(command.phones, country_at(branch.timezone)),
            gender=command.gender,
            birthday=command.birthday,
            source=command.source,
            referrer=command.referrer,
            address=command.address,
            occupation=command.occupation,
            remark=command.remark,
        )
    )
    uow.outbox.append(facts.customer_registered(customer), version=customer.version)
    return customer
