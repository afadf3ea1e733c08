"""Charge slips and the payments on them (B2, B3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qiantai import spelling
from qiantai.both import Both
from qiantai.ids import Id
from qiantai.money import largest_note, shown
from qiantai.states import become

from billing.domain.catalogue import Price, Product, Project
from billing.domain.errors import (
    ChargeNotOpen,
    ChargeNotPayable,
    CurrenciesMixed,
    MoreThanDue,
    ReceivedNotRight,
    ReferenceMissing,
    ReferenceNotRight,
    ReferenceTwice,
)

CASH = "cash"
TENDER_NAMES: Mapping[str, tuple[str, str]] = {
    CASH: ("现金", "cash"),
    "card": ("银行卡", "card"),
    "wechat": ("微信支付", "WeChat Pay"),
    "alipay": ("支付宝", "Alipay"),
    "transfer": ("转账", "transfer"),
}
"""Chinese and English, for people."""
TENDERS = tuple(TENDER_NAMES)

NEXT: Mapping[str, tuple[str, ...]] = {
    "open": ("part_paid", "void"),
    "part_paid": ("part_paid", "paid"),
    "paid": (),
    "void": (),
}
"""State -> states that may follow (B2, B3)."""
STATES = tuple(NEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a slip as the catalogue had it at opening; `sessions` are those of one unit."""

    place: int
    product: str
    kind: str
    name_zh: str
    name_en: str
    project: str | None
    department: str | None
    sessions: int
    quantity: int
    unit_price: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge slip 收费单; `paid` is what has been received so far, all amounts in minor units.

    `performer` is the consultant who is credited with it (业绩, B12).
    """

    id: Id
    number: str
    branch: str
    business_day: date
    customer: Id
    customer_name: str
    visit: Id | None
    consultant: str | None
    lines: tuple[Line, ...]
    total: int
    currency: str
    opened_at: datetime
    opened_by: str
    performer: str | None = None
    paid: int = 0
    state: str = "open"
    paid_at: datetime | None = None
    voided_at: datetime | None = None
    void_reason: str | None = None
    version: int = 1

    @property
    def due(self) -> int:
        """What is still owed."""
        return 0 if self.state == "void" else self.total - self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One way in which a part is paid; `received` is the cash handed over for it.

    `shared` says on purpose that the channel's transaction pays for another slip as well.
    """

    kind: str
    amount: int
    reference: str | None = None
    received: int | None = None
    shared: bool = False

    @property
    def transaction(self) -> str | None:
        """The channel's number as it is compared, None for cash."""
        return None if self.kind == CASH or self.reference is None else spelling.folded(self.reference)

    @property
    def change(self) -> int:
        """Cash to give back."""
        return 0 if self.received is None else self.received - self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money taken for a slip; `due` is what was still owed afterwards."""

    id: Id
    charge: Id
    branch: str
    tenders: tuple[Tender, ...]
    amount: int
    due: int
    received_at: datetime
    received_by: str

    @property
    def change(self) -> int:
        """Cash to give back."""
        return sum(tender.change for tender in self.tenders)


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A receipt 小票 that was printed of the slip's `version`; `place` 1 is the original, 2 its first reprint (B23)."""

    charge: Id
    version: int
    place: int
    printed_at: datetime
    printed_by: str


def line_of(place: int, product: Product, project: Project | None, price: Price, quantity: int) -> Line:
    """Return a line at the list price; `project` is the product's."""
    return Line(
        place=place,
        product=product.code,
        kind=product.kind,
        name_zh=product.name_zh,
        name_en=product.name_en,
        project=product.project,
        department=project.department if project else None,
        sessions=product.sessions,
        quantity=quantity,
        unit_price=price.amount,
        amount=price.amount * quantity,
    )


def one_currency(prices: Sequence[Price]) -> str:
    """Return the currency that all prices of a slip have. Raises CurrenciesMixed."""
    currencies = sorted({price.currency for price in prices})
    if len(currencies) != 1:
        told = Both("prices in {currencies}", "价格有多种币种：{currencies}。").format(currencies=currencies)
        raise CurrenciesMixed(fields={"lines": told})
    return currencies[0]


