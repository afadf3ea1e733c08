"""Situations that other desks' people reported: who is here twice, elsewhere, or gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from neighbours import BRANCH
from qiantai import clock
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.contracts.triage import VisitRegistered, VisitStageChanged
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE


def scanned(customer: str, at: datetime, branch: str = BRANCH) -> ArrivalScanned:
    return ArrivalScanned(
        branch=branch,
        scan=new_id(),
        device="d",
        desk="1",
        code="D000123",
        kind="design",
        customer=customer,
        appointment=None,
        device_time=at,
        gateway_time=at,
    )


def test_somebody_comes_again_after_no_deal(house: Any, hands: Any) -> None:
    """The first visit is over then, whether or not anybody let it leave; its place is no obstacle."""
    customer = house.customer()
    first = house.arrive(customer)
    house.served(first, outcome="no_deal", reason="再考虑")
    hands.minutes = 120
    second = house.arrive(customer)
    assert (second["stage"], second["id"] != first["id"]) == ("waiting", True)
    assert house.desk.get(f"/api/triage/visits/{first['id']}").json["stage"] == "leaving"
    told = [(one.visit, one.stage) for one in house.under.told(VisitStageChanged)]
    assert told == [(first["id"], "leaving")]


def test_a_scan_after_no_deal_is_a_new_arrival_and_one_told_late_is_not(house: Any, hands: Any) -> None:
    customer = house.customer()
    house.served(house.arrive(customer), outcome="no_deal", reason="再考虑")
    hands.minutes = 120
    before, after = clock.now() - timedelta(hours=3), clock.now()
    assert house.under.deliver(scanned(customer, before)) == DONE
    assert len(house.under.told(VisitRegistered)) == 1
    assert house.under.deliver(scanned(customer, after)) == DONE
    assert len(house.under.told(VisitRegistered)) == 2


def test_a_visit_that_ended_with_a_deal_is_still_open(house: Any) -> None:
    """It is on the board until it is paid and left: the desk goes on with it."""
    customer = house.customer()
    visit = house.arrive(customer)
    house.served(visit)
    again = house.desk.post("/api/triage/visits", {"branch": BRANCH, "customer": customer, "projects": ["filler"]})
    assert (again.status_code, again.json["facts"]["visit"]) == (409, visit["id"])
