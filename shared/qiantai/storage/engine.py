"""Engines, and what their errors say."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from qiantai.failpoints import InjectedFault
from qiantai.pace import SESSION

_SESSION = "SET statement_timeout = 20000; SET timezone = 'UTC'"
"""Said after the start: a pooler between the two takes no options at it."""


def engine_for(url: str, *, pool: int = 10, spare: int | None = None) -> sa.Engine:
    """Return an engine for a `postgresql://` URL (psycopg 3); it keeps `pool` connections, at a peak `spare` more."""
    engine = sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool,
        max_overflow=pool if spare is None else spare,
        pool_pre_ping=False,
        hide_parameters=True,  # personal data does not belong into logs and reasons
        pool_timeout=10,
        pool_recycle=1800,
        connect_args=SESSION,
    )
    sa.event.listen(engine, "connect", _begin_session)
    return engine


def _begin_session(session: Any, _record: object) -> None:  # noqa: ANN401 - psycopg's own
    session.autocommit = True
    session.execute(_SESSION)
    session.autocommit = False


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
