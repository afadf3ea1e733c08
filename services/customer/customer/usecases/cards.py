"""Issuing and revoking cards (C10)."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.branches import open_branch
from qiantai.ids import new_id

from customer.domain.model import Card, card_number, revoke
from customer.usecases import facts
from customer.usecases.open_file import open_file
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

    Raises UnknownBranch, BranchClosed, UnknownCustomer, FileElsewhere, CardNumberInUse.
    """
    open_branch(command.branch, uow)
    customer = open_file(command.customer, uow)
    card = Card(
        id=new_id(),
        number=card_number(command.number),
        kind=command.kind,
        customer=customer.id,
        branch=command.branch,
        version=1,
    )
    uow.cards.add(card)
    uow.outbox.append(facts.card_issued(card), version=card.version)
    return card


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeCard:
    """A card opens nothing any more; `reason` is lost, returned or replaced."""

    number: str
    reason: str


def revoke_card(command: RevokeCard, uow: UnitOfWork) -> Card:
    """Take a card out of use. Raises UnknownCard, FileElsewhere, CardNotInUse."""
    card = revoke(uow.cards.lock(card_number(command.number)), command.reason)
    open_file(card.customer, uow)
    uow.cards.save(card)
    uow.outbox.append(facts.card_revoked(card), version=card.version)
    return card
