"""Who can be booked, on PostgreSQL: a copy of the gateway's staff with a key in the calendar (A8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from qiantai.storage.known import put_newer
from typing_extensions import override

from appointment.storage import tables as t
from appointment.usecases.ports import Provider, Providers


class SqlProviders(Providers):
    """Staff who can be booked; each has a key in the calendar (A8)."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def get(self, id_: str) -> Provider | None:
        return self._one(sa.select(t.provider).where(t.provider.c.id == id_))

    @override
    def lock(self, id_: str) -> Provider | None:
        return self._one(sa.select(t.provider).where(t.provider.c.id == id_).with_for_update(key_share=True))

    def _one(self, query: sa.Select[Any]) -> Provider | None:
        row = self._connection.execute(query).first()
        return None if row is None else _provider(row)

    @override
    def of(self, branch: str, roles: Sequence[str]) -> Sequence[Provider]:
        query = sa.select(t.provider).where(
            t.provider.c.active, t.provider.c.branches.overlap([branch, "*"]), t.provider.c.roles.overlap(list(roles))
        )
        return [_provider(row) for row in self._connection.execute(query.order_by(t.provider.c.name, t.provider.c.id))]

    @override
    def put(self, provider: Provider, version: int) -> None:
        values = {
            "id": provider.id,
            "name": provider.name,
            "roles": list(provider.roles),
            "active": provider.active,
            "branches": list(provider.branches),
            "version": version,
        }
        put_newer(self._connection, t.provider, values, by="id")


def _provider(row: Any) -> Provider:  # noqa: ANN401 - a row
    return Provider(id=row.id, name=row.name, roles=tuple(row.roles), active=row.active, branches=tuple(row.branches))
