"""What the triage service tells again on request: rosters and owners as they are."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai.contracts import CHAIN
from qiantai.contracts.event import Event
from qiantai.contracts.triage import OwnerChanged

from triage.usecases.duty import scheduled
from triage.usecases.ports import UnitOfWork


def consultants(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every consultant's standing settings."""
    for place in uow.roster.everybody():
        yield scheduled(place), place.version


def owners(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Everybody's owner."""
    for customer, owner, version in uow.customers.owners():
        yield OwnerChanged(branch=CHAIN, customer=customer, owner=owner, previous=None, reason="told again"), version
