"""What the customer service tells again on request: files and cards as they are."""

from __future__ import annotations

from collections.abc import Sequence

from qiantai.service import Chunk, chunk_of

from customer.usecases import facts
from customer.usecases.ports import UnitOfWork


def files(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Every file as it is now."""
    found = uow.customers.find(after=after[0] if after else None, limit=limit)
    return chunk_of(
        found, limit, tell=lambda one: (facts.customer_updated(one), one.version), place=lambda one: (one.id,)
    )


def cards_in_use(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Every card in use."""
    found = uow.cards.find(in_use=True, after=after[0] if after else None, limit=limit)
    return chunk_of(found, limit, tell=lambda one: (facts.card_issued(one), one.version), place=lambda one: (one.id,))


def cards_revoked(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Every card that opens nothing any more."""
    found = uow.cards.find(in_use=False, after=after[0] if after else None, limit=limit)
    return chunk_of(found, limit, tell=lambda one: (facts.card_revoked(one), one.version), place=lambda one: (one.id,))
