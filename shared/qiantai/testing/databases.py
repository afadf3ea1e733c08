"""Fresh databases for tests: each a copy of a migrated template, in some tens of milliseconds."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.services import role_of
from qiantai.storage.migrations import upgrade
from qiantai.storage.roles import ensure_database, ensure_role, url_with

PASSWORD = "only-for-tests"  # noqa: S105


class Databases:
    """Makes databases with the schemas of some services, each under its own role."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self._templates: dict[tuple[str, ...], str] = {}

    def fresh(self, *services: Service) -> dict[str, str]:
        """Return each service's URL in a database of its own."""
        template = self._template(services)
        name = f"t_{new_id().replace('-', '')}"
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        parts = urlsplit(self.admin_url)
        url = urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
        for service in services:  # a role's search path is set per database
            ensure_role(url, service.name, PASSWORD)
        return {s.name: url_with(url, user=role_of(s.name), password=PASSWORD) for s in services}

    def admin_of(self, service_url: str) -> str:
        """Return the administrator's URL of the database that a service's URL names."""
        parts = urlsplit(self.admin_url)
        return urlunsplit((parts.scheme, parts.netloc, urlsplit(service_url).path, parts.query, ""))

    def drop(self, service_url: str) -> None:
        """Drop the database that a service's URL names."""
        name = urlsplit(service_url).path.lstrip("/")
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _template(self, services: tuple[Service, ...]) -> str:
        key = tuple(service.name for service in services)
        if key not in self._templates:
            name = f"m_{new_id().replace('-', '')}"
            url = ensure_database(self.admin_url, name)
            for service in services:
                ensure_role(url, service.name, PASSWORD)
                upgrade(service, url_with(url, user=role_of(service.name), password=PASSWORD))
            self._templates[key] = name
        return self._templates[key]