def number_of(branch: str, day: date, running: int) -> str:
    """Return the readable number of a slip: branch, business day, running number of that day (B2)."""
    return f"{branch}-{day:%Y%m%d}-{running:04d}"


def performer_of(owner: str | None, consultant: str | None) -> str | None:
    """Return who is credited with a slip: the customer's owner, also where a stand-in opens it; else the consultant.

    The owner is the first consultant, after a change of consultant the new one (B12).
    """
    return owner or consultant


def void(charge: Charge, reason: str, *, at: datetime) -> Charge:
    """Return the slip void; only one on which nothing has been paid (B2). Raises ChargeNotOpen."""
    refusal = ChargeNotOpen(facts={"state": charge.state, "paid": charge.paid})
    return become(charge, "void", NEXT, refusal, void_reason=reason, voided_at=at)


def pay(charge: Charge, tenders: Sequence[Tender], *, id_: str, at: datetime, by: str) -> tuple[Charge, Payment]:
    """Return the slip after a payment, and the payment (B3).

    The payment is one step of the slip's version, becoming paid in full
    another. Raises ChargeNotPayable, MoreThanDue, ReferenceMissing, ReferenceNotRight, ReferenceTwice,
    ReceivedNotRight.
    """
    for place, tender in enumerate(tenders):
        _check_tender(tender, f"tenders.{place}", charge.currency)
    _refuse_twice(tenders)
    amount = sum(tender.amount for tender in tenders)
    refusal = ChargeNotPayable(facts={"state": charge.state})
    after = become(charge, "part_paid", NEXT, refusal, paid=charge.paid + amount)
    if after.due < 0:
        told = Both("together at most what is due", "合计不能超过欠款。")
        raise MoreThanDue(fields={"tenders": told}, facts={"due": charge.due})
    if after.due == 0:
        after = become(after, "paid", NEXT, refusal, paid_at=at)
    payment = Payment(
        id=id_,
        charge=charge.id,
        branch=charge.branch,
        tenders=tuple(tenders),
        amount=amount,
        due=after.due,
        received_at=at,
        received_by=by,
    )
    return after, payment


def _refuse_twice(tenders: Sequence[Tender]) -> None:
    """A channel's transaction stands once in a payment, `shared` or not: that is for other slips."""
    seen: dict[tuple[str, str], int] = {}
    for place, tender in enumerate(tenders):
        if tender.transaction is None:
            continue
        first = seen.setdefault((tender.kind, tender.transaction), place)
        if first != place:
            told = Both("tender {first} has the same", "与第 {first} 种付款方式的交易号相同。").format(first=first + 1)
            raise ReferenceTwice(fields={f"tenders.{place}.reference": told})


def _check_tender(tender: Tender, path: str, currency: str) -> None:
    if tender.kind == CASH:
        if tender.reference is not None:
            raise ReferenceNotRight(fields={f"{path}.reference": Both("leave it out for cash", "现金不用填。")})
        if tender.received is not None and tender.received < tender.amount:
            raise ReceivedNotRight(fields={f"{path}.received": Both("at least the amount", "不能少于该笔金额。")})
        if tender.change > largest_note(currency):
            most = shown(tender.amount + largest_note(currency), currency)
            told = Both("nobody hands over more than {most}; count again", "收到的现金不会多于 {most}，请重新清点。")
            raise ReceivedNotRight(fields={f"{path}.received": told.format(most=most)})
        return
    if not tender.transaction:
        told = Both("the number of the {kind} payment", "请填写这笔{kind}的交易号。").format(
            kind=Both(tender.kind, TENDER_NAMES[tender.kind][0])
        )
        raise ReferenceMissing(fields={f"{path}.reference": told})
    if tender.received is not None:
        raise ReceivedNotRight(fields={f"{path}.received": Both("for cash alone", "只用于现金。")})
