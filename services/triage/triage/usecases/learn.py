"""What triage learns from the others' events."""

from __future__ import annotations

from qiantai.branches import UnknownBranch
from qiantai.contracts.appointment import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentCompleted,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from qiantai.contracts.billing import ProjectChanged, TreatmentItemPurchased, TreatmentItemUsed
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.errors import NotKnownYet
from qiantai.told import Told

from triage.known import PROJECTS
from triage.usecases.duty import learn_project
from triage.usecases.model import Said
from triage.usecases.ports import UnitOfWork
from triage.usecases.register_visit import (
    AlreadyHere,
    CustomerNotKnown,
    RegisterVisit,
    register_visit,
)


def arrival_scanned(told: Told[ArrivalScanned], uow: UnitOfWork) -> None:
    """A read of a known code: the visit is registered and assigned; reading it again is no second arrival."""
    event = told.event
    command = RegisterVisit(
        branch=event.branch,
        customer=event.customer,
        said=Said(appointment=event.appointment),
        scan=event.scan,
        scanned_at=event.device_time,
    )
    try:
        register_visit(command, uow)
    except AlreadyHere:
        return
    except UnknownBranch as error:
        raise NotKnownYet(f"branch {event.branch}") from error
    except CustomerNotKnown as error:
        raise NotKnownYet(f"customer {event.customer}") from error


def know_appointment(told: Told[AppointmentBooked], uow: UnitOfWork) -> None:
    """Keep a slip."""
    event = told.event
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
    uow.appointments.put(values, told.version)


def appointment_rescheduled(told: Told[AppointmentRescheduled], uow: UnitOfWork) -> None:
    """A slip has another time."""
    event = told.event
    uow.appointments.change(
        event.appointment,
        told.version,
        branch=event.branch,
        customer=event.customer,
        starts_at=event.starts_at,
        provider=event.provider,
    )


def appointment_closed(
    told: Told[AppointmentCancelled | AppointmentCompleted | AppointmentNoShow], uow: UnitOfWork
) -> None:
    """A slip is not expected any more."""
    event = told.event
    uow.appointments.change(event.appointment, told.version, branch=event.branch, customer=event.customer, open=False)


def know_project(told: Told[ProjectChanged], uow: UnitOfWork) -> None:
    """Keep a project of the catalogue; the running days follow."""
    if uow.known.take(PROJECTS, told):
        event = told.event
        learn_project(
            event.code, major=event.major, project_class=event.project_class, department=event.department, uow=uow
        )


def item_purchased(told: Told[TreatmentItemPurchased], uow: UnitOfWork) -> None:
    """Sessions paid and not used (T5, T10)."""
    event = told.event
    uow.customers.count(event.customer, event.branch, sessions_bought=event.sessions)


def item_used(told: Told[TreatmentItemUsed], uow: UnitOfWork) -> None:
    """A session is done (T3)."""
    event = told.event
    uow.customers.count(event.customer, event.branch, sessions_used=1)
