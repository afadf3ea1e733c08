"""What the triage service tells again on request: rosters as they are."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai.contracts.event import Event

from triage.usecases.duty import scheduled
from triage.usecases.ports import UnitOfWork


def consultants(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every consultant's standing settings."""
    for place in uow.roster.everybody():
        yield scheduled(place), place.version
