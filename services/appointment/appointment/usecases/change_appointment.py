"""Confirming, moving and cancelling (A4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qiantai.branches import open_branch

from appointment.domain import model
from appointment.domain.model import Appointment, step, times_of
from appointment.usecases import facts
from appointment.usecases.book_appointment import refuse_own_slip_then
from appointment.usecases.ports import UnitOfWork
from appointment.usecases.providers import take_provider
from appointment.usecases.who import telling_who


def confirm_appointment(id_: str, how: str, uow: UnitOfWork) -> Appointment:
    """Note that the customer said that they will come, and how. Raises UnknownAppointment, NotInThisState."""
    before = uow.appointments.lock(id_)
    with telling_who(before, uow):
        after = model.confirm(before)
    uow.appointments.save(after, step(before, after, "confirmed", how))
    uow.outbox.append(facts.appointment_confirmed(after), version=after.version)
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Reschedule:
    """A new time, with `changes_provider` also a new provider or none, for what was loaded at `version`."""

    appointment: str
    version: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    latest_arrival: datetime | None = None
    provider: str | None = None
    changes_provider: bool = False
    also_then: bool = False


def reschedule(command: Reschedule, uow: UnitOfWork) -> Appointment:
    """Move an appointment; the time of the first booking stays.

    Raises UnknownAppointment, UnknownBranch, BranchClosed, AppointmentChanged, NotInThisState, ImpossibleTimes,
    CustomerBusy, ProviderNotHere, ProviderBusy.
    """
    before = uow.appointments.lock(command.appointment)
    open_branch(before.branch, uow)
    times = times_of(command.starts_at, command.ends_at, command.latest_arrival, now=uow.now)
    provider = command.provider if command.changes_provider else before.provider
    with telling_who(before, uow):
        after = model.reschedule(before, times, provider=provider, version=command.version)
    if not command.also_then:
        refuse_own_slip_then(before.customer, times, uow, other_than=before.id)
    if provider is not None:
        take_provider(provider, before.branch, uow)
    uow.appointments.save(after, step(before, after, "rescheduled", command.reason))
    told = facts.appointment_rescheduled(after, command.reason, before.starts_at)
    uow.outbox.append(told, version=after.version)
    return after


def cancel_appointment(id_: str, reason: str, uow: UnitOfWork) -> Appointment:
    """Note that the customer is not expected any more; the slip stays. Raises UnknownAppointment, NotInThisState."""
    return close(uow.appointments.lock(id_), reason, uow)


def close(before: Appointment, reason: str, uow: UnitOfWork) -> Appointment:
    """Cancel a locked appointment and tell it. Raises NotInThisState."""
    with telling_who(before, uow):
        after = model.cancel(before)
    uow.appointments.save(after, step(before, after, "cancelled", reason))
    uow.outbox.append(facts.appointment_cancelled(after, reason), version=after.version)
    return after
