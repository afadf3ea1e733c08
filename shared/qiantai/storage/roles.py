"""Databases, and in them each service's role with its schema."""

from __future__ import annotations

import os
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from qiantai.services import API_PREFIXES, role_of


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
