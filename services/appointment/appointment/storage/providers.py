"""Who can be booked, on PostgreSQL: a copy of the gateway's staff with a key in the calendar (A8)."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.storage.known import put_newer
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from appointment.storage import tables as t
from appointment.usecases.ports import Provider, Providers


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
