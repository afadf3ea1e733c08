"""The only place where the follow-up service is wired."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from qiantai.application import parked
from qiantai.service import Job, Service

from followup.api import plans, templates, words
from followup.messaging.subscriptions import subscriptions
from followup.storage import tables as t
from followup.storage.unit_of_work import FollowupUnitOfWork
from followup.usecases import jobs


def service() -> Service:
    """Return the follow-up service."""
    return Service(
        name="followup",
        metadata=t.metadata,
        migrations=Path(__file__).parent / "migrations",
        unit_of_work=FollowupUnitOfWork,
        subscriptions=subscriptions,
        routes=(plans.routes, templates.routes, words.routes, parked.routes),
        jobs=(
            Job(name="mark_due", every=timedelta(minutes=1), run=jobs.mark_due),
            Job(name="forget_facts", every=timedelta(hours=6), run=jobs.forget_facts),
        ),
    )
