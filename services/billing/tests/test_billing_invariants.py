"""What holds after every sequence of commands, against the real database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from billing.domain.charge import CASH, Charge, Line, Tender, pay, void
from billing.domain.errors import BillingError, ChargeNotPayable, MoreThanDue
from billing.domain.journal import (
    Account,
    Entry,
    Posting,
    Unbalanced,
    balances,
    charge_opened,
    charge_voided,
    payment_received,
)
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from qiantai.contracts.customer import CustomerRegistered
from qiantai.ids import new_id
from qiantai.testing.service import ServiceUnderTest

API = "/api/billing"
PRODUCTS = ("LASER-1", "LASER-5", "SCALE", "CREAM")
KINDS = ("cash", "card", "wechat")
AMOUNTS = st.one_of(st.just(0), st.integers(1, 700_000))
"""0 stands for all that is due."""
COMMANDS = st.one_of(
    st.tuples(
        st.just("open"), st.lists(st.tuples(st.sampled_from(PRODUCTS), st.integers(1, 3)), min_size=1, max_size=4)
    ),
    st.tuples(
        st.just("pay"),
        st.integers(0, 5),
        st.lists(st.tuples(st.sampled_from(KINDS), AMOUNTS), min_size=1, max_size=3),
        st.booleans(),
    ),
    st.tuples(st.just("void"), st.integers(0, 5)),
    st.tuples(st.just("use"), st.integers(0, 5)),
)


@dataclass
class Till:
    """Runs commands over HTTP; refusals are fine, anything but an answer of the service is not."""

    billing: ServiceUnderTest
    customer: str

    def run(self, command: tuple[Any, ...]) -> None:
        """Run one command on the slips and items that are there."""
        getattr(self, command[0])(*command[1:])

    def open(self, lines: list[tuple[str, int]]) -> None:
        """Open a slip."""
        body: dict[str, object] = {
            "branch": "sh-01",
            "customer": self.customer,
            "lines": [{"product": code, "quantity": quantity} for code, quantity in lines],
        }
        self._post("charges", body, new_id())

    def pay(self, which: int, tenders: list[tuple[str, int]], twice: bool) -> None:
        """Pay on a slip, perhaps with the same request twice."""
        if (slip := self._one("charges", which)) is None:
            return
        told = [
            {"kind": kind, "amount": amount or max(slip["due"], 1), "reference": None if kind == CASH else new_id()}
            for kind, amount in tenders
        ]
        key = new_id()
        for _ in range(2 if twice else 1):
            self._post(f"charges/{slip['id']}/payments", {"tenders": told}, key)

    def void(self, which: int) -> None:
        """Void a slip."""
        if (slip := self._one("charges", which)) is not None:
            self._post(f"charges/{slip['id']}/void", {"reason": "x"}, new_id())

    def use(self, which: int) -> None:
        """Use a session."""
        if (item := self._one("items", which)) is not None:
            self._post(f"items/{item['id']}/uses", {"branch": "sh-01"}, new_id())

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Return the customer's slips or items."""
        query = {"customer": self.customer, "limit": 200}
        found: list[dict[str, Any]] = self.billing.as_("cashier").get(f"{API}/{kind}", query_string=query).json["items"]
        return found

    def _one(self, kind: str, which: int) -> dict[str, Any] | None:
        found = self.all(kind)
        return found[which % len(found)] if found else None

    def _post(self, path: str, body: dict[str, object], key: str) -> None:
        answer = self.billing.as_("cashier").post(f"{API}/{path}", body, key=key)
        assert answer.status_code in (200, 201, 409, 422), answer.json


@given(commands=st.lists(COMMANDS, min_size=3, max_size=14))
@settings(max_examples=40, phases=(Phase.reuse, Phase.generate))  # shrinking over HTTP takes minutes
def test_after_any_sequence_the_books_are_right(billing: ServiceUnderTest, commands: list[tuple[Any, ...]]) -> None:
    customer = new_id()
    billing.deliver(
        CustomerRegistered(branch="chain", customer=customer, number="C", name="客", kind="full", home_branch="sh-01")
    )
    till = Till(billing, customer)
    till.open([("LASER-5", 1)])
    for command in commands:
        till.run(command)
    slips, items = till.all("charges"), till.all("items")
    _check_journal(billing, customer, slips)
    _check_items(billing, slips, items)


