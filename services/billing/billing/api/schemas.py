"""What goes in and out over HTTP; amounts are minor units (fen)."""

from __future__ import annotations

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Code, Day, Exactly, Id, Instant, Minor, Text, Whole
from qiantai.web.paging import PageQuery

from billing.domain.catalogue import CHAIN, KINDS
from billing.domain.charge import STATES, TENDERS

_CURRENCY = Exactly("[A-Z]{3}")
MOST_SESSIONS = 1000
MOST_UNITS = 1000
_DAY_MINUTES = 1440


class ProjectBody(Body):
    """A project (B1); `major` and `project_class` are what triage turns on."""

    name_zh = Text(80, required=True)
    name_en = Text(80, required=True)
    major = ma.fields.Boolean(required=True)
    project_class = Text(40, required=True)
    department = Text(60, required=True)
    rank = Whole(0, 1_000_000, required=True)
    minutes = Whole(1, _DAY_MINUTES, required=True)
    active = ma.fields.Boolean(load_default=True)


class ProjectView(ma.Schema):
    """A project of the catalogue."""

    code = ma.fields.String(required=True)
    name_zh = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    major = ma.fields.Boolean(required=True)
    project_class = ma.fields.String(required=True)
    department = ma.fields.String(required=True)
    rank = ma.fields.Integer(required=True)
    minutes = ma.fields.Integer(required=True)
    active = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class ProjectQuery(PageQuery):
    """`active` leaves out the others."""

    active = ma.fields.Boolean(load_default=None)


class ProductBody(Body):
    """A product (B1); treatments and packages have a project and sessions, cosmetics and drugs neither."""

    name_zh = Text(80, required=True)
    name_en = Text(80, required=True)
    kind = Choice(*KINDS, required=True)
    project = Code(load_default=None, allow_none=True)
    sessions = Whole(0, MOST_SESSIONS, load_default=0)
    active = ma.fields.Boolean(load_default=True)


class ProductView(ma.Schema):
    """A product of the catalogue."""

    code = ma.fields.String(required=True)
    name_zh = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    project = ma.fields.String(required=True, allow_none=True)
    sessions = ma.fields.Integer(required=True)
    active = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class PriceBody(Body):
    """The price of one unit from a day on."""

    valid_from = Day(required=True)
    amount = Minor(1, required=True)
    currency = ma.fields.String(load_default="CNY", validate=_CURRENCY)


class PricesBody(Body):
    """All prices of a product in one branch, or in the whole chain with branch "chain" (B1)."""

    branch = BranchCode(required=True)
    prices = ma.fields.List(ma.fields.Nested(PriceBody), required=True, validate=ma.validate.Length(max=200))


class PriceView(ma.Schema):
    """A price; branch "chain" is where a branch has none of its own."""

    branch = ma.fields.String(required=True)
    valid_from = Day(required=True)
    amount = ma.fields.Integer(required=True)
    currency = ma.fields.String(required=True)


class PricesView(ma.Schema):
    """The prices of a product that the caller may see."""

    items = ma.fields.List(ma.fields.Nested(PriceView), required=True)


class ProductQuery(PageQuery):
    """`q` is part of a code or name; `on` a day, today without; without a branch the chain's prices are shown."""

    branch = BranchCode(load_default=None)
    q = Text(80, load_default=None)
    on = Day(load_default=None)
    active = ma.fields.Boolean(load_default=None)


class ListedView(ProductView):
    """A product with the price that holds, null without one."""

    price = ma.fields.Nested(PriceView, required=True, allow_none=True)


class LineBody(Body):
    """So many units of a product; the price comes from the catalogue."""

    product = Code(required=True)
    quantity = Whole(1, MOST_UNITS, load_default=1)


class ChargeBody(Body):
    """A new charge slip (B2); without a consultant the visit's is taken."""

    branch = BranchCode(required=True, validate=ma.validate.NoneOf([CHAIN]))
    customer = Id(required=True)
    visit = Id(load_default=None, allow_none=True)
    consultant = Text(60, load_default=None, allow_none=True)
    lines = ma.fields.List(ma.fields.Nested(LineBody), required=True, validate=ma.validate.Length(min=1, max=100))


class LineView(ma.Schema):
    """A line of a slip as the catalogue had it at opening."""

    place = ma.fields.Integer(required=True)
    product = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    name_zh = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    project = ma.fields.String(required=True, allow_none=True)
    department = ma.fields.String(required=True, allow_none=True)
    sessions = ma.fields.Integer(required=True)
    quantity = ma.fields.Integer(required=True)
    unit_price = ma.fields.Integer(required=True)
    amount = ma.fields.Integer(required=True)


