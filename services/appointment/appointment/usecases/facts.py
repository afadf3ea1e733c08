"""What the appointment service tells: each fact made of the appointment as it is after it."""

from __future__ import annotations

from datetime import datetime

from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentCompleted,
    AppointmentConfirmed,
    AppointmentExpectedAgain,
    AppointmentNoShow,
    AppointmentRescheduled,
)

from appointment.domain.model import Appointment


def appointment_booked(appointment: Appointment) -> AppointmentBooked:
    """Return an expected appointment as it is now."""
    return AppointmentBooked(
        branch=appointment.branch,
        appointment=appointment.id,
        number=appointment.number,
        customer=appointment.customer,
        kind=appointment.kind,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        latest_arrival=appointment.latest_arrival,
        projects=appointment.projects,
        provider=appointment.provider,
        online_consultant=appointment.online_consultant,
        channel=appointment.channel,
        remark=appointment.remark,
    )


def appointment_confirmed(appointment: Appointment) -> AppointmentConfirmed:
    """Return that the customer said that they will come (A4)."""
    return AppointmentConfirmed(branch=appointment.branch, appointment=appointment.id, customer=appointment.customer)


def appointment_rescheduled(appointment: Appointment, reason: str, was_at: datetime) -> AppointmentRescheduled:
    """Return the new time, why, and when it began before (A4)."""
    return AppointmentRescheduled(
        branch=appointment.branch,
        appointment=appointment.id,
        customer=appointment.customer,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        latest_arrival=appointment.latest_arrival,
        reason=reason,
        provider=appointment.provider,
        was_at=was_at,
    )


def appointment_cancelled(appointment: Appointment, reason: str) -> AppointmentCancelled:
    """Return that the customer is not expected any more, and why (A4)."""
    return AppointmentCancelled(
        branch=appointment.branch, appointment=appointment.id, customer=appointment.customer, reason=reason
    )


def appointment_expected_again(appointment: Appointment, reason: str) -> AppointmentExpectedAgain:
    """Return that the customer is still expected, and why (A11)."""
    return AppointmentExpectedAgain(
        branch=appointment.branch, appointment=appointment.id, customer=appointment.customer, reason=reason
    )


def appointment_arrived(appointment: Appointment, at: datetime, punctuality: str) -> AppointmentArrived:
    """Return that the customer is here (A11)."""
    return AppointmentArrived(
        branch=appointment.branch,
        appointment=appointment.id,
        customer=appointment.customer,
        arrived_at=at,
        punctuality=punctuality,
    )


def appointment_completed(appointment: Appointment) -> AppointmentCompleted:
    """Return that what was booked has been done (A13)."""
    return AppointmentCompleted(branch=appointment.branch, appointment=appointment.id, customer=appointment.customer)


def appointment_no_show(appointment: Appointment) -> AppointmentNoShow:
    """Return that the day ended without the customer (A12)."""
    return AppointmentNoShow(
        branch=appointment.branch,
        appointment=appointment.id,
        customer=appointment.customer,
        starts_at=appointment.starts_at,
    )
