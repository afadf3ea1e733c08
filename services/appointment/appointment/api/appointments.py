"""Appointments over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from qiantai.web.paging import BadCursor, Page, cut, page_of, read_cursor, write_cursor
from qiantai.web.routes import Routes

from appointment.api import schemas
from appointment.domain.arrival import DEFAULT_TIMEZONE, day_bounds
from appointment.domain.model import Appointment
from appointment.domain.number import sequence_of
from appointment.usecases.arrive import arrive_at_desk
from appointment.usecases.book_appointment import BookAppointment, book_appointment
from appointment.usecases.change_appointment import Reschedule, cancel_appointment, confirm_appointment
from appointment.usecases.change_appointment import reschedule as reschedule_appointment
from appointment.usecases.ports import UnitOfWork

routes = Routes("appointments", about="Appointments: slips, changes, arrivals (A2-A13)")


@routes.write("POST", "/", may="appointment.book", body=schemas.BookBody, returns=schemas.AppointmentView, status=201)
def book(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Book an appointment; a provider who is booked then is refused with the conflicting time."""
    projects = tuple(body.pop("projects"))
    return _shown(book_appointment(BookAppointment(projects=projects, **body), uow), uow)


@routes.read("/", may="appointment.read", query=schemas.ListQuery, returns=page_of(schemas.AppointmentView))
def find(uow: UnitOfWork, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """List appointments in order of their start."""
    begin = end = None
    if query["day"] is not None:
        begin, end = day_bounds(query["day"], uow.branches.timezone(query["branch"]))
    rows = uow.appointments.find(
        branch=query["branch"],
        begin=begin,
        end=end,
        state=query["state"],
        customer=query["customer"],
        after=_place(query["cursor"]),
        limit=query["limit"] + 1,
    )
    page = cut(rows, query["limit"], lambda one: write_cursor(one.starts_at.isoformat(), one.id))
    return Page(_all_shown(page.items, uow), page.next_cursor)


@routes.read("/<id:appointment>", may="appointment.read", returns=schemas.WholeAppointmentView)
def get(uow: UnitOfWork, appointment: str) -> dict[str, Any]:
    """Return an appointment with its history; its ETag is needed to reschedule it."""
    return _whole(uow.appointments.get(appointment), uow)


@routes.read("/by-number/<code:number>", may="appointment.read", returns=schemas.WholeAppointmentView)
def by_number(uow: UnitOfWork, number: str) -> dict[str, Any]:
    """Return the appointment with the number on the slip; a misread number shows by its check digits."""
    return _whole(uow.appointments.by_sequence(sequence_of(number)), uow)


@routes.write(
    "POST",
    "/<id:appointment>/confirm",
    may="appointment.change",
    body=schemas.ConfirmBody,
    returns=schemas.AppointmentView,
)
def confirm(uow: UnitOfWork, appointment: str, body: dict[str, Any]) -> dict[str, Any]:
    """Note that the customer said that they will come."""
    return _shown(confirm_appointment(appointment, body["how"], uow), uow)


@routes.write(
    "POST",
    "/<id:appointment>/reschedule",
    may="appointment.change",
    body=schemas.RescheduleBody,
    returns=schemas.AppointmentView,
    edits=True,
)
def reschedule(uow: UnitOfWork, appointment: str, body: dict[str, Any], version: int) -> dict[str, Any]:
    """Move an appointment to a new time; it has to be confirmed again."""
    command = Reschedule(appointment=appointment, version=version, changes_provider="provider" in body, **body)
    uow.note(reason=command.reason)
    return _shown(reschedule_appointment(command, uow), uow)


@routes.write(
    "POST",
    "/<id:appointment>/cancel",
    may="appointment.change",
    body=schemas.CancelBody,
    returns=schemas.AppointmentView,
)
def cancel(uow: UnitOfWork, appointment: str, body: dict[str, Any]) -> dict[str, Any]:
    """Cancel an appointment; the slip stays with the reason."""
    uow.note(reason=body["reason"])
    return _shown(cancel_appointment(appointment, body["reason"], uow), uow)


@routes.write(
    "POST",
    "/<id:appointment>/arrive",
    may="appointment.arrive",
    body=schemas.ArriveBody,
    returns=schemas.AppointmentView,
)
def arrive(uow: UnitOfWork, appointment: str, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - it is empty
    """Note at the desk that the customer is here; twice is once."""
    return _shown(arrive_at_desk(appointment, uow), uow)


def _shown(appointment: Appointment, uow: UnitOfWork) -> dict[str, Any]:
    return _all_shown([appointment], uow)[0]


def _all_shown(appointments: Sequence[Appointment], uow: UnitOfWork) -> list[dict[str, Any]]:
    names = uow.customers.names([one.customer for one in appointments])
    zones = uow.branches.timezones()
    return [
        {
            **asdict(one),
            "customer_name": names.get(one.customer),
            "timezone": zones.get(one.branch, DEFAULT_TIMEZONE),
        }
        for one in appointments
    ]


def _whole(appointment: Appointment, uow: UnitOfWork) -> dict[str, Any]:
    return {**_shown(appointment, uow), "history": uow.appointments.history(appointment.id)}


def _place(cursor: str | None) -> tuple[datetime, str] | None:
    keys = read_cursor(cursor, str, str)
    if keys is None:
        return None
    try:
        return datetime.fromisoformat(str(keys[0])), str(UUID(str(keys[1])))
    except ValueError as error:
        raise BadCursor(fields={"cursor": "not a cursor of this list"}) from error