class ChargeView(ma.Schema):
    """A charge slip; `due` is what is still owed, `performer` who is credited with it (B12)."""

    id = Id(required=True)
    number = ma.fields.String(required=True)
    branch = ma.fields.String(required=True)
    business_day = Day(required=True)
    customer = Id(required=True)
    customer_name = ma.fields.String(required=True)
    visit = Id(required=True, allow_none=True)
    consultant = ma.fields.String(required=True, allow_none=True)
    performer = ma.fields.String(required=True, allow_none=True)
    state = ma.fields.String(required=True)
    lines = ma.fields.List(ma.fields.Nested(LineView), required=True)
    total = ma.fields.Integer(required=True)
    paid = ma.fields.Integer(required=True)
    due = ma.fields.Integer(required=True)
    currency = ma.fields.String(required=True)
    opened_at = Instant(required=True)
    opened_by = ma.fields.String(required=True)
    paid_at = Instant(required=True, allow_none=True)
    voided_at = Instant(required=True, allow_none=True)
    void_reason = ma.fields.String(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)


class ChargeQuery(PageQuery):
    """Which slips; all that are given must hold."""

    branch = BranchCode(load_default=None)
    visit = Id(load_default=None)
    customer = Id(load_default=None)
    state = Choice(*STATES, load_default=None)


class VoidBody(Body):
    """Why a slip is void."""

    reason = Text(300, required=True)


class TenderBody(Body):
    """One way of paying; all but cash need a reference, `received` is the cash handed over."""

    kind = Choice(*TENDERS, required=True)
    amount = Minor(1, required=True)
    reference = Text(80, load_default=None, allow_none=True)
    received = Minor(1, load_default=None, allow_none=True)


class PaymentBody(Body):
    """A payment of one or several tenders (B3)."""

    tenders = ma.fields.List(ma.fields.Nested(TenderBody), required=True, validate=ma.validate.Length(min=1, max=10))


class TenderView(ma.Schema):
    """A tender; `change` is the cash given back."""

    kind = ma.fields.String(required=True)
    amount = ma.fields.Integer(required=True)
    reference = ma.fields.String(required=True, allow_none=True)
    received = ma.fields.Integer(required=True, allow_none=True)
    change = ma.fields.Integer(required=True)


class PaymentView(ma.Schema):
    """A payment; `due` is what was still owed afterwards, `change` the cash to give back."""

    id = Id(required=True)
    charge = Id(required=True)
    branch = ma.fields.String(required=True)
    tenders = ma.fields.List(ma.fields.Nested(TenderView), required=True)
    amount = ma.fields.Integer(required=True)
    change = ma.fields.Integer(required=True)
    due = ma.fields.Integer(required=True)
    received_at = Instant(required=True)
    received_by = ma.fields.String(required=True)


class ChargeWithPaymentsView(ChargeView):
    """A charge slip with what was paid on it."""

    payments = ma.fields.List(ma.fields.Nested(PaymentView), required=True)


class ItemQuery(PageQuery):
    """Whose items; `unused` leaves out those without sessions left."""

    customer = Id(required=True)
    unused = ma.fields.Boolean(load_default=False)


class ItemView(ma.Schema):
    """So many paid sessions of a project, and how many are left."""

    id = Id(required=True)
    customer = Id(required=True)
    branch = ma.fields.String(required=True)
    charge = Id(required=True)
    line = ma.fields.Integer(required=True)
    product = ma.fields.String(required=True)
    project = ma.fields.String(required=True)
    name_zh = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    sessions = ma.fields.Integer(required=True)
    used = ma.fields.Integer(required=True)
    left = ma.fields.Integer(required=True)
    purchased_at = Instant(required=True)
    version = ma.fields.Integer(required=True)


class UseBody(Body):
    """A session that has been done (核销); `performer` is a staff id."""

    branch = BranchCode(required=True)
    visit = Id(load_default=None, allow_none=True)
    performer = Text(60, load_default=None, allow_none=True)
    note = Text(500, load_default=None, allow_none=True)


class UseView(ma.Schema):
    """A session done; `left` is what it left of the item."""

    id = Id(required=True)
    item = Id(required=True)
    place = ma.fields.Integer(required=True)
    branch = ma.fields.String(required=True)
    visit = Id(required=True, allow_none=True)
    department = ma.fields.String(required=True)
    performer = ma.fields.String(required=True, allow_none=True)
    note = ma.fields.String(required=True, allow_none=True)
    left = ma.fields.Integer(required=True)
    used_at = Instant(required=True)
    used_by = ma.fields.String(required=True)


class ItemWithUsesView(ItemView):
    """An item with its sessions done."""

    uses = ma.fields.List(ma.fields.Nested(UseView), required=True)


class BalanceQuery(ma.Schema):
    """One branch, or all that the caller works in."""

    branch = BranchCode(load_default=None)


class BalanceView(ma.Schema):
    """The sum of an account's postings; debit positive."""

    account_kind = ma.fields.String(required=True, attribute="account.kind")
    account_key = ma.fields.String(required=True, attribute="account.key")
    currency = ma.fields.String(required=True)
    balance = ma.fields.Integer(required=True)


class BalancesView(ma.Schema):
    """Balances of all accounts; they sum to zero in every currency."""

    items = ma.fields.List(ma.fields.Nested(BalanceView), required=True)
