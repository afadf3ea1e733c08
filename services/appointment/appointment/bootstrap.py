"""The only place where the appointment service is wired."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from qiantai.application import parked
from qiantai.contracts.appointment import AppointmentBooked
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.service import Job, Projection, Service

from appointment.api import appointments, words
from appointment.messaging import snapshots
from appointment.messaging.subscriptions import subscriptions
from appointment.storage import tables as t
from appointment.storage.unit_of_work import AppointmentUnitOfWork
from appointment.usecases import jobs


def service() -> Service:
    """Return the appointment service."""
    return Service(
        name="appointment",
        metadata=t.metadata,
        migrations=Path(__file__).parent / "migrations",
        unit_of_work=AppointmentUnitOfWork,
        subscriptions=subscriptions,
        routes=(appointments.routes, words.routes, parked.routes),
        jobs=(
            Job(name="no_shows", every=timedelta(minutes=5), run=jobs.mark_no_shows),
            Job(name="forget_arrivals", every=timedelta(hours=6), run=jobs.forget_arrivals),
        ),
        snapshots={AppointmentBooked: snapshots.expected},
        projections=(Projection(name="staff", publisher="device-gateway", types=(StaffChanged,), copy=t.provider),),
    )
