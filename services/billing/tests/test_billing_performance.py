"""Who is credited with a slip: the customer's owner, after a change the new one (B12)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from qiantai.contracts.triage import PerformanceMoved
from qiantai.ids import new_id
from qiantai.testing.service import ServiceUnderTest

CHARGES = "/api/billing/charges"
WANG = "01900000-0000-7000-8000-00000000aaaa"
LI = "01900000-0000-7000-8000-00000000bbbb"
VISIT = "01900000-0000-7000-8000-00000000cccc"


def moved(to: str, *, previous: str | None = None, customer: str = WANG) -> PerformanceMoved:
    return PerformanceMoved(
        branch="sh-01",
        customer=customer,
        visit=None,
        previous=previous,
        to=to,
        since=datetime(2026, 11, 21, tzinfo=UTC),
        rule="T26" if previous else "T11",
        reason="x",
    )


def opened(billing: ServiceUnderTest, **more: object) -> dict:
    body = {"branch": "sh-01", "customer": WANG, "lines": [{"product": "CREAM"}], **more}
    answer = billing.as_("cashier").post(CHARGES, body, key=new_id())
    assert answer.status_code == 201, answer.json
    return answer.json


def test_without_an_owner_the_consultant_of_the_slip_is_credited(billing: ServiceUnderTest) -> None:
    assert opened(billing, visit=VISIT)["performer"] == "chen"
    assert opened(billing, visit=VISIT, consultant="sun")["performer"] == "sun"
    assert opened(billing)["performer"] is None


def test_the_owner_is_credited_also_where_a_stand_in_received(billing: ServiceUnderTest) -> None:
    billing.deliver(moved("wu"))
    slip = opened(billing, visit=VISIT)
    assert (slip["consultant"], slip["performer"]) == ("chen", "wu")
    other = opened(billing, customer=LI, consultant="sun")
    assert other["performer"] == "sun"


def test_after_a_change_the_new_one_is_credited_and_earlier_slips_stay(billing: ServiceUnderTest) -> None:
    billing.deliver(moved("wu"))
    before = opened(billing)
    billing.deliver(moved("lin", previous="wu"))
    assert opened(billing)["performer"] == "lin"
    desk = billing.as_("cashier")
    assert desk.get(f"{CHARGES}/{before['id']}").json["performer"] == "wu"
    listed = desk.get(f"{CHARGES}?customer={WANG}").json["items"]
    assert [slip["performer"] for slip in listed] == ["lin", "wu"]


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (1, 2, 1), (2, 2, 1)])
def test_the_newest_wins_in_any_order_and_any_number_of_times(
    billing: ServiceUnderTest, order: tuple[int, ...]
) -> None:
    told = {1: moved("wu"), 2: moved("lin", previous="wu")}
    for version in order:
        billing.deliver(told[version], version=version)
    assert opened(billing)["performer"] == "lin"
    assert billing.rows("SELECT consultant, version FROM known_performer") == [("lin", 2)]