def _check_journal(billing: ServiceUnderTest, customer: str, slips: list[dict[str, Any]]) -> None:
    rows = billing.rows(
        "SELECT e.id, e.charge, e.what, p.account_kind, p.account_key, p.amount"
        " FROM posting p JOIN journal_entry e ON e.id = p.entry ORDER BY p.id"
    )
    by_entry: Counter[str] = Counter()
    owed: Counter[str] = Counter()
    sums: dict[tuple[str, str], int] = {}
    for entry, charge, what, kind, _, amount in rows:
        by_entry[entry] += amount
        if kind == "receivable":
            owed[str(charge)] += amount
        sums[str(charge), what] = sums.get((str(charge), what), 0) + max(amount, 0)
    assert set(by_entry.values()) <= {0}

    replayed = balances(Posting(Account(kind, key), amount) for _, _, _, kind, key, amount in rows)
    assert sum(replayed.values()) == 0
    told = billing.as_("cashier").get(f"{API}/journal/balance", query_string={"branch": "sh-01"}).json["items"]
    assert {Account(row["account_kind"], row["account_key"]): row["balance"] for row in told} == replayed

    for slip in slips:
        assert owed[slip["id"]] == slip["due"]
        assert sums[slip["id"], "charge_opened"] == slip["total"] == sum(line["amount"] for line in slip["lines"])
        assert sums.get((slip["id"], "payment_received"), 0) == slip["paid"]
        assert 0 <= slip["paid"] <= slip["total"]
        expected = "paid" if slip["paid"] == slip["total"] else "part_paid" if slip["paid"] else slip["state"]
        assert slip["state"] == expected
        assert slip["paid"] or slip["state"] in ("open", "void")
    assert replayed[Account("receivable", customer)] == sum(slip["due"] for slip in slips)


def _check_items(billing: ServiceUnderTest, slips: list[dict[str, Any]], items: list[dict[str, Any]]) -> None:
    bought = {
        (slip["id"], line["place"]): line["sessions"] * line["quantity"]
        for slip in slips
        if slip["state"] == "paid"
        for line in slip["lines"]
        if line["sessions"]
    }
    assert {(item["charge"], item["line"]): item["sessions"] for item in items} == bought
    for item in items:
        [(uses,)] = billing.rows("SELECT count(*) FROM item_use WHERE item = %s", item["id"])
        assert uses == item["used"]
        assert item["left"] >= 0


NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
LINES = st.lists(st.integers(1, 9_999), min_size=1, max_size=5)
PARTS = st.lists(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 9_999)), min_size=1, max_size=3), max_size=8)


def _slip(amounts: list[int]) -> Charge:
    lines = tuple(
        Line(
            place=place,
            product=f"P{place % 2}",
            kind="cosmetic",
            name_zh="x",
            name_en="x",
            project=None,
            department=None,
            sessions=0,
            quantity=1,
            unit_price=amount,
            amount=amount,
        )
        for place, amount in enumerate(amounts)
    )
    return Charge(
        id="c",
        number="n",
        branch="b",
        business_day=date(2026, 11, 21),
        customer="w",
        customer_name="x",
        visit=None,
        consultant=None,
        lines=lines,
        total=sum(amounts),
        currency="CNY",
        opened_at=NOON,
        opened_by="x",
    )


@given(LINES, PARTS)
def test_payments_never_exceed_the_slip_and_every_entry_balances(
    amounts: list[int], parts: list[list[tuple[str, int]]]
) -> None:
    charge = _slip(amounts)
    entries = [charge_opened(charge)]
    for part in parts:
        tenders = [
            Tender(kind=kind, amount=amount, reference=None if kind == "cash" else f"r-{place}", received=None)
            for place, (kind, amount) in enumerate(part)
        ]
        before = charge
        try:
            charge, payment = pay(charge, tenders, id_="p", at=NOON, by="x")
        except (MoreThanDue, ChargeNotPayable):
            assert sum(amount for _, amount in part) > before.due
            continue
        entries.append(payment_received(charge, payment))
        assert payment.due == charge.due == before.due - payment.amount
        assert charge.version > before.version
    postings = [posting for entry in entries for posting in entry.postings]
    assert balances(postings)[Account("receivable", "w")] == charge.due >= 0
    assert (charge.state == "paid") == (charge.due == 0)


@given(LINES)
def test_a_void_slip_leaves_nothing_on_any_account(amounts: list[int]) -> None:
    charge = _slip(amounts)
    gone = void(charge, "x", at=NOON)
    postings = [*charge_opened(charge).postings, *charge_voided(gone).postings]
    assert set(balances(postings).values()) == {0}
    with pytest.raises(BillingError):
        void(gone, "x", at=NOON)


def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    with pytest.raises(Unbalanced):
        Entry(
            what="x",
            branch="b",
            charge="c",
            currency="CNY",
            postings=(Posting(Account("tender", "cash"), 2), Posting(Account("receivable", "w"), -1)),
        )
