"""Cards on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from qiantai.both import Both
from qiantai.storage.chunks import next_chunk
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from customer.domain.errors import CardNumberInUse, UnknownCard
from customer.domain.model import IN_USE, Card
from customer.storage import tables as t
from customer.usecases.ports import Cards

_COLUMNS = ("id", "number", "kind", "customer", "branch", "state", "version")


class SqlCards(Cards):
    """Cards by number; a number is given once."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def add(self, card: Card) -> None:
        values = {name: getattr(card, name) for name in _COLUMNS}
        added = self._connection.execute(
            insert(t.card).values(**values).on_conflict_do_nothing().returning(t.card.c.id)
        ).first()
        if added is None:
            raise CardNumberInUse(
                fields={"number": Both("read or enter another card", "请刷另一张卡，或输入另一个卡号。")}
            )

    @override
    def lock(self, number: str) -> Card:
        row = self._connection.execute(sa.select(t.card).where(t.card.c.number == number).with_for_update()).first()
        if row is None:
            raise UnknownCard
        return Card(**row._mapping)

    @override
    def save(self, card: Card) -> None:
        self._connection.execute(
            sa.update(t.card).where(t.card.c.id == card.id).values(state=card.state, version=card.version)
        )

    @override
    def of(self, customer: str) -> Sequence[Card]:
        rows = self._connection.execute(
            sa.select(t.card).where(t.card.c.customer == customer).order_by(t.card.c.id.desc())
        )
        return [Card(**row._mapping) for row in rows]

    @override
    def find(self, *, in_use: bool, after: str | None, limit: int) -> Sequence[Card]:
        query = sa.select(t.card).where((t.card.c.state == IN_USE) if in_use else t.card.c.state != IN_USE)
        rows = next_chunk(self._connection, query, [t.card.c.id], [after] if after else None, limit)
        return [Card(**row._mapping) for row in rows]
