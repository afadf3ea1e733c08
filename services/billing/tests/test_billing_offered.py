"""What a view says that somebody may do is what the routes let them do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from qiantai.ids import new_id
from qiantai.permissions import ROLES
from qiantai.testing.service import Desk, ServiceUnderTest

API = "/api/billing"
WANG = "01900000-0000-7000-8000-00000000aaaa"
LI = "01900000-0000-7000-8000-00000000bbbb"
DUE = 128_000


def opened(billing: ServiceUnderTest, product: str = "LASER-1") -> str:
    body = {"branch": "sh-01", "customer": WANG, "lines": [{"product": product}]}
    made = billing.as_("cashier", id_="zhao").post(f"{API}/charges", body, key=new_id())
    assert made.status_code == 201, made.json
    return str(made.json["id"])


def pay(desk: Desk, charge: str, amount: int) -> Any:
    return desk.post(
        f"{API}/charges/{charge}/payments", {"tenders": [{"kind": "cash", "amount": amount}]}, key=new_id()
    )


def part_paid(billing: ServiceUnderTest) -> str:
    charge = opened(billing)
    assert pay(billing.as_("cashier"), charge, 100).status_code == 201
    return charge


def paid(billing: ServiceUnderTest) -> str:
    charge = opened(billing)
    assert pay(billing.as_("cashier"), charge, DUE).status_code == 201
    return charge


def voided(billing: ServiceUnderTest) -> str:
    charge = opened(billing)
    assert billing.as_("cashier").post(f"{API}/charges/{charge}/void", {"reason": "x"}, key="v").status_code == 200
    return charge


SLIPS: list[tuple[str, Callable[[ServiceUnderTest], str]]] = [
    ("open", opened),
    ("part_paid", part_paid),
    ("paid", paid),
    ("void", voided),
]


@pytest.mark.parametrize(("state", "made"), SLIPS, ids=[state for state, _ in SLIPS])
def test_what_a_slip_offers_is_what_its_routes_allow(
    billing: ServiceUnderTest, state: str, made: Callable[[ServiceUnderTest], str]
) -> None:
    charge = made(billing)
    for role in sorted(ROLES):
        desk = billing.as_(role)
        seen = desk.get(f"{API}/charges/{charge}")
        if seen.status_code == 403:
            continue
        assert seen.json["state"] == state
        offered = set(seen.json["may"])
        [listed] = desk.get(f"{API}/charges", query_string={"customer": WANG}).json["items"]
        assert set(listed["may"]) == offered
        # refused for what is wrong with it, after the rule has let it pass
        tried = {
            "payments": desk.post(f"{API}/charges/{charge}/payments", {"tenders": [CARD]}, key=new_id()),
            "void": desk.post(f"{API}/charges/{charge}/void", {"reason": "x"}, key=new_id())
            if "void" not in offered
            else None,
        }
        printed = desk.post(f"{API}/charges/{charge}/prints", etag=seen.headers["ETag"], key=new_id())
        assert ("prints" in offered) == (printed.status_code == 201), role
        assert ("payments" in offered) == (tried["payments"].json["type"] == f"{PROBLEM}more-than-due"), role
        if tried["void"] is not None:
            assert tried["void"].status_code in (403, 409), role
    for role in sorted(ROLES):
        again = made(billing) if state == "open" else charge
        desk = billing.as_(role)
        seen = desk.get(f"{API}/charges/{again}")
        if seen.status_code == 200 and "void" in seen.json["may"]:
            assert desk.post(f"{API}/charges/{again}/void", {"reason": "x"}, key=new_id()).status_code == 200, role


PROBLEM = "urn:qiantai:problem:"
CARD = {"kind": "card", "amount": 10 * DUE, "reference": "R-1"}


def test_what_an_item_offers_is_what_its_route_allows(billing: ServiceUnderTest) -> None:
    for role in sorted(ROLES):
        paid(billing)
        desk = billing.as_(role)
        found = desk.get(f"{API}/items", query_string={"customer": WANG, "unused": "true"})
        if found.status_code == 403:
            continue
        item = found.json["items"][0]
        for offered, left in ((item["may"], 1), (None, 0)):
            may = offered if offered is not None else desk.get(f"{API}/items/{item['id']}").json["may"]
            used = desk.post(f"{API}/items/{item['id']}/uses", {"branch": "sh-01"}, key=new_id())
            assert (may == ["uses"]) == (used.status_code == 201), (role, left)
            if used.status_code == 403:
                billing.as_("nurse").post(f"{API}/items/{item['id']}/uses", {"branch": "sh-01"}, key=new_id())


@pytest.mark.parametrize("branches", [["*"], ["sh-01"]])
def test_what_a_product_offers_is_what_its_routes_allow(billing: ServiceUnderTest, branches: list[str]) -> None:
    for role in sorted(ROLES):
        desk = billing.as_(role, branches=branches)
        found = desk.get(f"{API}/products", query_string={"q": "CREAM"})
        if found.status_code == 403:
            continue
        may = found.json["items"][0]["may"]
        body = {"name_zh": "CREAM-zh", "name_en": "CREAM-en", "kind": "cosmetic"}
        prices = {"branch": "sh-01", "prices": []}
        assert ("edit" in may) == (desk.put(f"{API}/products/CREAM", body).status_code == 200), role
        assert ("prices" in may) == (desk.put(f"{API}/products/CREAM/prices", prices).status_code == 200), role
        project = desk.get(f"{API}/projects").json["items"][0]
        assert ("edit" in project["may"]) == ("edit" in may)


def test_the_second_till_is_told_what_happened_and_by_whom(billing: ServiceUnderTest) -> None:
    first, second = billing.as_("cashier", id_="zhao"), billing.as_("cashier", id_="sun")
    charge = opened(billing)
    assert pay(first, charge, 28_000).status_code == 201
    much = pay(second, charge, DUE)
    assert (much.status_code, much.json["type"]) == (409, f"{PROBLEM}more-than-due")
    assert {name: much.json["facts"][name] for name in ("due", "by", "what")} == {
        "due": 100_000,
        "by": "zhao",
        "what": "payment_received",
    }
    kept = second.post(f"{API}/charges/{charge}/void", {"reason": "x"}, key="v")
    assert kept.json["facts"]["by"] == "zhao"
    assert "zhao" in kept.json["detail"].lower()
    assert pay(first, charge, 100_000).status_code == 201
    late = pay(second, charge, 100_000)
    assert late.json["type"] == f"{PROBLEM}charge-not-payable"
    assert late.json["facts"]["by"] == "zhao"
    assert late.json["facts"]["at"]

    other = opened(billing)
    assert first.post(f"{API}/charges/{other}/void", {"reason": "x"}, key="w").status_code == 200
    late = pay(second, other, 1)
    assert late.json["facts"]["what"] == "charge_voided"
    # nobody else was there: nothing is told of anybody
    assert "by" not in pay(second, opened(billing), 2 * DUE).json["facts"]


def test_the_second_desk_is_told_who_used_the_last_session(billing: ServiceUnderTest) -> None:
    paid(billing)
    [item] = billing.as_("nurse").get(f"{API}/items", query_string={"customer": WANG}).json["items"]
    path = f"{API}/items/{item['id']}/uses"
    assert billing.as_("nurse", id_="lin").post(path, {"branch": "sh-01"}, key="1").status_code == 201
    late = billing.as_("nurse", id_="wu").post(path, {"branch": "sh-01"}, key="2")
    assert (late.status_code, late.json["facts"]["by"]) == (409, "lin")


def test_a_change_of_the_catalogue_needs_the_version_that_was_loaded(billing: ServiceUnderTest) -> None:
    head = billing.as_("head_office")
    for path, body in (
        ("products/CREAM", {"name_zh": "霜", "name_en": "Cream", "kind": "cosmetic"}),
        ("projects/laser", {**PEEL, "name_zh": "激光"}),
        ("products/CREAM/prices", {"branch": "chain", "prices": [{"valid_from": "2026-01-01", "amount": 1}]}),
        ("products/CREAM/prices", {"branch": "chain", "prices": []}),
    ):
        assert head.put(f"{API}/{path}", body).status_code == 428, path
        assert head.put(f"{API}/{path}", body, etag=99).status_code == 412, path
    prices = head.get(f"{API}/products/CREAM/prices")
    body = {"branch": "chain", "prices": [{"valid_from": "2026-01-01", "amount": 1}]}
    changed = head.put(f"{API}/products/CREAM/prices", body, etag=prices.headers["ETag"])
    assert changed.status_code == 200
    assert changed.headers["ETag"] != prices.headers["ETag"]
    stale = head.put(f"{API}/products/CREAM/prices", {**body, "prices": []}, etag=prices.headers["ETag"])
    assert stale.status_code == 412
    # the same content again is no change, and the first prices of a branch replace none
    assert head.put(f"{API}/products/CREAM/prices", body).status_code == 200
    assert head.put(f"{API}/products/CREAM/prices", {**body, "branch": "hz-01"}).status_code == 200


PEEL = {
    "name_zh": "果酸",
    "name_en": "Peel",
    "major": False,
    "project_class": "skin",
    "department": "skin",
    "rank": 9,
    "minutes": 20,
}


def test_balances_and_slips_of_one_day(billing: ServiceUnderTest) -> None:
    charge = paid(billing)
    head = billing.as_("branch_head")
    day = head.get(f"{API}/charges/{charge}").json["business_day"]
    today = head.get(f"{API}/journal/balance", query_string={"branch": "sh-01", "day": day}).json["items"]
    assert {(one["account_kind"], one["account_key"]): one["balance"] for one in today}["tender", "cash"] == DUE
    assert head.get(f"{API}/journal/balance", query_string={"day": "2020-01-01"}).json["items"] == []
    for asked, count in ((day, 1), ("2020-01-01", 0)):
        found = head.get(f"{API}/charges", query_string={"business_day": asked}).json["items"]
        assert len(found) == count
    assert head.get(f"{API}/charges", query_string={"customer": LI}).json["items"] == []
