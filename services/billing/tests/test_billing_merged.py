"""Whose file lives in another one: slips and items keep the id that they were made with, and are that person's (C9)."""

from __future__ import annotations

from typing import Any

from qiantai.contracts.customer import CustomerMerged
from qiantai.ids import new_id
from qiantai.testing.service import ServiceUnderTest

WANG = "01900000-0000-7000-8000-00000000aaaa"
LI = "01900000-0000-7000-8000-00000000bbbb"
VISIT = "01900000-0000-7000-8000-00000000cccc"
API = "/api/billing"


def opened(billing: ServiceUnderTest, customer: str, **more: Any) -> dict[str, Any]:
    body = {"branch": "sh-01", "customer": customer, "lines": [{"product": "LASER-1"}], **more}
    made = billing.as_("cashier").post(f"{API}/charges", body, key=new_id())
    assert made.status_code == 201, made.json
    found: dict[str, Any] = made.json
    return found


def listed(billing: ServiceUnderTest, what: str, customer: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (
        billing.as_("cashier").get(f"{API}/{what}", query_string={"customer": customer}).json["items"]
    )
    return items


def test_the_lists_of_a_person_have_what_each_of_the_files_has(billing: ServiceUnderTest) -> None:
    before, hers = opened(billing, WANG), opened(billing, LI)
    body = {"tenders": [{"kind": "cash", "amount": before["total"]}]}
    paid = billing.as_("cashier").post(f"{API}/charges/{before['id']}/payments", body, key=new_id())
    assert paid.status_code == 201
    assert [one["id"] for one in listed(billing, "charges", LI)] == [hers["id"]]
    assert listed(billing, "items", LI) == []
    billing.deliver(CustomerMerged(branch="chain", customer=WANG, into=LI))
    after = opened(billing, WANG)
    assert (after["customer"], after["customer_name"]) == (WANG, "李雷")
    for file in (LI, WANG):
        slips = listed(billing, "charges", file)
        assert [one["id"] for one in slips] == [after["id"], hers["id"], before["id"]]
        assert {one["customer_name"] for one in slips} == {"李雷"}
        assert [one["customer"] for one in listed(billing, "items", file)] == [WANG]


def test_a_visit_of_the_merged_file_is_the_persons(billing: ServiceUnderTest) -> None:
    body = {"branch": "sh-01", "customer": LI, "visit": VISIT, "lines": [{"product": "CREAM"}]}
    refused = billing.as_("cashier").post(f"{API}/charges", body, key=new_id())
    assert refused.json["type"] == "urn:qiantai:problem:visit-of-somebody-else"
    billing.deliver(CustomerMerged(branch="chain", customer=WANG, into=LI))
    assert opened(billing, LI, visit=VISIT)["consultant"] == "chen"
