"""Whose file lives in another one: plans keep the id that they were made with, and are that person's (C9)."""

from __future__ import annotations

from typing import Any

import pytest
from qiantai.contracts import CHAIN
from qiantai.contracts.billing import TreatmentItemUsed
from qiantai.contracts.customer import CustomerMerged, CustomerRegistered
from qiantai.contracts.triage import OwnerChanged
from qiantai.ids import new_id

API = "/api/followups"


@pytest.fixture
def li(house: Any) -> str:
    """Li, a file of her own, into which Wang's is merged by `merge`."""
    id_ = new_id()
    house.deliver(
        CustomerRegistered(branch=CHAIN, customer=id_, number="C2", name="李娜", kind="full", home_branch="sh-01")
    )
    return id_


def merge(house: Any, into: str) -> None:
    house.deliver(CustomerMerged(branch=CHAIN, customer=house.wang, into=into))


def owner(customer: str, person: str) -> OwnerChanged:
    return OwnerChanged(branch="sh-01", customer=customer, owner=person, previous=None, reason="T11")


def test_the_list_of_a_person_has_the_plans_of_each_of_the_files(house: Any, li: str) -> None:
    before, hers = house.draft(), house.draft(customer=li)
    assert {plan["id"] for plan in house.plans(customer=li)} == {hers}
    merge(house, li)
    after = house.draft()
    for file in (li, house.wang):
        plans = house.plans(customer=file)
        assert {plan["id"] for plan in plans} == {before, hers, after}
        assert {plan["customer_name"] for plan in plans} == {"李娜"}
    assert house.get(before)["customer"] == house.wang
    assert house.plans(customer=new_id()) == []


def test_the_persons_owner_is_that_of_the_living_file(house: Any, li: str) -> None:
    house.deliver(owner(house.wang, "olga"))
    before = house.draft(executor_role="owner")
    merge(house, li)
    house.deliver(owner(li, "pia"))
    assert house.get(before)["executor"] == "pia"
    assert house.get(house.draft(executor_role="owner"))["executor"] == "pia"
    house.deliver(owner(house.wang, "omar"))  # of the merged file, heard late
    assert house.get(before)["executor"] == "pia"


def test_the_first_treatment_is_the_persons_first(house: Any, li: str) -> None:
    head = house.under_test.as_("branch_head")
    first = {
        "name_zh": "首次",
        "name_en": "First",
        "event": "billing.treatment_item.used",
        "conditions": {"first_treatment": True},
        "days": 1,
        "kind": "after_treatment",
        "executor_role": "nurse",
        "content": "问候",
        "active": True,
    }
    assert head.put(f"{API}/templates/first", first, etag=0).status_code == 200
    for use, customer in (("u1", house.wang), ("u2", li)):
        house.deliver(
            TreatmentItemUsed(
                branch="sh-01",
                item="i1",
                use=use,
                customer=customer,
                visit="v1",
                project="peel",
                department="d",
                performer="nina",
                left=1,
                used_at=house.now,
            )
        )
        merge(house, li)
    assert [plan["template"] for plan in house.plans(customer=li)].count("first") == 1
