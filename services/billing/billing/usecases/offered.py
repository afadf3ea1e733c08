"""What somebody may do with a slip, a paid item or a product now: by role, by branch and by the table of states."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai import permissions
from qiantai.actors import Actor

from billing.domain.catalogue import CHAIN, Product, Project
from billing.domain.charge import NEXT, Charge
from billing.domain.item import Item


def with_charge(charge: Charge, actor: Actor) -> Iterator[str]:
    """Return the names of what this person may do with the slip now."""
    for name, action, state in (("payments", "payment.take", "part_paid"), ("void", "charge.void", "void")):
        if state in NEXT[charge.state] and permissions.may(actor, action):
            yield name
    if permissions.may(actor, "charge.print"):
        yield "prints"


def with_item(item: Item, actor: Actor) -> Iterator[str]:
    """Return the names of what this person may do with the item now."""
    if item.left > 0 and permissions.may(actor, "item.use"):
        yield "uses"


def with_offer(offer: Product | Project, actor: Actor) -> Iterator[str]:
    """Return what this person may change of a product or project: it is the whole chain's, prices a branch's too."""
    if not permissions.may(actor, "catalogue.edit"):
        return
    if actor.works_in(CHAIN):
        yield "edit"
    if isinstance(offer, Product):
        yield "prices"
