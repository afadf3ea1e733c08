"""What the customer service tells: each fact made of the record that it is about."""

from __future__ import annotations

from typing import TypeVar

from qiantai.contracts import CHAIN
from qiantai.contracts.customer import CardIssued, CardRevoked, CustomerRegistered, CustomerUpdated

from customer.domain.model import Card, Customer

File = TypeVar("File", CustomerRegistered, CustomerUpdated)


def customer_registered(customer: Customer) -> CustomerRegistered:
    """Return a new file."""
    return _file(CustomerRegistered, customer)


def customer_updated(customer: Customer) -> CustomerUpdated:
    """Return a file as it is now."""
    return _file(CustomerUpdated, customer)


def card_issued(card: Card) -> CardIssued:
    """Return that a card is in use."""
    return CardIssued(branch=CHAIN, card=card.id, number=card.number, kind=card.kind, customer=card.customer)


def card_revoked(card: Card) -> CardRevoked:
    """Return that a card opens nothing any more; its state is the reason."""
    return CardRevoked(branch=CHAIN, card=card.id, number=card.number, customer=card.customer, reason=card.state)


def _file(kind: type[File], customer: Customer) -> File:
    return kind(
        branch=CHAIN,
        customer=customer.id,
        number=customer.number,
        name=customer.name,
        kind=customer.kind,
        home_branch=customer.home_branch,
        gender=customer.gender,
        birthday=customer.birthday,
        phone_tail=customer.phone_tail,
        referrer=customer.referrer,
        source=customer.source,
    )
