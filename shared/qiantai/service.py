"""What a service is made of, as its `bootstrap.py` wires it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from qiantai.contracts.event import Event
from qiantai.services import API_PREFIXES, role_of
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.subscriptions import Subscriptions

if TYPE_CHECKING:
    from flask import Flask

    from qiantai.web.routes import Routes

Snapshot = Callable[[Any], Iterator[tuple[Event, int]]]
"""`(unit of work) -> (event that tells the present state, its aggregate's version)`, for a rebuild."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that time brings: one replica at a time runs it, in one transaction."""

    name: str
    every: timedelta
    run: Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A copy of another service's data: a table, or with `only` some rows of one; `versions` are columns of it."""

    name: str
    publisher: str
    types: tuple[type[Event], ...]
    copy: sa.Table
    only: sa.ColumnElement[bool] | None = None
    versions: tuple[str, ...] = ("version",)

    def make_older(self, connection: sa.Connection) -> None:
        """Make every row older than what will be told again; it serves until then."""
        rows = sa.update(self.copy) if self.only is None else sa.update(self.copy).where(self.only)
        connection.execute(rows.values(dict.fromkeys(self.versions, 0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One of the six services.

    `channels` are notified after each commit beside the outbox's own; `extras` add to the application what is no API.
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

    @property
    def schema(self) -> str:
        """Schema and role in PostgreSQL."""
        return role_of(self.name)

    @property
    def prefix(self) -> str:
        """Where the API lives."""
        return API_PREFIXES[self.name]
