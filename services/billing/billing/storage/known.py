"""Copies of other services' data on PostgreSQL."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from qiantai.storage.projections import put_newer
from typing_extensions import override

from billing.domain.visit import Visit
from billing.storage import tables as t
from billing.usecases.ports import Known


class SqlKnown(Known):
    """Customers, visits and branches as they were told; a newer version wins."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def customer_name(self, id_: str) -> str | None:
        table = t.known_customer.c
        name: str | None = self._connection.scalar(sa.select(table.name).where(table.id == id_))
        return name

    @override
    def visit(self, id_: str) -> Visit | None:
        table = t.known_visit.c
        row = (
            self._connection.execute(
                sa.select(table.id, table.customer, table.branch, table.consultant).where(table.id == id_)
            )
            .mappings()
            .first()
        )
        return None if row is None else Visit(**row)

    @override
    def performer(self, customer: str) -> str | None:
        table = t.known_performer.c
        consultant: str | None = self._connection.scalar(sa.select(table.consultant).where(table.customer == customer))
        return consultant

    @override
    def timezone(self, branch: str) -> str | None:
        table = t.known_branch.c
        zone: str | None = self._connection.scalar(sa.select(table.timezone).where(table.code == branch))
        return zone

    @override
    def learn_customer(self, id_: str, name: str, *, version: int) -> None:
        put_newer(self._connection, t.known_customer, {"id": id_, "name": name, "version": version})

    @override
    def learn_visit(self, visit: Visit, *, version: int) -> None:
        values = {"id": visit.id, "customer": visit.customer, "branch": visit.branch, "consultant": visit.consultant}
        put_newer(self._connection, t.known_visit, {**values, "version": version})

    @override
    def learn_performer(self, customer: str, consultant: str, *, since: datetime, version: int) -> None:
        values = {"customer": customer, "consultant": consultant, "since": since, "version": version}
        put_newer(self._connection, t.known_performer, values)

    @override
    def learn_branch(self, code: str, timezone: str, *, version: int) -> None:
        put_newer(self._connection, t.known_branch, {"code": code, "timezone": timezone, "version": version})
