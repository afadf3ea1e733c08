"""Copies of other services' data on PostgreSQL."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from qiantai.storage.projections import put_newer

from billing.domain.visit import Visit
from billing.storage import tables as t


class SqlKnown:
    """Customers, visits and branches as they were told; a newer version wins."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def customer_name(self, id_: str) -> str | None:
        """Return a customer's name, None where the file is not known."""
        table = t.known_customer.c
        name: str | None = self._connection.scalar(sa.select(table.name).where(table.id == id_))
        return name

    def visit(self, id_: str) -> Visit | None:
        """Return a visit, None where it is not known."""
        table = t.known_visit.c
        row = (
            self._connection.execute(
                sa.select(table.id, table.customer, table.branch, table.consultant).where(table.id == id_)
            )
            .mappings()
            .first()
        )
        return None if row is None else Visit(**row)

    def performer(self, customer: str) -> str | None:
        """Return who gets the performance of a customer's deals, None where nobody is known."""
        table = t.known_performer.c
        consultant: str | None = self._connection.scalar(sa.select(table.consultant).where(table.customer == customer))
        return consultant

    def timezone(self, branch: str) -> str | None:
        """Return a branch's zone, None where the branch is not known."""
        table = t.known_branch.c
        zone: str | None = self._connection.scalar(sa.select(table.timezone).where(table.code == branch))
        return zone

    def learn_customer(self, id_: str, name: str, *, version: int) -> None:
        """Take over a customer's file."""
        put_newer(self._connection, t.known_customer, {"id": id_, "name": name, "version": version})

    def learn_visit(self, visit: Visit, *, version: int) -> None:
        """Take over a visit."""
        values = {"id": visit.id, "customer": visit.customer, "branch": visit.branch, "consultant": visit.consultant}
        put_newer(self._connection, t.known_visit, {**values, "version": version})

    def learn_performer(self, customer: str, consultant: str, *, since: datetime, version: int) -> None:
        """Take over who gets the performance of a customer's deals."""
        values = {"customer": customer, "consultant": consultant, "since": since, "version": version}
        put_newer(self._connection, t.known_performer, values)

    def learn_branch(self, code: str, timezone: str, *, version: int) -> None:
        """Take over a branch."""
        put_newer(self._connection, t.known_branch, {"code": code, "timezone": timezone, "version": version})
