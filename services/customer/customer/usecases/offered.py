"""What somebody may do with a file and with a card now: by right, and by the table of a card's states."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai.actors import Actor
from qiantai.permissions import may

from customer.domain.model import NEXT, Card, Customer


def with_file(file: Customer, actor: Actor) -> Iterator[str]:
    """Return the names of what this person may do with a file; it is open to whoever sees it."""
    if may(actor, "customer.edit"):
        yield "edit"
    if file.phones and may(actor, "customer.reveal"):
        yield "reveal"
    if may(actor, "card.issue"):
        yield "cards"


def with_card(card: Card, actor: Actor) -> Iterator[str]:
    """Return the names of what this person may do with a card."""
    if NEXT[card.state] and may(actor, "card.revoke"):
        yield "revoke"
