"""Databases, and in them each service's two roles: one that owns the schema, one that works in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from qiantai.services import API_PREFIXES, role_of
from qiantai.storage.patience import GIVE_UP_LOCKS, patiently

_WORKS = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE"
_NOT_MOVED = (
    # what a service's own role owns since before there was an owner; what belongs to a column follows its table
    "SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass::text"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p', 'v', 'S') AND c.relowner = %(role)s::regrole"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')"
    " UNION ALL SELECT 'FUNCTION', p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n"
    " ON n.oid = p.pronamespace WHERE n.nspname = %(schema)s AND p.proowner = %(role)s::regrole"
)
_ELSEWHERE = (
    "SELECT d.datname FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
    " JOIN pg_roles r ON r.oid = s.setrole WHERE r.rolname = %s AND d.datname <> current_database()"
)


class RoleTaken(RuntimeError):
    """A role of this name works for another installation on the same server."""


def url_with(url: str, *, user: str, password: str, database: str | None = None) -> str:
    """Return `url` for another role of the same server."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit("@", 1)[-1]
    netloc = f"{quote(user)}:{quote(password)}@{host}"
    path = parts.path if database is None else f"/{database}"
    query = "&".join(item for item in parts.query.split("&") if item and not item.startswith(("passfile=", "options=")))
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def owner_url(admin_url: str, service: str, role: str | None = None) -> str:
    """Return the administrator's URL as the owner of a service's schema: whom migrations run as."""
    parts = urlsplit(admin_url)
    options = quote(f"-c role={owner_of(role or role_of(service))} -c search_path={role_of(service)}")
    query = "&".join(item for item in (parts.query, f"options={options}") if item)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def owner_of(role: str) -> str:
    """Return the role that owns the tables in which `role` works; nobody signs in as it."""
    return f"{role}_owner"


def ensure_database(admin_url: str, name: str) -> str:
    """Make the database if it is not there; returns its URL for the administrator."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if there is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    parts = urlsplit(admin_url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def refuse_roles_of_others(database_url: str, roles: Iterable[str]) -> None:
    """Raise RoleTaken where one of these roles works in another database of the server: its password would change."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for role in roles:
            other = connection.execute(_ELSEWHERE, (role,)).fetchone()
            if other is not None:
                raise RoleTaken(
                    f"the role {role} works for the installation in database {other[0]}; give this one roles of its"
                    " own: QIANTAI_ROLE_PREFIX=name_, or other names in every QIANTAI_DATABASE_…"
                )


def ensure_role(database_url: str, service: str, password: str, *, role: str | None = None) -> str:
    """Make a service's role, its schema and the schema's owner; returns the URL that migrations run at.

    The role works in its schema and sees no other; it can change no table, trigger or guard, for they belong to the
    owner. Idempotent, by an administrator who may make roles and is no superuser too; the password is set anew.
    """
    role, schema = role or role_of(service), role_of(service)
    with psycopg.connect(database_url, autocommit=True) as connection:
        make_roles(connection, role, password)
        _ensure_schema(connection, role, schema)
    return owner_url(database_url, service, role)


def make_roles(connection: psycopg.Connection, role: str, password: str) -> None:
    """Make the role that signs in and the one that owns, or give the first its password anew."""
    names = {"role": sql.Identifier(role), "owner": sql.Identifier(owner_of(role)), "password": sql.Literal(password)}
    run = _runner(connection, names)
    if _there(connection, role):
        run("ALTER ROLE {role} LOGIN PASSWORD {password}")  # what it must not be, it was made without
    else:
        run("CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {password}")
    if not _there(connection, owner_of(role)):
        run("CREATE ROLE {owner} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
    run("GRANT {role}, {owner} TO CURRENT_USER")


def _ensure_schema(connection: psycopg.Connection, role: str, schema: str) -> None:
    names = {
        "role": sql.Identifier(role),
        "owner": sql.Identifier(owner_of(role)),
        "schema": sql.Identifier(schema),
        "database": sql.Identifier(connection.info.dbname),
    }
    run = _runner(connection, names)
    run("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    run("GRANT CONNECT ON DATABASE {database} TO {role}")
    run("CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}")
    _move_to_owner(connection, role, schema)
    run("GRANT USAGE ON SCHEMA {schema} TO {role}")
    run(f"ALTER DEFAULT PRIVILEGES FOR ROLE {{owner}} IN SCHEMA {{schema}} GRANT {_WORKS} ON TABLES TO {{role}}")
    run("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role}")
    run(f"GRANT {_WORKS} ON ALL TABLES IN SCHEMA {{schema}} TO {{role}}")
    run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}")
    run("ALTER ROLE {role} IN DATABASE {database} SET search_path = {schema}")


def _move_to_owner(connection: psycopg.Connection, role: str, schema: str) -> None:
    """Give the owner what the role itself owned, one thing at a time and beside those who work."""
    names = {"role": sql.Identifier(role), "owner": sql.Identifier(owner_of(role)), "schema": sql.Identifier(schema)}
    owns = "SELECT 1 FROM pg_namespace WHERE nspname = %s AND nspowner = %s::regrole"
    if connection.execute(owns, (schema, sql.Identifier(role).as_string(connection))).fetchone():
        _runner(connection, names)("ALTER SCHEMA {schema} OWNER TO {owner}")
    values = {"schema": schema, "role": sql.Identifier(role).as_string(connection)}
    connection.execute(GIVE_UP_LOCKS)
    for kind, name in connection.execute(_NOT_MOVED, values).fetchall():
        patiently(partial(_move, connection, kind, name, names))
    connection.execute("RESET lock_timeout")


def _move(connection: psycopg.Connection, kind: str, name: str, names: Mapping[str, sql.Composable]) -> None:
    run = _runner(connection, names)
    with connection.transaction():  # whoever works in it keeps the right to
        run(f"ALTER {kind} {name} OWNER TO {{owner}}")
        if kind != "FUNCTION":
            run(f"GRANT {'USAGE, SELECT ON SEQUENCE' if kind == 'SEQUENCE' else _WORKS + ' ON'} {name} TO {{role}}")


def _there(connection: psycopg.Connection, role: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None


def _runner(connection: psycopg.Connection, names: Mapping[str, sql.Composable]) -> Callable[[str], object]:
    return lambda text: connection.execute(sql.SQL(text).format(**names))


def service_urls(database_url: str, passwords: dict[str, str], *, prefix: str = "") -> dict[str, str]:
    """Return each service's own URL."""
    return {
        name: url_with(database_url, user=prefix + role_of(name), password=passwords[name]) for name in API_PREFIXES
    }


def new_password() -> str:
    """Return a fresh random password."""
    return os.urandom(18).hex()
