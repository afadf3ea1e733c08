"""What the customer service tells again on request: files and cards as they are."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai.contracts.event import Event

from customer.domain.model import IN_USE
from customer.usecases import facts
from customer.usecases.ports import UnitOfWork


def files(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every file as it is now."""
    for customer in uow.customers.all():
        yield facts.customer_updated(customer), customer.version


def cards_in_use(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every card in use."""
    for card in uow.cards.all():
        if card.state == IN_USE:
            yield facts.card_issued(card), card.version


def cards_revoked(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every card that opens nothing any more."""
    for card in uow.cards.all():
        if card.state != IN_USE:
            yield facts.card_revoked(card), card.version
