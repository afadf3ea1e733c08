"""What the appointment service tells again on request: who is expected from today on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from qiantai.branches import zones_of
from qiantai.clock import business_day
from qiantai.contracts.event import Event
from qiantai.service import Chunk, chunk_of

from appointment.domain.model import EXPECTED, Appointment
from appointment.usecases import facts
from appointment.usecases.ports import UnitOfWork


def expected(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Every expected appointment of today, in its branch's zone, and later."""
    place = (datetime.fromisoformat(after[0]), after[1]) if after else None
    found = uow.appointments.find(begin=uow.now - timedelta(days=1), after=place, limit=limit)
    zones = zones_of({one.branch for one in found}, uow)

    def tell(one: Appointment) -> tuple[Event, int] | None:
        zone = zones[one.branch]
        coming = one.state in EXPECTED and business_day(one.starts_at, zone) >= business_day(uow.now, zone)
        return (facts.appointment_booked(one), one.version) if coming else None

    return chunk_of(found, limit, tell=tell, place=lambda one: (one.starts_at.isoformat(), one.id))
