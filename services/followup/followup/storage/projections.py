"""Copies of others' data on PostgreSQL: the newer version wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from qiantai.storage.known import put_newer
from typing_extensions import override

from followup.domain.template import DEFAULT_TIMEZONE
from followup.storage import tables as t
from followup.usecases.ports import Branches, Customers, People, Projects, Staff


class SqlCustomers(Customers):
    """Customers and their owners, as far as they were told."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def names(self, ids: Sequence[str]) -> Mapping[str, str]:
        rows = self._connection.execute(sa.select(t.customer.c.id, t.customer.c.name).where(t.customer.c.id.in_(ids)))
        return {row.id: row.name for row in rows}

    @override
    def put(self, id_: str, name: str, version: int) -> None:
        put_newer(self._connection, t.customer, {"id": id_, "name": name, "version": version})

    @override
    def owner(self, id_: str) -> str | None:
        query = sa.select(t.owner.c.owner).where(t.owner.c.customer == id_)
        return self._connection.execute(query).scalar_one_or_none()

    @override
    def put_owner(self, id_: str, owner: str, version: int) -> bool:
        return put_newer(self._connection, t.owner, {"customer": id_, "owner": owner, "version": version})


class SqlProjects(Projects):
    """Projects of the catalogue as far as billing told of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def classes(self, codes: Iterable[str]) -> Mapping[str, str]:
        query = sa.select(t.project.c.code, t.project.c.project_class).where(t.project.c.code.in_(list(codes)))
        return {row.code: row.project_class for row in self._connection.execute(query)}

    @override
    def put(self, code: str, project_class: str, version: int) -> None:
        put_newer(self._connection, t.project, {"code": code, "project_class": project_class, "version": version})


class SqlBranches(Branches):
    """Branches as far as the gateway told of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def timezone(self, code: str) -> str:
        return self.timezones().get(code, DEFAULT_TIMEZONE)

    @override
    def timezones(self) -> Mapping[str, str]:
        return {row.code: row.timezone for row in self._connection.execute(sa.select(t.branch))}

    @override
    def put(self, code: str, timezone: str, version: int) -> None:
        put_newer(self._connection, t.branch, {"code": code, "timezone": timezone, "version": version})


class SqlPeople(People):
    """Staff as far as the gateway told of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def get(self, id_: str) -> Staff | None:
        row = self._connection.execute(sa.select(t.staff).where(t.staff.c.id == id_)).first()
        if row is None:
            return None
        return Staff(id=row.id, name=row.name, roles=tuple(row.roles), branches=tuple(row.branches), active=row.active)

    @override
    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        rows = self._connection.execute(sa.select(t.staff.c.id, t.staff.c.name).where(t.staff.c.id.in_(list(ids))))
        return {row.id: row.name for row in rows}

    @override
    def put(self, staff: Staff, version: int) -> bool:
        values = {
            "id": staff.id,
            "name": staff.name,
            "roles": list(staff.roles),
            "branches": list(staff.branches),
            "active": staff.active,
            "version": version,
        }
        return put_newer(self._connection, t.staff, values)
