"""Situations that other desks' people reported: who is here twice, elsewhere, or gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from neighbours import BRANCH
from qiantai import clock
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import AppointmentBooked
from qiantai.contracts.device_gateway import ArrivalScanned, StaffChanged
from qiantai.contracts.triage import (
    OwnerChanged,
    VisitAssigned,
    VisitClassified,
    VisitRegistered,
    VisitSeenElsewhere,
    VisitStageChanged,
)
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE
from qiantai.testing.branches import tell_staff


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
    first = house.desk.get(f"/api/triage/visits/{visit['id']}/stages").json["items"][0]
    told = {"to": visit["to"], "by": first["by"], "at": first["begun_at"]}
    assert told.items() <= again.json["facts"].items(), "who received her, when, and where the visit is"


class TwoBranches:
    """The branch and another one, each with its own desk and consultants."""

    def __init__(self, house: Any) -> None:
        self.house, self.under = house, house.under
        self.there = self.under.as_("receptionist", branches=["hz-01"])
        body = {"name": "杭", "place": 1, "shift": "full"}
        head = self.under.as_("supervisor", branches=["hz-01"])
        assert head.put("/api/triage/roster/hz-01/hz.a", body).status_code == 200

    def arrive(self, customer: str, **more: Any) -> Any:
        body = {"branch": "hz-01", "customer": customer, "projects": ["filler"], **more}
        return self.there.post("/api/triage/visits", body)

    def assigned(self, branch: str) -> int:
        return sum(one.branch == branch for one in self.under.told(VisitAssigned))


def test_a_second_desk_is_told_of_the_open_visit_in_another_branch(house: Any) -> None:
    """Nobody waits in two branches unnoticed, and no turn is used up for it unless the desk says so."""
    both = TwoBranches(house)
    customer = house.customer()
    first = house.arrive(customer)
    refused = both.arrive(customer)
    assert (refused.status_code, refused.json["facts"]) == (
        409,
        {"branch": BRANCH, "visit": first["id"], "stage": "waiting"},
    )
    assert (both.assigned("hz-01"), both.under.told(VisitSeenElsewhere)) == (0, [])
    second = both.arrive(customer, also_here=True)
    assert (second.status_code, second.json["to"]) == (201, "hz.a")
    [seen] = both.under.told(VisitSeenElsewhere)
    assert (seen.branch, seen.visit, seen.elsewhere) == (BRANCH, first["id"], "hz-01")
    assert house.consultant(first["consultant"]).post(f"/api/triage/visits/{first['id']}/start").status_code == 200


def test_a_scan_in_another_branch_waits_for_the_desk(house: Any) -> None:
    both = TwoBranches(house)
    customer = house.customer()
    house.arrive(customer)
    assert both.under.deliver(scanned(customer, clock.now(), branch="hz-01")) == DONE
    [visit] = both.there.get("/api/triage/visits?branch=hz-01").json["items"]
    assert (visit["missing"], visit["to"], both.assigned("hz-01")) == (["projects", "other_branch"], None, 0)
    assert [one.elsewhere for one in both.under.told(VisitSeenElsewhere)] == ["hz-01"]
    done = both.there.post(f"/api/triage/visits/{visit['id']}/triage", {"projects": ["filler"]})
    assert (done.status_code, done.json["missing"], done.json["to"]) == (200, [], "hz.a")


def test_a_visit_that_is_over_elsewhere_is_no_obstacle(house: Any) -> None:
    both = TwoBranches(house)
    customer = house.customer()
    house.served(house.arrive(customer), outcome="no_deal", reason="再考虑")
    assert both.arrive(customer).status_code == 201
    assert both.under.told(VisitSeenElsewhere) == []


def later_today(customer: str, slip: str, branch: str) -> AppointmentBooked:
    """A slip for a treatment in six hours."""
    at = clock.now() + timedelta(hours=6)
    return AppointmentBooked(
        branch=branch,
        appointment=slip,
        number="A1",
        customer=customer,
        kind="treatment",
        projects=("breast",),
        starts_at=at,
        ends_at=at + timedelta(hours=1),
        latest_arrival=at,
    )


def test_who_comes_for_something_else_does_not_use_up_the_slip_of_later_that_day(house: Any, hands: Any) -> None:
    """Neither its class nor its projects are the visit's, unless the desk names it (A11)."""
    customer, slip = house.customer(), new_id()
    booked = later_today(customer, slip, BRANCH)
    assert house.under.deliver(booked) == DONE
    visit = house.arrive(customer)
    assert (visit["appointment"], visit["projects"], visit["visit_class"]) == (None, ["filler"], "first_visit")
    house.served(visit, outcome="no_deal", reason="问问")
    hands.minutes = 60
    assert house.arrive(customer, appointment=slip)["appointment"] == slip


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("booked_first", [False, True])
def test_what_is_said_later_does_not_use_up_the_slip_either(
    house: Any, hands: Any, *, named: bool, booked_first: bool
) -> None:
    """Also where the slip was taken for the visit's, or is told while the visit waits (A11)."""
    both = TwoBranches(house)
    customer, slip = house.customer(), new_id()
    booked = later_today(customer, slip, "hz-01")
    house.arrive(customer)
    for event in (booked, scanned(customer, clock.now(), branch="hz-01"))[:: 1 if booked_first else -1]:
        assert both.under.deliver(event) == DONE
    [visit] = both.there.get("/api/triage/visits?branch=hz-01").json["items"]
    assert visit["appointment"] == (slip if booked_first else None)
    body = {"projects": ["filler"], **({"appointment": slip} if named else {})}
    done = both.there.post(f"/api/triage/visits/{visit['id']}/triage", body)
    assert (done.status_code, done.json["appointment"]) == (200, slip if named else None)
    [told] = both.under.told(VisitClassified)
    assert (told.answered, told.appointment, told.projects) == (True, slip if named else None, ("filler",))


