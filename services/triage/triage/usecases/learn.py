"""What triage learns from the others' events."""

from __future__ import annotations

from qiantai.contracts.appointment import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentCompleted,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from qiantai.contracts.billing import ProjectChanged, TreatmentItemPurchased, TreatmentItemUsed
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import ArrivalScanned, BranchChanged
from qiantai.errors import NotKnownYet

from triage.usecases.duty import learn_project
from triage.usecases.ports import UnitOfWork
from triage.usecases.register_visit import (
    AlreadyHere,
    CustomerNotKnown,
    RegisterVisit,
    register_visit,
)


def arrival_scanned(event: ArrivalScanned, uow: UnitOfWork) -> None:
    """A read of a known code: the visit is registered and assigned; reading it again is no second arrival."""
    command = RegisterVisit(
        branch=event.branch, customer=event.customer, appointment=event.appointment, scan=event.scan
    )
    try:
        register_visit(command, uow)
    except AlreadyHere:
        return
    except CustomerNotKnown as error:
        raise NotKnownYet(f"customer {event.customer}") from error


def _version(uow: UnitOfWork) -> int:
    if uow.cause is None:
        raise AssertionError("learning comes from a message")
    return uow.cause.version


def customer(event: CustomerRegistered | CustomerUpdated, uow: UnitOfWork) -> None:
    """Keep what triage needs of a file."""
    values = {"id": event.customer, "name": event.name, "birthday": event.birthday, "referrer": event.referrer}
    uow.customers.put(values, _version(uow))


def appointment_booked(event: AppointmentBooked, uow: UnitOfWork) -> None:
    """Keep a slip."""
    values = {
        "id": event.appointment,
        "branch": event.branch,
        "customer": event.customer,
        "kind": event.kind,
        "projects": list(event.projects),
        "online_consultant": event.online_consultant,
        "provider": event.provider,
        "starts_at": event.starts_at,
    }
    uow.appointments.put(values, _version(uow))


def appointment_rescheduled(event: AppointmentRescheduled, uow: UnitOfWork) -> None:
    """A slip has another time."""
    uow.appointments.change(
        event.appointment,
        _version(uow),
        branch=event.branch,
        customer=event.customer,
        starts_at=event.starts_at,
        provider=event.provider,
    )


def appointment_closed(event: AppointmentCancelled | AppointmentCompleted | AppointmentNoShow, uow: UnitOfWork) -> None:
    """A slip is not expected any more."""
    uow.appointments.change(event.appointment, _version(uow), branch=event.branch, customer=event.customer, open=False)


def project(event: ProjectChanged, uow: UnitOfWork) -> None:
    """Keep a project of the catalogue; the running days follow."""
    values = {
        "code": event.code,
        "name_zh": event.name_zh,
        "name_en": event.name_en,
        "major": event.major,
        "project_class": event.project_class,
        "department": event.department,
        "rank": event.rank,
        "active": event.active,
    }
    uow.projects.put(values, _version(uow))
    learn_project(
        event.code, major=event.major, project_class=event.project_class, department=event.department, uow=uow
    )


def branch(event: BranchChanged, uow: UnitOfWork) -> None:
    """Keep a branch's zone."""
    uow.branches.put(event.code, event.timezone, _version(uow))


def item_purchased(event: TreatmentItemPurchased, uow: UnitOfWork) -> None:
    """Sessions paid and not used (T5, T10)."""
    uow.customers.count(event.customer, event.branch, sessions_bought=event.sessions)


def item_used(event: TreatmentItemUsed, uow: UnitOfWork) -> None:
    """A session is done (T3)."""
    uow.customers.count(event.customer, event.branch, sessions_used=1)
