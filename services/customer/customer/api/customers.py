"""Files over HTTP."""

from __future__ import annotations

from typing import Any

from qiantai.phones import ImpossiblePhone, to_e164
from qiantai.web.paging import Page, cut, page_of, read_cursor, write_cursor
from qiantai.web.routes import Routes

from customer.api import schemas
from customer.domain.model import Customer, Phone
from customer.usecases.edit_customer import EditCustomer, edit_customer
from customer.usecases.ports import UnitOfWork
from customer.usecases.register_customer import RegisterCustomer, register_customer

routes = Routes("customers", about="Customers' files (C1-C13)")
_TAIL = 4
_TIMELINE_LIMIT = 500


@routes.write("POST", "/", may="customer.register", body=schemas.RegisterBody, returns=schemas.CustomerView, status=201)
def register(uow: UnitOfWork, body: dict[str, Any]) -> Customer:
    """Make a file; a known phone is refused with the existing file's id."""
    phones = tuple(Phone(**phone) for phone in body.pop("phones"))
    return register_customer(RegisterCustomer(phones=phones, **body), uow)


@routes.read("/", may="customer.read", query=schemas.FindQuery, returns=page_of(schemas.CustomerView))
def find(uow: UnitOfWork, query: dict[str, Any]) -> Page[Customer]:
    """Find files by phone, last four digits, card number or part of a name."""
    cursor = read_cursor(query["cursor"], str)
    after = str(cursor[0]) if cursor else None
    rows = uow.customers.find(**_way_of_finding(query["q"]), after=after, limit=query["limit"] + 1)
    return cut(rows, query["limit"], lambda customer: write_cursor(customer.id))


@routes.read("/<id:customer>", may="customer.read", returns=schemas.CustomerView)
def get(uow: UnitOfWork, customer: str) -> Customer:
    """Return a file; its ETag is needed to edit it."""
    return uow.customers.get(customer)


@routes.write(
    "PATCH", "/<id:customer>", may="customer.edit", body=schemas.EditBody, returns=schemas.CustomerView, edits=True
)
def edit(uow: UnitOfWork, customer: str, body: dict[str, Any], version: int) -> Customer:
    """Change fields of a file."""
    return edit_customer(EditCustomer(customer=customer, version=version, values=body), uow)


@routes.read("/<id:customer>/timeline", may="customer.read", returns=schemas.TimelineView)
def timeline(uow: UnitOfWork, customer: str) -> dict[str, Any]:
    """Return what happened to a customer in all services, newest first."""
    uow.customers.get(customer)
    return {"items": uow.timeline.of(customer, limit=_TIMELINE_LIMIT)}


def _way_of_finding(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    if text.isdigit() and len(text) == _TAIL:
        return {"tail": text}
    try:
        return {"phone": to_e164(text)}
    except ImpossiblePhone:
        return {"card": text} if any(sign.isdigit() for sign in text) else {"name": text}
