"""Paid items and their use on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from qiantai.storage.known import of_person
from qiantai.storage.scope import in_scope
from typing_extensions import override

from billing.domain.errors import UnknownItem
from billing.domain.item import Item, Use
from billing.storage import tables as t
from billing.usecases.ports import Items


class SqlItems(Items):
    """Items by id; a query sees the actor's branches alone."""

    def __init__(self, connection: sa.Connection, scope: list[str] | None) -> None:
        self._connection = connection
        self._scope = scope

    @override
    def add(self, items: Sequence[Item]) -> None:
        if items:
            self._connection.execute(sa.insert(t.item), [asdict(item) for item in items])

    @override
    def get(self, id_: str) -> Item:
        return self._one(self._query().where(t.item.c.id == id_))

    @override
    def lock(self, id_: str) -> Item:
        return self._one(self._query().where(t.item.c.id == id_).with_for_update())

    @override
    def save_use(self, item: Item, use: Use) -> None:
        self._connection.execute(
            sa.update(t.item).where(t.item.c.id == item.id).values(used=t.item.c.used + 1, version=item.version)
        )
        self._connection.execute(sa.insert(t.item_use), [asdict(use)])

    @override
    def uses_of(self, id_: str) -> Sequence[Use]:
        query = sa.select(t.item_use).where(t.item_use.c.item == id_).order_by(t.item_use.c.place)
        return [Use(**row) for row in self._connection.execute(query).mappings()]

    @override
    def find(self, customer: str, *, unused: bool, before: str | None, limit: int) -> Sequence[Item]:
        query = self._query().where(of_person(t.item.c.customer, customer)).order_by(t.item.c.id.desc()).limit(limit)
        if unused:
            query = query.where(t.item.c.used < t.item.c.sessions)
        if before is not None:
            query = query.where(t.item.c.id < before)
        return [Item(**row) for row in self._connection.execute(query).mappings()]

    def _query(self) -> sa.Select[Any]:
        return sa.select(t.item).where(in_scope(t.item.c.branch, self._scope))

    def _one(self, query: sa.Select[Any]) -> Item:
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise UnknownItem
        return Item(**row)
