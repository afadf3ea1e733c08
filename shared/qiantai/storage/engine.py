"""Engines, and what their errors say."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from qiantai.failpoints import InjectedFault
from qiantai.pace import SESSION

_OPTIONS = "-c statement_timeout=20000 -c timezone=UTC"
_LOOKS_AT = "looks_at"


def engine_for(url: str, *, pool: int = 10) -> sa.Engine:
    """Return an engine for a `postgresql://` URL (psycopg 3)."""
    return _engine(url, pool, _OPTIONS)


def looking_engine(engine: sa.Engine) -> sa.Engine:
    """Return an engine of the same database that only reads, each statement in a transaction of its own.

    Whatever would change something is refused by the server.
    """
    url = engine.url.render_as_string(hide_password=False)
    options = f"{_OPTIONS} -c default_transaction_read_only=on"
    pool: int = engine.pool.size()  # type: ignore[attr-defined]
    return _engine(url, pool, options, isolation_level="AUTOCOMMIT", execution_options={_LOOKS_AT: engine})


def engine_of(connection: sa.Connection) -> sa.Engine:
    """Return the engine that stands for a connection's database; one that only looks is none of its own."""
    engine: sa.Engine = connection.get_execution_options().get(_LOOKS_AT, connection.engine)
    return engine


def _engine(url: str, pool: int, session: str, **options: Any) -> sa.Engine:  # noqa: ANN401 - SQLAlchemy's own
    return sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=False,
        hide_parameters=True,  # personal data does not belong into logs and reasons
        pool_timeout=10,
        pool_recycle=1800,
        connect_args={**SESSION, "options": session},
        **options,
    )


_PASSING = ("40001", "40P01", "23505")
"""Serialization failure, deadlock, and a row that somebody else made a moment before: a second try sees it."""


def is_passing(error: Exception) -> bool:
    """Say whether the same work may go well when it is done again."""
    return isinstance(error, sa.exc.DBAPIError) and getattr(error.orig, "sqlstate", None) in _PASSING


def is_unsure(error: Exception) -> bool:
    """Say whether the database is away, so that what became of the transaction is not known."""
    if isinstance(error, InjectedFault):
        return True
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    # no connection could be had: such an error names no statement; one of a statement is the work's own
    lost = state is None and error.statement is None and isinstance(error, sa.exc.OperationalError)
    away = error.connection_invalidated or lost or (state or "")[:2] in ("08", "53", "57")
    return away and state != "57014"  # a statement time-out is the statement's own
