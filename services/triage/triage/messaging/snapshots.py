"""What the triage service tells again on request: rosters and owners as they are."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai.contracts import CHAIN
from qiantai.contracts.event import Event
from qiantai.contracts.triage import OwnerChanged, PerformanceMoved

from triage.usecases.duty import scheduled
from triage.usecases.ports import UnitOfWork

_AGAIN = "told again"


def consultants(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every consultant's standing settings."""
    for place in uow.roster.everybody():
        yield scheduled(place), place.version


def owners(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Everybody's owner."""
    for one in uow.customers.owners():
        owner = one.consultant or ""
        told = OwnerChanged(branch=CHAIN, customer=one.customer, owner=owner, previous=None, reason=_AGAIN)
        yield told, one.version


def performance(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Who gets the performance of every customer's deals, from when on."""
    for one in uow.customers.owners():
        if one.consultant is None or one.since is None:
            continue
        told = PerformanceMoved(
            branch=CHAIN,
            customer=one.customer,
            visit=None,
            previous=None,
            to=one.consultant,
            since=one.since,
            rule="T11",
            reason=_AGAIN,
        )
        yield told, one.version
