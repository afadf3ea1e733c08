"""The only place where the billing service is wired."""

from __future__ import annotations

from pathlib import Path

from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerUpdated
from qiantai.contracts.device_gateway import BranchChanged
from qiantai.contracts.triage import PerformanceMoved
from qiantai.service import Projection, Service

from billing.api import catalogue, charges, items, journal
from billing.messaging import snapshots
from billing.messaging.subscriptions import subscriptions
from billing.storage.tables import metadata
from billing.storage.unit_of_work import BillingUnitOfWork
from billing.usecases.known import forget_branches, forget_customers, forget_performers


def service() -> Service:
    """Return the billing service."""
    return Service(
        name="billing",
        metadata=metadata,
        migrations=Path(__file__).parent / "migrations",
        unit_of_work=BillingUnitOfWork,
        subscriptions=subscriptions,
        routes=(catalogue.routes, charges.routes, items.routes, journal.routes),
        snapshots={ProjectChanged: snapshots.projects},
        projections=(
            Projection(name="customers", publisher="customer", types=(CustomerUpdated,), forget=forget_customers),
            Projection(name="performers", publisher="triage", types=(PerformanceMoved,), forget=forget_performers),
            Projection(name="branches", publisher="device-gateway", types=(BranchChanged,), forget=forget_branches),
        ),
    )
