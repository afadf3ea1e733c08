"""Appointments over HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import marshmallow as ma
from qiantai import clock
from qiantai.actors import Actor
from qiantai.both import Both
from qiantai.branches import zone_of, zones_of
from qiantai.web.fields import Body, BranchCode, Choice, Code, Codes, Day, Id, Instant, Text
from qiantai.web.may import May
from qiantai.web.paging import Page, PageQuery, cut, moment_of, page_of, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, list_of, many, view_of

from appointment.domain.arrival import day_bounds
from appointment.domain.model import INTENTS, KINDS, PROVIDERS, STATES, Appointment, Step
from appointment.domain.number import sequence_of
from appointment.known import CUSTOMERS
from appointment.usecases.arrive import arrive_at_desk
from appointment.usecases.book_appointment import BookAppointment, book_appointment
from appointment.usecases.change_appointment import Reschedule, cancel_appointment, confirm_appointment
from appointment.usecases.change_appointment import reschedule as reschedule_appointment
from appointment.usecases.offered import offered
from appointment.usecases.ports import Provider, UnitOfWork

routes = Routes("appointments", about="Appointments: slips, changes, arrivals (A2-A13)")


class BookBody(Body):
    """A customer is to be expected (A2); `projects` are catalogue codes, the primary one first.

    `also_then`: although the customer has another slip at that time.
    """

    branch = BranchCode(required=True)
    customer = Id(required=True)
    kind = Choice(*KINDS, required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    latest_arrival = Instant(load_default=None, allow_none=True)
    provider = Code(load_default=None, allow_none=True)
    projects = Codes(load_default=list)
    channel = Text(60, load_default=None, allow_none=True)
    online_consultant = Code(load_default=None, allow_none=True)
    intent = Choice(*INTENTS, load_default=None, allow_none=True)
    remark = Text(2000, load_default=None, allow_none=True)
    also_then = ma.fields.Boolean(load_default=False)


class ConfirmBody(Body):
    """How the customer said that they will come (A4): by phone, WeChat, in person."""

    how = Text(60, required=True)


class RescheduleBody(Body):
    """A new time and why (A4); `provider` only where it changes, null for none."""

    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    latest_arrival = Instant(load_default=None, allow_none=True)
    provider = Code(allow_none=True)
    reason = Text(300, required=True)
    also_then = ma.fields.Boolean(load_default=False)


class CancelBody(Body):
    """Why the customer is not expected any more (A4)."""

    reason = Text(300, required=True)


class ArriveBody(Body):
    """Nothing but the fact (A11)."""


_DAYS = ma.validate.Range(min=date(2000, 1, 1), max=date(2199, 12, 31))
_MOST_DAYS = 62
_WHOSE_DAY = Both("Name the branch whose day it is.", "请说明是哪家门店的日期。")
_ONE_OR_MORE = Both("Name one day, or the first and the last one.", "请只给一天，或给起止两天。")
_FIRST_AND_LAST = Both("Name the first and the last day.", "请给出起止两天。")
_NEAR = Both("The last day is the first one or within {days} days of it.", "结束日不早于开始日，最多 {days} 天。")


class ListQuery(PageQuery):
    """`day`, or the days `from` … `to`, are business days in the zone of `branch`, which they need."""

    branch = BranchCode(load_default=None)
    day = Day(load_default=None, validate=_DAYS)
    first = Day(data_key="from", load_default=None, validate=_DAYS)
    last = Day(data_key="to", load_default=None, validate=_DAYS)
    state = Choice(*STATES, load_default=None)
    customer = Id(load_default=None)
    provider = Code(load_default=None)

    @ma.validates_schema
    def days_of_a_branch(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a day without the branch whose day it is, and days that are no range."""
        day, first, last = (data.get(name) for name in ("day", "first", "last"))
        if (day or first or last) is not None and data.get("branch") is None:
            raise ma.ValidationError(_WHOSE_DAY, "branch")
        if day is not None and (first or last) is not None:
            raise ma.ValidationError(_ONE_OR_MORE, "day")
        if (first is None) != (last is None):
            raise ma.ValidationError(_FIRST_AND_LAST, "from" if first is None else "to")
        if first is not None and not first <= last < first + timedelta(days=_MOST_DAYS):
            raise ma.ValidationError(_NEAR.format(days=_MOST_DAYS), "to")


class ProvidersQuery(ma.Schema):
    """Where."""

    branch = BranchCode(required=True)


def _may(shown: Any, actor: Actor) -> Iterable[str]:  # noqa: ANN401 - a Shown
    return offered(shown.state, shown.starts_at, shown.timezone, actor, clock.now())


_BESIDE: Mapping[str, Any] = {"customer_name": str | None, "timezone": str, "may": May(_may, beside=True)}
AppointmentView = view_of(
    Appointment,
    also=("occupies",),
    more=_BESIDE,
    about="A slip; `timezone` is the branch's, in which people read the times.",
)
ProviderView = view_of(Provider, without=("active", "branches"), about="Somebody whose days are a calendar.")
StepView = view_of(Step, more={"at": datetime, "actor": str})
WholeAppointmentView = view_of(
    Appointment,
    also=("occupies",),
    more={**_BESIDE, "history": many(StepView)},
    about="A slip with its history, oldest step first.",
    name="WholeAppointmentView",
)


