"""The unit of work over one SQLAlchemy Core connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from typing_extensions import override

from qiantai import failpoints
from qiantai.storage.known import SqlKnown
from qiantai.storage.outbox import PendingOutbox
from qiantai.storage.statements import Statements
from qiantai.uow import Context, UnitOfWork


class SqlUnitOfWork(UnitOfWork):
    """One transaction on PostgreSQL; services add their repositories in `__init__`."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        self.connection = connection
        self.actor = context.actor
        self.now = context.now
        self.statements = Statements(connection)
        self.outbox = PendingOutbox(context)
        self.known = SqlKnown(self.statements)
        self.audit_details: dict[str, object] = {}
        self.audited = True
        self.told = False
        """Whether `flush` gave rows to the outbox: the relay is to be woken."""
        self._at_end: dict[Callable[[Any], None], None] = {}

    @override
    def note(self, **details: object) -> None:
        self.audit_details.update(details)

    @override
    def not_audited(self) -> None:
        self.audited = False

    @override
    def at_end(self, work: Callable[[Any], None]) -> None:
        self._at_end[work] = None

    def follow(self, earlier: Self) -> None:
        """Go on after another unit of work of the same transaction that has gathered: its rows are sent with these."""
        self.statements.follow(earlier.statements)

    def gather(self) -> None:
        """Do what was left for the end and let what is to be saved wait.

        The outbox rows are last, so that their ids follow the locks that were taken.
        """
        while self._at_end:
            self._at_end.pop(work := next(iter(self._at_end)))
            work(self)
        self.told = self.outbox.write(self.statements) or self.told

    def flush(self) -> None:
        """Write what is to be saved."""
        self.gather()
        self.statements.send()


U = TypeVar("U", bound=SqlUnitOfWork)


@contextmanager
def transaction(engine: sa.Engine, kind: type[U], context: Context) -> Iterator[U]:
    """Open one transaction as a unit of work; commits at the end, rolls back on an error."""
    with committing(engine) as connection:
        uow = kind(connection, context)
        yield uow
        uow.flush()


@contextmanager
def committing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open one transaction; commits at the end, rolls back on an error."""
    with engine.begin() as connection:
        yield connection
        failpoints.hit("transaction.before_commit")
    failpoints.hit("transaction.after_commit")
