"""Charge slips and payments over HTTP (B2, B3)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Code, Day, Id, Minor, Name, Text, Whole
from qiantai.web.may import May
from qiantai.web.paging import Page, PageQuery, cut, id_of, page_of, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, many, nested, view_of

from billing.domain.catalogue import CHAIN
from billing.domain.charge import STATES, TENDERS, Charge, Payment, Print, Tender
from billing.usecases.note_print import note_print
from billing.usecases.offered import with_charge
from billing.usecases.open_charge import OpenCharge, WantedLine, open_charge
from billing.usecases.ports import ChargeFilter, UnitOfWork
from billing.usecases.take_payment import TakePayment, take_payment
from billing.usecases.void_charge import VoidCharge, void_charge

_MOST_UNITS = 1000

routes = Routes("charges", about="Charge slips and payments (B2, B3)")


class LineBody(Body):
    """So many units of a product; the price comes from the catalogue."""

    product = Code(required=True)
    quantity = Whole(1, _MOST_UNITS, load_default=1)


class ChargeBody(Body):
    """A new charge slip (B2); without a consultant the visit's is taken."""

    branch = BranchCode(required=True, validate=ma.validate.NoneOf([CHAIN]))
    customer = Id(required=True)
    visit = Id(load_default=None, allow_none=True)
    consultant = Code(load_default=None, allow_none=True)
    lines = ma.fields.List(ma.fields.Nested(LineBody), required=True, validate=ma.validate.Length(min=1, max=100))


class ChargeQuery(PageQuery):
    """Which slips; all that are given must hold."""

    branch = BranchCode(load_default=None)
    visit = Id(load_default=None)
    customer = Id(load_default=None)
    state = Choice(*STATES, load_default=None)
    business_day = Day(load_default=None)


class VoidBody(Body):
    """Why a slip is void."""

    reason = Text(300, required=True)


class TenderBody(Body):
    """One way of paying; all but cash need a reference and cash has none, `received` is the cash handed over.

    A channel's transaction is money once; `shared` says on purpose that it pays for several slips.
    In one payment it stands once.
    """

    kind = Choice(*TENDERS, required=True)
    amount = Minor(1, required=True)
    reference = Name(80, load_default=None, allow_none=True)
    received = Minor(1, load_default=None, allow_none=True)
    shared = ma.fields.Boolean(load_default=False)


class PaymentBody(Body):
    """A payment of one or several tenders (B3)."""

    tenders = ma.fields.List(ma.fields.Nested(TenderBody), required=True, validate=ma.validate.Length(min=1, max=10))


_MAY = {"may": May(with_charge)}
ChargeView = view_of(Charge, also=("due",), more=_MAY)
TenderView = view_of(Tender, also=("change",))
PaymentView = view_of(Payment, also=("change",), more={"tenders": many(TenderView)})
PrintView = view_of(Print)
ChargeWithPaymentsView = view_of(
    Charge,
    also=("due",),
    more={"payments": many(PaymentView), "printed": nested(PrintView, allow_none=True), **_MAY},
    about="A charge slip with what was paid on it, and the last print of it as it stands.",
    name="ChargeWithPaymentsView",
)


@routes.write("POST", "/charges", may="charge.open", body=ChargeBody, returns=ChargeView, status=201, key=True)
def open_slip(uow: UnitOfWork, body: dict[str, Any]) -> Charge:
    """Open a charge slip at today's prices of the branch."""
    lines = [WantedLine(**line) for line in body.pop("lines")]
    return open_charge(OpenCharge(lines=lines, **body), uow)


@routes.read("/charges", may="charge.read", query=ChargeQuery, returns=page_of(ChargeView))
def find_charges(uow: UnitOfWork, query: dict[str, Any]) -> Page[Charge]:
    """Return slips, the newest first."""
    wanted = ChargeFilter(**{field.name: query[field.name] for field in fields(ChargeFilter)})
    rows = uow.charges.find(wanted, before=id_of(query), limit=query["limit"] + 1)
    return cut(rows, query["limit"], lambda charge: write_cursor(charge.id))


@routes.read("/charges/<id:charge>", may="charge.read", returns=ChargeWithPaymentsView)
def get_charge(uow: UnitOfWork, charge: str) -> Shown:
    """Return a slip with its lines, its payments and the last print of it as it stands."""
    slip = uow.charges.get(charge)
    return Shown(slip, payments=uow.charges.payments_of(charge), printed=uow.charges.last_print_of(slip))


@routes.write("POST", "/charges/<id:charge>/void", may="charge.void", body=VoidBody, returns=ChargeView, key=True)
def void(uow: UnitOfWork, charge: str, body: dict[str, Any]) -> Charge:
    """Void a slip on which nothing has been paid."""
    return void_charge(VoidCharge(charge=charge, reason=body["reason"]), uow)


@routes.write(
    "POST",
    "/charges/<id:charge>/payments",
    may="payment.take",
    body=PaymentBody,
    returns=PaymentView,
    status=201,
    key=True,
)
def take(uow: UnitOfWork, charge: str, body: dict[str, Any]) -> Payment:
    """Take a part or the whole of what is due, in one or several tenders."""
    tenders = [Tender(**tender) for tender in body["tenders"]]
    return take_payment(TakePayment(charge=charge, tenders=tenders), uow)


@routes.write(
    "POST", "/charges/<id:charge>/prints", may="charge.print", returns=PrintView, status=201, edits=True, key=True
)
def count_print(uow: UnitOfWork, charge: str, version: int) -> Print:
    """Count a print of the slip's receipt as it stands at If-Match; the answer says which one it is (B23)."""
    return note_print(charge, version, uow)
