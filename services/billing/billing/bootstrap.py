"""The only place where the billing service is wired."""

from __future__ import annotations

from pathlib import Path

from qiantai.application import parked
from qiantai.contracts.billing import ProjectChanged
from qiantai.service import Service

from billing.api import catalogue, charges, items, journal, words
from billing.messaging import snapshots
from billing.messaging.subscriptions import subscriptions
from billing.storage import tables as t
from billing.storage.unit_of_work import BillingUnitOfWork


def service() -> Service:
    """Return the billing service."""
    return Service(
        name="billing",
        metadata=t.metadata,
        migrations=Path(__file__).parent / "migrations",
        unit_of_work=BillingUnitOfWork,
        subscriptions=subscriptions,
        routes=(catalogue.routes, charges.routes, items.routes, journal.routes, words.routes, parked.routes),
        snapshots={ProjectChanged: snapshots.projects},
    )
