"""Cards over HTTP (C10)."""

from __future__ import annotations

from typing import Any

from qiantai.web.routes import Routes

from customer.api import schemas
from customer.domain.model import Card
from customer.usecases.cards import IssueCard, RevokeCard, issue_card, revoke_card
from customer.usecases.ports import UnitOfWork

routes = Routes("cards", about="Cards that open a customer's arrival (C10)")


@routes.write(
    "POST", "/<id:customer>/cards", may="card.issue", body=schemas.CardBody, returns=schemas.CardView, status=201
)
def issue(uow: UnitOfWork, customer: str, body: dict[str, Any]) -> Card:
    """Bind a card to a customer."""
    return issue_card(IssueCard(customer=customer, **body), uow)


@routes.read("/<id:customer>/cards", may="customer.read", returns=schemas.CardsView)
def of_customer(uow: UnitOfWork, customer: str) -> dict[str, Any]:
    """Return the cards of a customer."""
    uow.customers.get(customer)
    return {"items": uow.cards.of(customer)}


@routes.write(
    "POST", "/cards/<code:number>/revoke", may="card.revoke", body=schemas.RevokeBody, returns=schemas.CardView
)
def revoke(uow: UnitOfWork, number: str, body: dict[str, Any]) -> Card:
    """Report a card lost, take it back, or replace it; it opens nothing any more."""
    return revoke_card(RevokeCard(number=number, reason=body["reason"]), uow)
