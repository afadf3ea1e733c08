"""The only place where the customer service is wired."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from qiantai.application import parked
from qiantai.contracts.customer import CardIssued, CardRevoked, CustomerUpdated
from qiantai.service import Job, Service

from customer.api import cards, customers, words
from customer.messaging import snapshots
from customer.messaging.subscriptions import subscriptions
from customer.storage.tables import metadata
from customer.storage.unit_of_work import CustomerUnitOfWork
from customer.usecases.looks import forget_looks


def service() -> Service:
    """Return the customer service."""
    return Service(
        name="customer",
        metadata=metadata,
        migrations=Path(__file__).parent / "migrations",
        unit_of_work=CustomerUnitOfWork,
        subscriptions=subscriptions,
        routes=(customers.routes, cards.routes, words.routes, parked.routes),
        jobs=(Job(name="forget_looks", every=timedelta(hours=1), run=forget_looks),),
        snapshots={
            CustomerUpdated: snapshots.files,
            CardIssued: snapshots.cards_in_use,
            CardRevoked: snapshots.cards_revoked,
        },
    )