def test_a_visit_that_was_left_open_can_be_closed_the_next_day(house: Any, hands: Any) -> None:
    visit = house.arrive()
    hands.minutes = 24 * 60
    left = house.desk.post(f"/api/triage/visits/{visit['id']}/leave", {"reason": "昨日未关"})
    assert (left.status_code, left.json["stage"]) == (200, "left")


def ledger_of(house: Any) -> list[dict[str, Any]]:
    return [event for (event,) in house.under.rows("SELECT event FROM ledger_entry ORDER BY seq")]


def test_a_status_is_set_by_oneself_the_desk_or_a_supervisor_and_the_ledger_says_by_whom(house: Any) -> None:
    """T42; the same status again is no entry."""
    path, body = "/api/triage/consultants/a/status", {"branch": BRANCH, "status": "out"}
    refused = house.consultant("b").post(path, body)
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (403, "only-for-oneself")
    assert ledger_of(house) == []
    for who, status in ((house.consultant("a"), "out"), (house.desk, "out"), (house.supervisor, "idle")):
        assert who.post(path, {**body, "status": status}).status_code == 200
    said = [(one["consultant"], one["status"], one["by"]) for one in ledger_of(house)]
    assert said == [("a", "out", "a"), ("a", "idle", "supervisor-1")]


def test_a_consultant_voids_only_the_own_visit_before_it_is_accepted(house: Any) -> None:
    visit = house.arrive()
    path = f"/api/triage/visits/{visit['id']}"
    assert house.consultant("b").post(f"{path}/void", {"reason": "x"}).status_code == 403
    own = house.consultant(visit["consultant"])
    assert own.post(f"{path}/void", {"reason": "不合适"}).json["stage"] == "void"
    second = house.arrive()
    path, own = f"/api/triage/visits/{second['id']}", house.consultant(second["consultant"])
    assert own.post(f"{path}/start").status_code == 200
    refused = own.post(f"{path}/void", {"reason": "x"})
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (409, "accepted-already")
    assert house.desk.post(f"{path}/void", {"reason": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("roles", "branches", "active"),
    [
        pytest.param((), ("*",), True, id="nobody"),
        pytest.param(("nurse",), ("*",), True, id="another-role"),
        pytest.param(("online",), ("bj-01",), True, id="another-branch"),
        pytest.param(("online",), ("*",), False, id="dismissed"),
    ],
)
def test_an_online_consultant_is_somebody_who_works_here_as_one(
    house: Any, roles: tuple[str, ...], branches: tuple[str, ...], *, active: bool
) -> None:
    if roles:
        told = StaffChanged(branch=CHAIN, staff="net-9", name="net-9", roles=roles, branches=branches, active=active)
        assert house.under.deliver(told) == DONE
    body = {"branch": BRANCH, "customer": house.customer(), "projects": ["filler"], "online_consultant": "net-9"}
    waiting = house.arrive(projects=[])
    at_once = house.desk.post("/api/triage/visits", body)
    later = house.desk.post(
        f"/api/triage/visits/{waiting['id']}/triage", {"projects": ["filler"], "online_consultant": "net-9"}
    )
    for refused in (at_once, later):
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "online_consultant")
    tell_staff(house.under, "net-8", "online", branches=(BRANCH,))
    assert house.desk.post("/api/triage/visits", {**body, "online_consultant": "net-8"}).status_code == 201


def test_owner_and_notes_are_shown_where_the_customer_has_been_or_is_expected(house: Any) -> None:
    """As the customer's file is (0019)."""
    visit = house.arrive()
    house.served(visit)
    paths = [f"/api/triage/customers/{visit['customer']}/{what}" for what in ("owner", "stand-in-notes")]
    there = house.under.as_("receptionist", branches=["hz-01"])
    for path in paths:
        refused = there.get(path)
        assert (refused.status_code, refused.json["type"]) == (403, "urn:qiantai:problem:customer-elsewhere")
        assert house.under.as_("receptionist", branches=["hz-01", BRANCH]).get(path).status_code == 200
        assert house.under.as_("receptionist", branches=["*"]).get(path).status_code == 200
    at = clock.now() + timedelta(days=1)
    booked = AppointmentBooked(
        branch="hz-01",
        appointment=new_id(),
        number="A1",
        customer=visit["customer"],
        kind="consultation",
        starts_at=at,
        ends_at=at + timedelta(hours=1),
        latest_arrival=at,
    )
    assert house.under.deliver(booked) == DONE
    assert [there.get(path).status_code for path in paths] == [200, 200]


def test_why_somebody_became_the_owner_is_said_in_words(house: Any) -> None:
    visit = house.arrive()
    house.served(visit)
    [told] = house.under.told(OwnerChanged)
    assert told.reason == "首次接诊 / received first"