@routes.write("POST", "/", may="appointment.book", body=BookBody, returns=AppointmentView, status=201)
def book(uow: UnitOfWork, body: dict[str, Any]) -> Shown:
    """Book an appointment; a provider or a customer who is booked then is refused with the conflicting time."""
    projects = tuple(body.pop("projects"))
    return _shown(book_appointment(BookAppointment(projects=projects, **body), uow), uow)


@routes.read("/", may="appointment.read", query=ListQuery, returns=page_of(AppointmentView))
def find(uow: UnitOfWork, query: dict[str, Any]) -> Page[Shown]:
    """List appointments in order of their start."""
    begin = end = None
    first, last = query["day"] or query["first"], query["day"] or query["last"]
    if first is not None:
        zone = zone_of(query["branch"], uow)
        begin, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    rows = uow.appointments.find(
        branch=query["branch"],
        begin=begin,
        end=end,
        state=query["state"],
        customer=query["customer"],
        provider=query["provider"],
        after=moment_of(query),
        limit=query["limit"] + 1,
    )
    page = cut(rows, query["limit"], lambda one: write_cursor(one.starts_at.isoformat(), one.id))
    return Page(_all_shown(page.items, uow), page.next_cursor)


@routes.read("/providers", may="appointment.read", query=ProvidersQuery, returns=list_of(ProviderView))
def providers(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the consultants and doctors of a branch: the columns of its calendar."""
    return {"items": uow.providers.of(query["branch"], PROVIDERS)}


@routes.read("/<id:appointment>", may="appointment.read", returns=WholeAppointmentView)
def get(uow: UnitOfWork, appointment: str) -> Shown:
    """Return an appointment with its history; its ETag is needed to reschedule it."""
    return _whole(uow.appointments.get(appointment), uow)


@routes.read("/by-number/<code:number>", may="appointment.read", returns=WholeAppointmentView)
def by_number(uow: UnitOfWork, number: str) -> Shown:
    """Return the appointment with the number on the slip; a misread number shows by its check digits."""
    return _whole(uow.appointments.by_sequence(sequence_of(number)), uow)


@routes.write(
    "POST",
    "/<id:appointment>/confirm",
    may="appointment.change",
    body=ConfirmBody,
    returns=AppointmentView,
)
def confirm(uow: UnitOfWork, appointment: str, body: dict[str, Any]) -> Shown:
    """Note that the customer said that they will come."""
    return _shown(confirm_appointment(appointment, body["how"], uow), uow)


@routes.write(
    "POST",
    "/<id:appointment>/reschedule",
    may="appointment.change",
    body=RescheduleBody,
    returns=AppointmentView,
    edits=True,
)
def reschedule(uow: UnitOfWork, appointment: str, body: dict[str, Any], version: int) -> Shown:
    """Move an appointment to a new time; it has to be confirmed again."""
    command = Reschedule(appointment=appointment, version=version, changes_provider="provider" in body, **body)
    uow.note(reason=command.reason)
    return _shown(reschedule_appointment(command, uow), uow)


@routes.write(
    "POST",
    "/<id:appointment>/cancel",
    may="appointment.change",
    body=CancelBody,
    returns=AppointmentView,
)
def cancel(uow: UnitOfWork, appointment: str, body: dict[str, Any]) -> Shown:
    """Cancel an appointment; the slip stays with the reason."""
    uow.note(reason=body["reason"])
    return _shown(cancel_appointment(appointment, body["reason"], uow), uow)


@routes.write(
    "POST",
    "/<id:appointment>/arrive",
    may="appointment.arrive",
    body=ArriveBody,
    returns=AppointmentView,
)
def arrive(uow: UnitOfWork, appointment: str, body: dict[str, Any]) -> Shown:  # noqa: ARG001 - it is empty
    """Note at the desk that the customer is here; twice is once."""
    return _shown(arrive_at_desk(appointment, uow), uow)


def _shown(appointment: Appointment, uow: UnitOfWork, **more: object) -> Shown:
    return _all_shown([appointment], uow, **more)[0]


def _all_shown(appointments: Sequence[Appointment], uow: UnitOfWork, **more: object) -> list[Shown]:
    customers = uow.known.many(CUSTOMERS, [one.customer for one in appointments])
    zones = zones_of({one.branch for one in appointments}, uow)
    return [
        Shown(
            one,
            customer_name=customers[one.customer].name if one.customer in customers else None,
            timezone=zones[one.branch],
            **more,
        )
        for one in appointments
    ]


def _whole(appointment: Appointment, uow: UnitOfWork) -> Shown:
    return _shown(appointment, uow, history=uow.appointments.history(appointment.id))
