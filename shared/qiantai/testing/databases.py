"""Fresh databases for tests, each a copy of a template; a thread beside makes the next one and drops the used ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.services import role_of
from qiantai.storage.migrations import upgrade
from qiantai.storage.roles import ensure_database, ensure_role, owner_url, url_with

PASSWORD = "only-for-tests"  # noqa: S105
_ALONE = "SELECT pg_advisory_lock(hashtext('qiantai tests'))"
"""Roles belong to the whole server: two test processes on a given one make them in turn."""


class Databases:
    """Makes databases with the schemas of some services, each under its own role."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self._templates: dict[Hashable, str] = {}
        self._next: dict[Hashable, Future[str]] = {}
        self._drops: list[Future[None]] = []
        self._beside = ThreadPoolExecutor(1, "databases")
        self._admin = psycopg.connect(admin_url, autocommit=True)

    def close(self) -> None:
        """Drop what is left."""
        self._beside.shutdown()
        for drop in self._drops:
            drop.result()
        for name in (*(made.result() for made in self._next.values()), *self._templates.values()):
            self._drop(name)
        self._admin.close()

    def fresh(self, *services: Service, make: Callable[[Service, str], object] = upgrade) -> dict[str, str]:
        """Return each service's URL in a database of its own; `make` makes a service's tables at the owner's URL."""
        key = (*(service.name for service in services), make)
        if key not in self._templates:
            self._templates[key] = self._template(services, make)
            self._next[key] = self._beside.submit(self._copy, self._templates[key])
        name = self._next[key].result()
        self._next[key] = self._beside.submit(self._copy, self._templates[key])
        return self._urls(services, name)

    def admin_of(self, service_url: str) -> str:
        """Return the administrator's URL of the database that a service's URL names."""
        return self._admin_url(urlsplit(service_url).path.lstrip("/"))

    def owner_of(self, service_url: str) -> str:
        """Return the URL at which the tables of a service's URL can be changed."""
        return owner_url(self.admin_of(service_url), str(urlsplit(service_url).username))

    def drop(self, service_url: str) -> None:
        """Drop the database that a service's URL names, at leisure."""
        self._drops.append(self._beside.submit(self._drop, urlsplit(service_url).path.lstrip("/")))

    def _template(self, services: Sequence[Service], make: Callable[[Service, str], object]) -> str:
        name = f"m_{new_id().replace('-', '')}"
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(_ALONE)
            ensure_database(self.admin_url, name)
            for service in services:
                owner = ensure_role(self._admin_url(name), service.name, PASSWORD)
                schema = sql.Identifier(role_of(service.name))  # the copies have the path from the role itself
                connection.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(schema, schema))
                make(service, owner)
        return name

    def _copy(self, template: str) -> str:
        name = f"t_{new_id().replace('-', '')}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _urls(self, services: Sequence[Service], name: str) -> dict[str, str]:
        url = self._admin_url(name)
        return {s.name: url_with(url, user=role_of(s.name), password=PASSWORD) for s in services}

    def _admin_url(self, name: str) -> str:
        parts = urlsplit(self.admin_url)
        return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
