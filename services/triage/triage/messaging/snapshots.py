"""What the triage service tells again on request: rosters and owners as they are."""

from __future__ import annotations

from collections.abc import Sequence

from qiantai.contracts import CHAIN
from qiantai.contracts.event import Event
from qiantai.service import Chunk, chunk_of

from triage.usecases import facts
from triage.usecases.model import RosterPlace
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import OwnerRecord

_AGAIN = "told again"


def consultants(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Every consultant's standing settings."""
    found = uow.roster.everybody(after=(after[0], after[1]) if after else None, limit=limit)
    return chunk_of(found, limit, tell=_scheduled, place=lambda one: (one.branch, one.staff))


def owners(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Everybody's owner."""
    found = uow.customers.owners(after=after[0] if after else None, limit=limit)
    return chunk_of(found, limit, tell=_owner, place=lambda one: (one.customer,))


def performance(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Who gets the performance of every customer's deals, from when on."""
    found = uow.customers.owners(after=after[0] if after else None, limit=limit)
    return chunk_of(found, limit, tell=_performance, place=lambda one: (one.customer,))


def _scheduled(one: RosterPlace) -> tuple[Event, int]:
    return facts.consultant_scheduled(one), one.version


def _owner(one: OwnerRecord) -> tuple[Event, int]:
    return facts.owner_changed(one, branch=CHAIN, previous=None, reason=_AGAIN), one.version


def _performance(one: OwnerRecord) -> tuple[Event, int] | None:
    if one.consultant is None or one.since is None:
        return None
    told = facts.performance_moved(
        one, branch=CHAIN, since=one.since, visit=None, previous=None, rule="T11", reason=_AGAIN
    )
    return told, one.version
