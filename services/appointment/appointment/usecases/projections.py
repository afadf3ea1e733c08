"""What the service keeps of others' data: the newer version wins, an older or equal one is ignored."""

from __future__ import annotations

from qiantai import clock
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.told import Told

from appointment.domain.arrival import DEFAULT_TIMEZONE
from appointment.usecases.ports import Provider, UnitOfWork


def keep_customer(told: Told[CustomerRegistered | CustomerUpdated], uow: UnitOfWork) -> None:
    """Keep who can be booked for."""
    event = told.event
    uow.customers.put(event.customer, event.name, told.version)


def keep_project(told: Told[ProjectChanged], uow: UnitOfWork) -> None:
    """Keep which projects are offered."""
    event = told.event
    uow.projects.put(event.code, active=event.active, version=told.version)


def keep_branch(told: Told[BranchChanged], uow: UnitOfWork) -> None:
    """Keep in which zone a branch is."""
    event = told.event
    zone = event.timezone if clock.is_timezone(event.timezone) else DEFAULT_TIMEZONE
    uow.branches.put(event.code, timezone=zone, active=event.active, version=told.version)


def keep_staff(told: Told[StaffChanged], uow: UnitOfWork) -> None:
    """Keep who can be booked where."""
    event = told.event
    uow.providers.put(Provider(id=event.staff, active=event.active, branches=event.branches), told.version)
