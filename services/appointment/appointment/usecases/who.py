"""Who was quicker: what a desk is told when its change comes too late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from appointment.domain.errors import AppointmentChanged, NotInThisState
from appointment.domain.model import Appointment
from appointment.usecases.ports import UnitOfWork


@contextmanager
def telling_who(appointment: Appointment, uow: UnitOfWork) -> Iterator[None]:
    """Let a refusal because of what became of an appointment say who did what, when and why."""
    try:
        yield
    except (AppointmentChanged, NotInThisState) as refusal:
        last = uow.appointments.last_step(appointment.id)
        refusal.facts |= {
            "what": last["what"],
            "by": last["actor"],
            "at": last["at"].isoformat(),
            "reason": last["reason"],
        }
        raise
