"""Booking (A2, A8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qiantai.both import Both
from qiantai.branches import open_branch
from qiantai.ids import new_id

from appointment.domain.errors import CustomerBusy, UnknownCustomer, UnknownProject
from appointment.domain.model import Appointment, Times, step, times_of
from appointment.known import CUSTOMERS, PROJECTS
from appointment.usecases import facts
from appointment.usecases.ports import UnitOfWork
from appointment.usecases.providers import refuse_stranger, take_provider

ONLINE = "online"
"""The role of colleagues who book by chat and phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookAppointment:
    """A customer is to be expected; `projects` are catalogue codes, the primary one first.

    `also_then`: although the customer has another slip at that time.
    """

    branch: str
    customer: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    latest_arrival: datetime | None = None
    provider: str | None = None
    projects: tuple[str, ...] = ()
    channel: str | None = None
    online_consultant: str | None = None
    intent: str | None = None
    remark: str | None = None
    also_then: bool = False


def book_appointment(command: BookAppointment, uow: UnitOfWork) -> Appointment:
    """Write a slip and tell the others.

    Raises ImpossibleTimes, UnknownCustomer, UnknownBranch, BranchClosed, UnknownProject, CustomerBusy, ProviderNotHere,
    ProviderBusy.
    """
    times = times_of(command.starts_at, command.ends_at, command.latest_arrival, now=uow.now)
    if uow.known.get(CUSTOMERS, command.customer) is None:
        raise UnknownCustomer(
            fields={"customer": Both("not known here yet; try again in a moment", "这里还没有这位顾客，请稍后再试。")}
        )
    open_branch(command.branch, uow)
    projects = tuple(dict.fromkeys(command.projects))
    refuse_unknown_projects(projects, uow)
    if not command.also_then:
        refuse_own_slip_then(command.customer, times, uow)
    if command.provider is not None:
        take_provider(command.provider, command.branch, uow)
    online = command.online_consultant
    if online is not None:
        refuse_stranger(online, command.branch, uow, field="online_consultant")
    elif ONLINE in uow.actor.roles:
        online = uow.actor.id
    new = Appointment(
        id=new_id(),
        number="",
        customer=command.customer,
        branch=command.branch,
        kind=command.kind,
        state="booked",
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        latest_arrival=times.latest_arrival,
        booked_by=uow.actor.id,
        first_booked_at=uow.now,
        version=1,
        projects=projects,
        provider=command.provider,
        online_consultant=online,
        channel=command.channel,
        intent=command.intent,
        remark=command.remark,
    )
    appointment = uow.appointments.add(new, step(None, new, "booked"))
    uow.outbox.append(facts.appointment_booked(appointment), version=appointment.version)
    return appointment


def refuse_own_slip_then(customer: str, times: Times, uow: UnitOfWork, *, other_than: str | None = None) -> None:
    """Raise CustomerBusy, which names the slip, when the customer is expected somewhere at that time."""
    own = uow.appointments.own_then(customer, times.starts_at, times.ends_at, other_than=other_than)
    if own is not None:
        facts = {
            "appointment": own.id,
            "number": own.number,
            "branch": own.branch,
            "starts_at": own.starts_at.isoformat(),
            "ends_at": own.ends_at.isoformat(),
            "provider": own.provider,
            "booked_by": own.booked_by,
        }
        has = Both("the customer has the slip {number} then", "顾客该时段已有预约单 {number}。").format(
            number=own.number
        )
        raise CustomerBusy(fields={"starts_at": has}, facts=facts)


def refuse_unknown_projects(codes: tuple[str, ...], uow: UnitOfWork) -> None:
    """Raise UnknownProject, which names each place, when a code is not offered."""
    offered = {code for code, project in uow.known.many(PROJECTS, codes).items() if project.active}
    missing = set(codes) - offered
    if missing:
        not_offered = Both("not offered in the catalogue", "目录中没有这个项目。")
        places = {f"projects.{at}": not_offered for at, code in enumerate(codes) if code in missing}
        raise UnknownProject(fields=places, facts={"projects": sorted(missing)})
