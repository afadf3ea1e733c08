"""What the customer service tells again on request: files and cards as they are."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai.contracts import CHAIN
from qiantai.contracts.customer import CardRevoked
from qiantai.contracts.event import Event

from customer.usecases.cards import issued
from customer.usecases.edit_customer import state_of
from customer.usecases.ports import UnitOfWork


def files(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every file as it is now."""
    for customer in uow.customers.all():
        yield state_of(customer), customer.version


def cards_in_use(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every card in use."""
    for card in uow.cards.all():
        if card.state == "in_use":
            yield issued(card), card.version


def cards_revoked(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every card that opens nothing any more."""
    for card in uow.cards.all():
        if card.state != "in_use":
            told = CardRevoked(
                branch=CHAIN, card=card.id, number=card.number, customer=card.customer, reason=card.state
            )
            yield told, card.version
