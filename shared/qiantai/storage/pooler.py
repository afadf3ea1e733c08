"""A pooler between a service and PostgreSQL: each service needs sessions of its own, for its locks and for LISTEN."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

from qiantai.pace import SESSION


class SharedSessions(RuntimeError):
    """The database's address leads to a pooler that hands one session to many."""

    def __init__(self, url: str) -> None:
        address = conninfo_to_dict(url)
        super().__init__(
            f"{address.get('host')}:{address.get('port', 5432)} is a pooler that gives each transaction another session"
            " (PgBouncer's pool_mode = transaction or statement), and the relay's locks and LISTEN belong to a session:"
            " set pool_mode = session, or name PostgreSQL itself"
        )


def refuse_shared_sessions(url: str) -> None:
    """Look whether two sessions are two, and one stays the same. Raises SharedSessions, psycopg.Error."""
    with (
        psycopg.connect(url, autocommit=True, **SESSION) as one,
        psycopg.connect(url, autocommit=True, **SESSION) as other,
    ):
        first = _backend(one)
        try:
            with other.transaction():  # it keeps what it has until the end of this
                second = _backend(other)
                again = first if second == first else _backend(one)
        except psycopg.errors.ProtocolViolation as error:  # pool_mode = statement allows no transaction
            raise SharedSessions(url) from error
    if second == first or again != first:
        raise SharedSessions(url)


def _backend(session: psycopg.Connection) -> int:
    row = session.execute("SELECT pg_backend_pid()").fetchone()
    return 0 if row is None else int(row[0])
