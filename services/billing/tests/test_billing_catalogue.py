"""Projects, products and prices over HTTP, on a real database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from billing.domain.catalogue import CHAIN, Price, price_on
from hypothesis import given
from hypothesis import strategies as st
from qiantai.clock import now
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerUpdated
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.testing.branches import tell_branch
from qiantai.testing.service import ServiceUnderTest

API = "/api/billing"
PEEL = {
    "name_zh": "果酸",
    "name_en": "Peel",
    "major": False,
    "project_class": "skin",
    "department": "skin",
    "rank": 9,
    "minutes": 20,
}
CREAM = {"name_zh": "面霜", "name_en": "Cream", "kind": "cosmetic"}


def listed(billing: ServiceUnderTest, code: str, **query: object) -> dict[str, Any]:
    found = billing.as_("receptionist").get(f"{API}/products", query_string={"q": code, **query}).json["items"]
    by_code: dict[str, dict[str, Any]] = {one["code"]: one for one in found}
    return by_code[code]


def chain_prices(*prices: tuple[str, int]) -> dict[str, object]:
    return {"branch": "chain", "prices": [{"valid_from": day, "amount": amount} for day, amount in prices]}


def put_prices(billing: ServiceUnderTest, code: str, branch: str, *prices: tuple[str, int]) -> None:
    body = {**chain_prices(*prices), "branch": branch}
    head = billing.as_("head_office")
    path = f"{API}/products/{code}/prices"
    answer = head.put(path, body, etag=head.get(path).headers["ETag"])
    assert answer.status_code == 200, answer.json


def test_a_project_is_told_when_it_changes_and_only_then(empty: ServiceUnderTest) -> None:
    head = empty.as_("head_office")
    path = f"{API}/projects/peel"
    assert head.put(path, PEEL).json["version"] == 1
    assert head.put(path, PEEL).json["version"] == 1
    assert head.put(path, {**PEEL, "major": True}, etag=1).json["version"] == 2
    assert [(event.code, event.major, event.branch) for event in empty.told(ProjectChanged)] == [
        ("peel", False, "chain"),
        ("peel", True, "chain"),
    ]
    [found] = empty.as_("nurse").get(f"{API}/projects").json["items"]
    assert (found["code"], found["major"], found["active"]) == ("peel", True, True)


WRONG_ENTRIES: list[tuple[str, dict[str, object], str]] = [
    ("projects/p", {**PEEL, "minutes": 0}, "minutes"),
    ("projects/p", {**PEEL, "name_zh": " "}, "name_zh"),
    ("projects/p", {**PEEL, "colour": "red"}, "colour"),
    ("products/p", {**CREAM, "kind": "toy"}, "kind"),
    ("products/p", {**CREAM, "sessions": 1}, "sessions"),
    ("products/p", {**CREAM, "kind": "package", "sessions": 2}, "project"),
    ("products/p", {**CREAM, "kind": "treatment", "project": "laser"}, "sessions"),
    ("products/p", {**CREAM, "kind": "treatment", "project": "none", "sessions": 1}, "project"),
    ("products/CREAM/prices", chain_prices(("2026-01-01", 0)), "prices.0.amount"),
    ("products/CREAM/prices", chain_prices(("soon", 1)), "prices.0.valid_from"),
    ("products/CREAM/prices", chain_prices(("2026-01-01", 1), ("2026-01-01", 2)), "prices.1.valid_from"),
]


def test_a_wrong_entry_names_the_field_and_changes_nothing(billing: ServiceUnderTest) -> None:
    state = "SELECT (SELECT count(*) FROM project), (SELECT count(*) FROM product), (SELECT sum(amount) FROM price)"
    before = billing.rows(state)
    for path, body, field in WRONG_ENTRIES:
        refused = billing.as_("head_office").put(f"{API}/{path}", body)
        assert refused.status_code == 422, (path, body)
        assert field in [error["field"] for error in refused.json["errors"]], (path, body)
    assert billing.rows(state) == before


def test_a_price_holds_from_its_day_and_a_branchs_own_comes_first(billing: ServiceUnderTest) -> None:
    put_prices(billing, "CREAM", "chain", ("2026-01-01", 9_900), ("2026-06-01", 12_000))
    put_prices(billing, "CREAM", "hz-01", ("2026-03-01", 8_800))
    for branch, day, amount in (
        ("sh-01", "2026-05-31", 9_900),
        ("sh-01", "2026-06-01", 12_000),
        ("hz-01", "2026-02-28", 9_900),
        ("hz-01", "2026-07-01", 8_800),
        (None, "2026-07-01", 12_000),
    ):
        query = {"on": day, **({"branch": branch} if branch else {})}
        assert listed(billing, "CREAM", **query)["price"]["amount"] == amount, (branch, day)
    assert listed(billing, "CREAM", on="2025-12-31")["price"] is None


def test_a_coming_price_changes_neither_today_nor_open_slips(billing: ServiceUnderTest) -> None:
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    body = {
        "branch": "sh-01",
        "customer": "01900000-0000-7000-8000-00000000aaaa",
        "lines": [{"product": "CREAM"}],
    }
    cashier = billing.as_("cashier")
    first = cashier.post(f"{API}/charges", body, key="1").json
    put_prices(billing, "CREAM", "chain", ("2026-01-01", 9_900), (tomorrow, 99_900))
    assert cashier.post(f"{API}/charges", body, key="2").json["total"] == 9_900
    put_prices(billing, "CREAM", "sh-01", ("2026-01-01", 5_000))
    assert cashier.post(f"{API}/charges", body, key="3").json["total"] == 5_000
    assert cashier.get(f"{API}/charges/{first['id']}").json["total"] == 9_900
    put_prices(billing, "CREAM", "chain", (tomorrow, 99_900))
    put_prices(billing, "CREAM", "sh-01")
    refused = cashier.post(f"{API}/charges", body, key="4")
    assert refused.json["type"] == "urn:qiantai:problem:no-price"
    assert refused.json["errors"][0]["field"] == "lines.0.product"


def test_prices_of_two_currencies_need_two_slips(billing: ServiceUnderTest) -> None:
    prices = {"branch": "sh-01", "prices": [{"valid_from": "2026-01-01", "amount": 100, "currency": "USD"}]}
    billing.as_("head_office").put(f"{API}/products/CREAM/prices", prices)
    body = {
        "branch": "sh-01",
        "customer": "01900000-0000-7000-8000-00000000aaaa",
        "lines": [{"product": "CREAM"}, {"product": "SCALE"}],
    }
    refused = billing.as_("cashier").post(f"{API}/charges", body, key="1")
    assert refused.json["type"] == "urn:qiantai:problem:currencies-mixed"


def test_what_is_not_sold_any_more_is_on_no_new_slip(billing: ServiceUnderTest) -> None:
    head = billing.as_("head_office")
    laser = next(one for one in head.get(f"{API}/projects").json["items"] if one["code"] == "laser")
    for name in ("code", "version", "may"):
        laser.pop(name)
    assert head.put(f"{API}/projects/laser", {**laser, "active": False}, etag=1).status_code == 200
    head.put(f"{API}/products/CREAM", {**CREAM, "active": False}, etag=2)
    for code in ("LASER-1", "CREAM"):
        body = {
            "branch": "sh-01",
            "customer": "01900000-0000-7000-8000-00000000aaaa",
            "lines": [{"product": code}],
        }
        refused = billing.as_("cashier").post(f"{API}/charges", body, key=code)
        assert refused.json["type"] == "urn:qiantai:problem:product-not-sold"
    active = head.get(f"{API}/products", query_string={"active": "true"}).json["items"]
    assert "CREAM" not in [one["code"] for one in active]


def test_a_closed_or_unknown_branch_has_no_prices(billing: ServiceUnderTest) -> None:
    tell_branch(billing, "shut-01", active=False)
    prices = {"prices": [{"valid_from": "2026-01-01", "amount": 7_700}]}
    for branch in ("shut-01", "nowhere-01"):
        refused = billing.as_("head_office").put(f"{API}/products/CREAM/prices", {"branch": branch, **prices})
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "branch")
    assert billing.rows("SELECT count(*) FROM price WHERE branch IN ('shut-01', 'nowhere-01')") == [(0,)]


@pytest.mark.parametrize("currency", ["ABC", "XTS", "XAU", "cny", "CN", "ＣＮＹ", ""])
def test_a_currency_is_one_of_iso_4217(billing: ServiceUnderTest, currency: str) -> None:
    prices = {"branch": "chain", "prices": [{"valid_from": "2026-01-01", "amount": 7_700, "currency": currency}]}
    refused = billing.as_("head_office").put(f"{API}/products/CREAM/prices", prices)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "prices.0.currency")
    assert "ISO 4217" in str(refused.json["errors"][0])


def test_products_are_found_by_code_and_name_and_paged(billing: ServiceUnderTest) -> None:
    desk = billing.as_("receptionist")
    for q, codes in (("laser", ["LASER-1", "LASER-5"]), ("REAM-z", ["CREAM"]), ("%", []), ("_", [])):
        found = desk.get(f"{API}/products", query_string={"q": q}).json["items"]
        assert [one["code"] for one in found] == codes, q
    first = desk.get(f"{API}/products", query_string={"limit": 3}).json
    rest = desk.get(f"{API}/products", query_string={"limit": 3, "cursor": first["next_cursor"]}).json
    assert [one["code"] for one in first["items"] + rest["items"]] == ["CREAM", "LASER-1", "LASER-5", "SCALE"]
    assert rest["next_cursor"] is None


def test_a_branch_head_sets_the_own_branchs_prices_alone(billing: ServiceUnderTest) -> None:
    head = billing.as_("branch_head", branches=["hz-01"])
    prices = {"branch": "hz-01", "prices": [{"valid_from": "2026-01-01", "amount": 7_700}]}
    assert head.put(f"{API}/products/CREAM/prices", prices).status_code == 200
    put_prices(billing, "CREAM", "sh-01", ("2026-01-01", 6_600))
    for branch in ("chain", "sh-01"):
        assert head.put(f"{API}/products/CREAM/prices", {**prices, "branch": branch}).status_code == 403
    assert head.put(f"{API}/projects/laser", PEEL).status_code == 403
    assert head.put(f"{API}/products/CREAM", CREAM).status_code == 403
    seen = head.get(f"{API}/products/CREAM/prices").json["items"]
    assert [(one["branch"], one["amount"]) for one in seen] == [("chain", 9_900), ("hz-01", 7_700)]
    assert billing.as_("cashier").put(f"{API}/products/CREAM/prices", prices).status_code == 403
    assert billing.as_("head_office").put(f"{API}/products/NONE/prices", prices).status_code == 404
    [entry] = billing.rows("SELECT details FROM audit WHERE branch = 'hz-01'")
    assert entry[0] == {"branch": "hz-01", "before": {}, "after": {"2026-01-01": "CNY 77.00"}}


def test_projects_are_told_again_to_one_who_asks(billing: ServiceUnderTest) -> None:
    before = len(billing.told(ProjectChanged))
    asked = RebuildRequested(
        branch="chain", request="r", publisher="billing", consumer="triage", types=(ProjectChanged.TYPE,)
    )
    billing.deliver(asked)
    assert sorted(event.code for event in billing.told(ProjectChanged)[before:]) == ["laser", "scaling"]
    assert len(billing.rows("SELECT 1 FROM outbox WHERE routing_key LIKE 'rebuild.triage.%%'")) == 2


def test_a_customers_newest_name_wins_in_any_order(billing: ServiceUnderTest) -> None:
    id_ = "01900000-0000-7000-8000-00000000eeee"

    def told(name: str, version: int) -> None:
        file = CustomerUpdated(branch="chain", customer=id_, number="C9", name=name, kind="full", home_branch="sh-01")
        billing.deliver(file, version=version)

    name = "SELECT name FROM known_customer WHERE id = %s"
    told("third", 3)
    told("second", 2)
    assert billing.rows(name, id_) == [("third",)]
    billing.service.rebuilds["customers"].make_older(billing.engine)
    told("again", 3)
    assert billing.rows(name, id_) == [("again",)]


PRICES = st.lists(
    st.builds(
        Price,
        product=st.just("x"),
        branch=st.sampled_from(["sh-01", "hz-01", CHAIN]),
        valid_from=st.dates(date(2026, 1, 1), date(2026, 1, 9)),
        amount=st.integers(1, 99),
        currency=st.just("CNY"),
    ),
    unique_by=lambda price: (price.branch, price.valid_from),
    max_size=12,
)


@given(PRICES, st.dates(date(2025, 12, 30), date(2026, 1, 12)))
def test_the_price_of_a_day_is_the_last_begun_the_branchs_own_first(prices: list[Price], day: date) -> None:
    found = price_on(prices, "sh-01", day)
    for branch in ("sh-01", CHAIN):
        begun = [price for price in prices if price.branch == branch and price.valid_from <= day]
        if begun:
            assert found == max(begun, key=lambda price: price.valid_from)
            return
    assert found is None
