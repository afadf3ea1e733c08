"""Engines, and what their errors say."""

from __future__ import annotations

import sqlalchemy as sa

from qiantai.pace import SESSION


def engine_for(url: str, *, pool: int = 10) -> sa.Engine:
    """Return an engine for a `postgresql://` URL (psycopg 3)."""
    return sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=False,
        hide_parameters=True,  # personal data does not belong into logs and reasons
        pool_timeout=10,
        pool_recycle=1800,
        connect_args={**SESSION, "options": "-c statement_timeout=20000 -c timezone=UTC"},
    )


_PASSING = ("40001", "40P01", "23505")
"""Serialization failure, deadlock, and a row that somebody else made a moment before: a second try sees it."""


def is_passing(error: Exception) -> bool:
    """Say whether the same work may go well when it is done again."""
    return isinstance(error, sa.exc.DBAPIError) and getattr(error.orig, "sqlstate", None) in _PASSING
