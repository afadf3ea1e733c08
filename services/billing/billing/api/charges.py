"""Charge slips and payments over HTTP (B2, B3)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from qiantai.web.paging import Page, cut, page_of, write_cursor
from qiantai.web.routes import Routes

from billing.api import schemas
from billing.api.cursors import id_before
from billing.domain.charge import Charge, Payment, Tender
from billing.usecases.open_charge import OpenCharge, WantedLine, open_charge
from billing.usecases.ports import ChargeFilter, UnitOfWork
from billing.usecases.take_payment import TakePayment, take_payment
from billing.usecases.void_charge import VoidCharge, void_charge

routes = Routes("charges", about="Charge slips and payments (B2, B3)")


@routes.write(
    "POST", "/charges", may="charge.open", body=schemas.ChargeBody, returns=schemas.ChargeView, status=201, key=True
)
def open_slip(uow: UnitOfWork, body: dict[str, Any]) -> Charge:
    """Open a charge slip at today's prices of the branch."""
    lines = [WantedLine(**line) for line in body.pop("lines")]
    return open_charge(OpenCharge(lines=lines, **body), uow)


@routes.read("/charges", may="charge.read", query=schemas.ChargeQuery, returns=page_of(schemas.ChargeView))
def find_charges(uow: UnitOfWork, query: dict[str, Any]) -> Page[Charge]:
    """Return slips, the newest first."""
    wanted = ChargeFilter(**{field.name: query[field.name] for field in fields(ChargeFilter)})
    rows = uow.charges.find(wanted, before=id_before(query), limit=query["limit"] + 1)
    return cut(rows, query["limit"], lambda charge: write_cursor(charge.id))


@routes.read("/charges/<id:charge>", may="charge.read", returns=schemas.ChargeWithPaymentsView)
def get_charge(uow: UnitOfWork, charge: str) -> dict[str, Any]:
    """Return a slip with its lines and payments."""
    found = uow.charges.get(charge)
    shown = {name: getattr(found, name) for name in schemas.ChargeView().fields}
    return {**shown, "payments": uow.charges.payments_of(charge)}


@routes.write(
    "POST", "/charges/<id:charge>/void", may="charge.void", body=schemas.VoidBody, returns=schemas.ChargeView, key=True
)
def void(uow: UnitOfWork, charge: str, body: dict[str, Any]) -> Charge:
    """Void a slip on which nothing has been paid."""
    return void_charge(VoidCharge(charge=charge, reason=body["reason"]), uow)


@routes.write(
    "POST",
    "/charges/<id:charge>/payments",
    may="payment.take",
    body=schemas.PaymentBody,
    returns=schemas.PaymentView,
    status=201,
    key=True,
)
def take(uow: UnitOfWork, charge: str, body: dict[str, Any]) -> Payment:
    """Take a part or the whole of what is due, in one or several tenders."""
    tenders = [Tender(**tender) for tender in body["tenders"]]
    return take_payment(TakePayment(charge=charge, tenders=tenders), uow)
