"""Facts about appointments (domain rules A2-A14)."""

from __future__ import annotations

from datetime import datetime

from qiantai.contracts.event import Event, event


@event("appointment.appointment.booked.v1", subject="appointment")
class AppointmentBooked(Event):
    """A customer is expected (A2). `projects` are codes of the catalogue, the primary one first."""

    appointment: str
    number: str
    customer: str
    kind: str
    """consultation, treatment, recheck or other."""
    starts_at: datetime
    ends_at: datetime
    latest_arrival: datetime
    projects: tuple[str, ...] = ()
    provider: str | None = None
    online_consultant: str | None = None
    channel: str | None = None
    remark: str | None = None


@event("appointment.appointment.confirmed.v1", subject="appointment")
class AppointmentConfirmed(Event):
    """The customer said that they will come (A4)."""

    appointment: str
    customer: str


@event("appointment.appointment.rescheduled.v1", subject="appointment")
class AppointmentRescheduled(Event):
    """The appointment has a new time (A4)."""

    appointment: str
    customer: str
    starts_at: datetime
    ends_at: datetime
    latest_arrival: datetime
    reason: str
    provider: str | None = None
    was_at: datetime | None = None
    """When it began before."""


@event("appointment.appointment.cancelled.v1", subject="appointment")
class AppointmentCancelled(Event):
    """The customer is not expected any more (A4)."""

    appointment: str
    customer: str
    reason: str


@event("appointment.appointment.arrived.v1", subject="appointment")
class AppointmentArrived(Event):
    """The expected customer is here (A11); `punctuality` is early, on_time or late."""

    appointment: str
    customer: str
    arrived_at: datetime
    punctuality: str


@event("appointment.appointment.expected_again.v1", subject="appointment")
class AppointmentExpectedAgain(Event):
    """The arrival was for something else: the customer is still expected (A11)."""

    appointment: str
    customer: str
    reason: str


@event("appointment.appointment.completed.v1", subject="appointment")
class AppointmentCompleted(Event):
    """What was booked has been done (A13)."""

    appointment: str
    customer: str


@event("appointment.appointment.no_show.v1", subject="appointment")
class AppointmentNoShow(Event):
    """The day ended without the customer (A12)."""

    appointment: str
    customer: str
    starts_at: datetime
