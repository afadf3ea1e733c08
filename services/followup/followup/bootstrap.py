"""The only place where the follow-up service is wired."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerUpdated
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.contracts.triage import OwnerChanged
from qiantai.service import Job, Projection, Service

from followup.api import plans, templates
from followup.messaging.subscriptions import subscriptions
from followup.storage import projections as copies
from followup.storage.tables import metadata
from followup.storage.unit_of_work import FollowupUnitOfWork
from followup.usecases.due import forget_facts, mark_due


def service() -> Service:
    """Return the follow-up service."""
    return Service(
        name="followup",
        metadata=metadata,
        migrations=Path(__file__).parent / "migrations",
        unit_of_work=FollowupUnitOfWork,
        subscriptions=subscriptions,
        routes=(plans.routes, templates.routes),
        jobs=(
            Job(name="mark_due", every=timedelta(minutes=1), run=mark_due),
            Job(name="forget_facts", every=timedelta(hours=6), run=forget_facts),
        ),
        projections=(
            Projection(
                name="customers", publisher="customer", types=(CustomerUpdated,), forget=copies.forget_customers
            ),
            Projection(name="owners", publisher="triage", types=(OwnerChanged,), forget=copies.forget_owners),
            Projection(name="projects", publisher="billing", types=(ProjectChanged,), forget=copies.forget_projects),
            Projection(
                name="branches", publisher="device-gateway", types=(BranchChanged,), forget=copies.forget_branches
            ),
            Projection(name="staff", publisher="device-gateway", types=(StaffChanged,), forget=copies.forget_staff),
        ),
    )
