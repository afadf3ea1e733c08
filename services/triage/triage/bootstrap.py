"""The only place where the triage service is wired."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from qiantai.application import parked
from qiantai.contracts import appointment
from qiantai.contracts.triage import ConsultantScheduled, OwnerChanged, PerformanceMoved
from qiantai.service import Job, Projection, Service

from triage.api import afterwards, alerts, duty, forms, numbers, owners, policies, roster, stages, trials, visits, words
from triage.messaging import snapshots
from triage.messaging.subscriptions import subscriptions
from triage.storage import tables as t
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.jobs import keep_days

_DAYS_EVERY = timedelta(seconds=10)


def service() -> Service:
    """Return the triage service."""
    return Service(
        name="triage",
        metadata=t.metadata,
        migrations=Path(__file__).parent / "migrations",
        unit_of_work=TriageUnitOfWork,
        subscriptions=subscriptions,
        routes=(
            visits.routes,
            afterwards.routes,
            stages.routes,
            forms.routes,
            owners.routes,
            alerts.routes,
            duty.routes,
            policies.routes,
            trials.routes,
            roster.routes,
            numbers.routes,
            words.routes,
            parked.routes,
        ),
        jobs=(Job(name="keep_days", every=_DAYS_EVERY, run=keep_days),),
        snapshots={
            ConsultantScheduled: snapshots.consultants,
            OwnerChanged: snapshots.owners,
            PerformanceMoved: snapshots.performance,
        },
        projections=(
            Projection(
                name="appointments",
                publisher="appointment",
                types=(appointment.AppointmentBooked,),
                copy=t.appointment,
                versions=("version", "booked_version"),
            ),
        ),
    )
