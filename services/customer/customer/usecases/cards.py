"""Issuing and revoking cards (C10)."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.contracts import CHAIN
from qiantai.contracts.customer import CardIssued, CardRevoked
from qiantai.ids import new_id

from customer.domain.model import Card, revoke
from customer.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCard:
    """A card or label for a customer; `kind` is design, temporary or member."""

    customer: str
    branch: str
    number: str
    kind: str


def issue_card(command: IssueCard, uow: UnitOfWork) -> Card:
    """Bind a card number to a customer, so that reading it opens their arrival.

    Raises UnknownCustomer, CardNumberInUse.
    """
    customer = uow.customers.get(command.customer)
    card = Card(
        id=new_id(),
        number=command.number,
        kind=command.kind,
        customer=customer.id,
        branch=command.branch,
        state="in_use",
        version=1,
    )
    uow.cards.add(card)
    uow.outbox.append(issued(card), version=card.version)
    return card


def issued(card: Card) -> CardIssued:
    """Return the event that tells that a card is in use."""
    return CardIssued(branch=CHAIN, card=card.id, number=card.number, kind=card.kind, customer=card.customer)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeCard:
    """A card opens nothing any more; `reason` is lost, returned or replaced."""

    number: str
    reason: str


def revoke_card(command: RevokeCard, uow: UnitOfWork) -> Card:
    """Take a card out of use. Raises UnknownCard, CardNotInUse."""
    card = revoke(uow.cards.lock(command.number), command.reason)
    uow.cards.save(card)
    uow.outbox.append(
        CardRevoked(branch=CHAIN, card=card.id, number=card.number, customer=card.customer, reason=command.reason),
        version=card.version,
    )
    return card
