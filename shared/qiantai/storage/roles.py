"""Engines, and the schemas with their roles."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import sqlalchemy as sa
from psycopg import sql

from qiantai.failpoints import InjectedFault
from qiantai.pace import SESSION
from qiantai.services import API_PREFIXES, role_of

_SESSION = "-c statement_timeout=20000 -c timezone=UTC"
_LOOKS_AT = "looks_at"


def engine_for(url: str, *, pool: int = 10) -> sa.Engine:
    """Return an engine for a `postgresql://` URL (psycopg 3)."""
    return _engine(url, pool, _SESSION)


def looking_engine(engine: sa.Engine, *, pool: int) -> sa.Engine:
    """Return an engine of the same database that only reads, each statement in a transaction of its own.

    Whatever would change something is refused by the server.
    """
    url = engine.url.render_as_string(hide_password=False)
    options = f"{_SESSION} -c default_transaction_read_only=on"
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
    # without a state it is the connection; a value that does not fit always has one
    lost = state is None and isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
    away = error.connection_invalidated or lost or (state or "")[:2] in ("08", "53", "57")
    return away and state != "57014"  # a statement time-out is the statement's own


def url_with(url: str, *, user: str, password: str, database: str | None = None) -> str:
    """Return `url` for another role of the same server."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit("@", 1)[-1]
    netloc = f"{quote(user)}:{quote(password)}@{host}"
    path = parts.path if database is None else f"/{database}"
    query = "&".join(item for item in parts.query.split("&") if item and not item.startswith("passfile="))
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def ensure_database(admin_url: str, name: str) -> str:
    """Make the database if it is not there; returns its URL for the administrator."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if there is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    parts = urlsplit(admin_url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def ensure_role(database_url: str, service: str, password: str, *, prefix: str = "") -> None:
    """Make a service's role and schema; the role owns its schema and sees no other.

    Idempotent; the password is set anew each time.
    """
    role, schema = prefix + role_of(service), role_of(service)
    with psycopg.connect(database_url, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        verb = "ALTER" if there else "CREATE"
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
            )
        )
        database = connection.info.dbname
        connection.execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(role))
        )
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
        connection.execute(
            sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(
                sql.Identifier(schema), sql.Identifier(role)
            )
        )
        connection.execute(
            sql.SQL("ALTER ROLE {} IN DATABASE {} SET search_path = {}").format(
                sql.Identifier(role), sql.Identifier(database), sql.Identifier(schema)
            )
        )


def service_urls(database_url: str, passwords: dict[str, str]) -> dict[str, str]:
    """Return each service's own URL."""
    return {name: url_with(database_url, user=role_of(name), password=passwords[name]) for name in API_PREFIXES}


def new_password() -> str:
    """Return a fresh random password."""
    return os.urandom(18).hex()
