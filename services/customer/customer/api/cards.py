"""Cards over HTTP (C10)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Exactly
from qiantai.web.may import May
from qiantai.web.routes import Routes
from qiantai.web.views import list_of, view_of

from customer.domain.model import CARD_KINDS, Card
from customer.usecases.cards import IssueCard, RevokeCard, issue_card, revoke_card
from customer.usecases.offered import with_card
from customer.usecases.open_file import open_file
from customer.usecases.ports import UnitOfWork

routes = Routes("cards", about="Cards that open a customer's arrival (C10)")


class CardBody(Body):
    """A card for a customer (C10)."""

    branch = BranchCode(required=True)
    number = ma.fields.String(required=True, validate=Exactly("[A-Za-z0-9-]{4,40}"))
    kind = Choice(*CARD_KINDS, required=True)


class RevokeBody(Body):
    """Why a card opens nothing any more."""

    reason = Choice("lost", "returned", "replaced", required=True)


CardView = view_of(Card, more={"may": May(with_card)})


@routes.write("POST", "/<id:customer>/cards", may="card.issue", body=CardBody, returns=CardView, status=201)
def issue(uow: UnitOfWork, customer: str, body: dict[str, Any]) -> Card:
    """Bind a card to a customer."""
    return issue_card(IssueCard(customer=customer, **body), uow)


@routes.read("/<id:customer>/cards", may="customer.read", returns=list_of(CardView))
def of_customer(uow: UnitOfWork, customer: str) -> dict[str, Any]:
    """Return the cards of a customer."""
    return {"items": uow.cards.of(open_file(customer, uow).id)}


@routes.write("POST", "/cards/<code:number>/revoke", may="card.revoke", body=RevokeBody, returns=CardView)
def revoke(uow: UnitOfWork, number: str, body: dict[str, Any]) -> Card:
    """Report a card lost, take it back, or replace it; it opens nothing any more."""
    return revoke_card(RevokeCard(number=number, reason=body["reason"]), uow)
