"""What the appointment service tells again on request: who is expected from today on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from qiantai.clock import business_day
from qiantai.contracts.event import Event

from appointment.usecases import facts
from appointment.usecases.ports import UnitOfWork


def expected(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every expected appointment of today, in its branch's zone, and later."""
    for one in uow.appointments.expected_from(uow.now - timedelta(days=1)):
        zone = uow.branches.timezone(one.branch)
        if business_day(one.starts_at, zone) >= business_day(uow.now, zone):
            yield facts.appointment_booked(one), one.version
