"""Cards on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from customer.domain.errors import CardNumberInUse, UnknownCard
from customer.domain.model import Card
from customer.storage import tables as t

_COLUMNS = ("id", "number", "kind", "customer", "branch", "state", "version")


class SqlCards:
    """Cards by number; a number is given once."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, card: Card) -> None:
        """Save a new card. Raises CardNumberInUse."""
        values = {name: getattr(card, name) for name in _COLUMNS}
        added = self._connection.execute(
            insert(t.card).values(**values).on_conflict_do_nothing().returning(t.card.c.id)
        ).first()
        if added is None:
            raise CardNumberInUse(fields={"number": "read or enter another card"})

    def lock(self, number: str) -> Card:
        """Return a card that nobody else can change until this transaction ends. Raises UnknownCard."""
        row = self._connection.execute(sa.select(t.card).where(t.card.c.number == number).with_for_update()).first()
        if row is None:
            raise UnknownCard
        return Card(**row._mapping)

    def save(self, card: Card) -> None:
        """Save a changed card."""
        self._connection.execute(
            sa.update(t.card).where(t.card.c.id == card.id).values(state=card.state, version=card.version)
        )

    def of(self, customer: str) -> Sequence[Card]:
        """Return the cards of a customer, newest first."""
        rows = self._connection.execute(
            sa.select(t.card).where(t.card.c.customer == customer).order_by(t.card.c.id.desc())
        )
        return [Card(**row._mapping) for row in rows]

    def all(self) -> Iterator[Card]:
        """Return every card, in order of id."""
        for row in self._connection.execute(sa.select(t.card).order_by(t.card.c.id)):
            yield Card(**row._mapping)
