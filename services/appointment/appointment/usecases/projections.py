"""What the service keeps of others' data: the newer version wins, an older or equal one is ignored."""

from __future__ import annotations

from qiantai import clock
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged

from appointment.domain.arrival import DEFAULT_TIMEZONE
from appointment.usecases.ports import Provider, UnitOfWork


def keep_customer(event: CustomerRegistered | CustomerUpdated, uow: UnitOfWork) -> None:
    """Keep who can be booked for."""
    uow.customers.put(event.customer, event.name, _version(uow))


def keep_project(event: ProjectChanged, uow: UnitOfWork) -> None:
    """Keep which projects are offered."""
    uow.projects.put(event.code, active=event.active, version=_version(uow))


def keep_branch(event: BranchChanged, uow: UnitOfWork) -> None:
    """Keep in which zone a branch is."""
    zone = event.timezone if clock.is_timezone(event.timezone) else DEFAULT_TIMEZONE
    uow.branches.put(event.code, timezone=zone, active=event.active, version=_version(uow))


def keep_staff(event: StaffChanged, uow: UnitOfWork) -> None:
    """Keep who can be booked where."""
    uow.providers.put(Provider(id=event.staff, active=event.active, branches=event.branches), _version(uow))


def _version(uow: UnitOfWork) -> int:
    if uow.cause is None:
        raise AssertionError("a projection comes from a message")
    return uow.cause.version
