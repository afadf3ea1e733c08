"""Whose file lives in another one: slips keep the id that they were made with, and are that person's (C9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from qiantai.contracts import CHAIN
from qiantai.contracts.customer import CustomerMerged
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.ids import new_id

API = "/api/appointments"


def merge(clinic: Any, customer: str, into: str) -> None:
    clinic.deliver(CustomerMerged(branch=CHAIN, customer=customer, into=into))


def listed(clinic: Any, customer: str) -> list[dict[str, Any]]:
    answer = clinic.under_test.as_("receptionist").get(f"{API}/", query_string={"customer": customer})
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def test_the_list_of_a_person_has_the_slips_of_each_of_the_files(clinic: Any) -> None:
    before = clinic.book(provider=None)
    hers = clinic.book(provider=None, customer=clinic.li)
    assert [one["id"] for one in listed(clinic, clinic.li)] == [hers["id"]]
    merge(clinic, clinic.wang, clinic.li)
    after = clinic.book(provider=None)
    assert (after["customer"], after["customer_name"]) == (clinic.wang, "李娜")
    for file in (clinic.li, clinic.wang):
        assert {one["id"] for one in listed(clinic, file)} == {before["id"], hers["id"], after["id"]}
        assert {one["customer_name"] for one in listed(clinic, file)} == {"李娜"}
    assert clinic.get(before["id"])["customer"] == clinic.wang
    assert listed(clinic, new_id()) == []


def test_who_comes_with_the_card_of_the_living_file_arrives_for_a_slip_of_the_merged_one(clinic: Any) -> None:
    slip = clinic.book()
    merge(clinic, clinic.wang, clinic.li)
    clinic.set_now(clinic.now + timedelta(hours=1))
    clinic.deliver(
        ArrivalScanned(
            branch="sh-01",
            scan=new_id(),
            device="d",
            desk="front",
            code="M1",
            kind="member",
            customer=clinic.li,
            appointment=None,
            device_time=clinic.now,
            gateway_time=clinic.now,
        )
    )
    assert clinic.get(slip["id"])["state"] == "arrived"
