"""What a service is made of, as its `bootstrap.py` wires it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from qiantai.contracts.event import Event
from qiantai.services import API_PREFIXES, role_of
from qiantai.sessions import GENERATIONS, Sessions, UntilTheyExpire
from qiantai.storage.sessions import KnownSessions
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.subscriptions import Subscriptions

if TYPE_CHECKING:
    from flask import Flask

    from qiantai.web.routes import Routes

R = TypeVar("R")
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of what a service tells again: events with the versions of their aggregates, and where it goes on.

    after: the sort keys of the last one, None where nothing follows.
    """

    events: Sequence[tuple[Event, int]]
    after: Sequence[str] | None


Snapshot = Callable[[Any, Sequence[str] | None, int], Chunk]
"""`(unit of work, sort keys to go on after or None, at most so many rows) -> chunk` of a service's present state."""


def chunk_of(
    rows: Sequence[R],
    limit: int,
    *,
    tell: Callable[[R], tuple[Event, int] | None],
    place: Callable[[R], Sequence[str]],
) -> Chunk:
    """Return the chunk that tells some rows, but for those without an event; fewer than `limit` are the last."""
    told = [event for row in rows if (event := tell(row)) is not None]
    return Chunk(told, place(rows[-1]) if len(rows) == limit else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that time brings: one replica at a time runs it, in one transaction."""

    name: str
    every: timedelta
    run: Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What a rebuild takes over anew: a table, or with `only` some rows of one; `versions` are columns of it.

    Of a copy that is declared in `known.py` it follows by itself.
    """

    name: str
    publisher: str
    types: tuple[type[Event], ...]
    copy: sa.Table
    only: sa.ColumnElement[bool] | None = None
    versions: tuple[str, ...] = ("version",)

    def make_older(self, engine: sa.Engine) -> None:
        """Make every row older than what will be told again, some thousands a transaction; they serve until then."""
        newer = sa.or_(*(self.copy.c[name] > 0 for name in self.versions))
        place: sa.ColumnElement[str] = sa.literal_column("ctid")
        some = sa.select(place).select_from(self.copy).where(newer, sa.true() if self.only is None else self.only)
        rows = sa.update(self.copy).where(place.in_(some.limit(_CHUNK))).values(dict.fromkeys(self.versions, 0))
        while True:
            with engine.begin() as connection:
                if connection.execute(rows).rowcount < _CHUNK:
                    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One of the six services.

    `channels` are notified after each commit beside the outbox's own; `extras` add to the application what is no API.
    `sessions`: how the owner of the accounts knows which sessions go on; the others know it from their copy.
    """

    name: str
    metadata: sa.MetaData
    migrations: Path
    unit_of_work: type[SqlUnitOfWork]
    subscriptions: Subscriptions
    routes: Sequence[Routes]
    jobs: Sequence[Job] = ()
    snapshots: Mapping[type[Event], Snapshot] = field(default_factory=dict)
    projections: Sequence[Projection] = ()
    channels: Sequence[str] = ()
    extras: Sequence[Callable[[Flask], None]] = ()
    sessions: Callable[[sa.Engine], Sessions] | None = None

    @property
    def rebuilds(self) -> dict[str, Projection]:
        """What `<service> rebuild` can take over anew, by name."""
        copies = [
            Projection(name=c.name, publisher=c.publisher, types=c.again, copy=self.metadata.tables[c.table])
            for c in self.subscriptions.copies
            if c.again
        ]
        return {one.name: one for one in (*copies, *self.projections)}

    def sessions_on(self, engine: sa.Engine) -> Sessions:
        """Return what tells which sessions go on."""
        if self.sessions is not None:
            return self.sessions(engine)
        return KnownSessions(engine) if GENERATIONS in self.subscriptions.copies else UntilTheyExpire()

    @property
    def schema(self) -> str:
        """Schema and role in PostgreSQL."""
        return role_of(self.name)

    @property
    def prefix(self) -> str:
        """Where the API lives."""
        return API_PREFIXES[self.name]
