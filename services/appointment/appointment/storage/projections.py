"""Copies of others' data on PostgreSQL: the newer version wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from qiantai.storage.known import put_newer
from qiantai.storage.statements import Statements
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from appointment.domain.arrival import DEFAULT_TIMEZONE
from appointment.storage import tables as t
from appointment.usecases.ports import Branches, Customers, Projects, Provider, Providers

_TIMEZONE = "SELECT timezone FROM known_branch WHERE code = :code"


class SqlCustomers(Customers):
    """Customers as far as the customer service told of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def name(self, id_: str) -> str | None:
        return self.names([id_]).get(id_)

    @override
    def names(self, ids: Sequence[str]) -> Mapping[str, str]:
        rows = self._connection.execute(sa.select(t.customer.c.id, t.customer.c.name).where(t.customer.c.id.in_(ids)))
        return {row.id: row.name for row in rows}

    @override
    def put(self, id_: str, name: str, version: int) -> None:
        put_newer(self._connection, t.customer, {"id": id_, "name": name, "version": version})


class SqlProjects(Projects):
    """Projects of the catalogue as far as billing told of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def not_offered(self, codes: Sequence[str]) -> Sequence[str]:
        query = sa.select(t.project.c.code).where(t.project.c.code.in_(codes), t.project.c.active)
        offered = set(self._connection.execute(query).scalars())
        return [code for code in codes if code not in offered]

    @override
    def put(self, code: str, *, active: bool, version: int) -> None:
        put_newer(self._connection, t.project, {"code": code, "active": active, "version": version})


class SqlBranches(Branches):
    """Branches as far as the gateway told of them."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @override
    def timezone(self, code: str) -> str:
        rows = self._statements.fetch(_TIMEZONE, {"code": code})
        return rows[0].timezone if rows else DEFAULT_TIMEZONE

    @override
    def timezones(self) -> Mapping[str, str]:
        return {row.code: row.timezone for row in self._statements.connection.execute(sa.select(t.branch))}

    @override
    def closed(self, code: str) -> bool:
        query = sa.select(t.branch.c.active).where(t.branch.c.code == code)
        return self._statements.connection.execute(query).scalar_one_or_none() is False

    @override
    def put(self, code: str, *, timezone: str, active: bool, version: int) -> None:
        values = {"code": code, "timezone": timezone, "active": active, "version": version}
        put_newer(self._statements.connection, t.branch, values)


class SqlProviders(Providers):
    """Staff who can be booked; each has a key in the calendar (A8)."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def lock(self, id_: str) -> Provider:
        self._connection.execute(
            insert(t.provider).values(id=id_, active=True, branches=["*"], version=0).on_conflict_do_nothing()
        )
        query = sa.select(t.provider).where(t.provider.c.id == id_).with_for_update(key_share=True)
        row = self._connection.execute(query).one()
        return Provider(id=row.id, active=row.active, branches=tuple(row.branches))

    @override
    def put(self, provider: Provider, version: int) -> None:
        values = {
            "id": provider.id,
            "active": provider.active,
            "branches": list(provider.branches),
            "version": version,
        }
        put_newer(self._connection, t.provider, values, by="id")
