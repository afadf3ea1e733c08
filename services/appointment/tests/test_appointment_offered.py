"""What the desk is offered with a slip, whom it is told of when somebody was quicker, and what a calendar asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from appointment.domain.model import STATES
from qiantai.contracts import CHAIN
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.permissions import ROLES

API = "/api/appointments/"
ACTS = ("confirm", "reschedule", "cancel", "arrive")


def act(clinic: Any, role: str, slip: dict[str, Any], name: str) -> int:
    """Do it by its route; returns the status."""
    later = clinic.now + timedelta(hours=6)
    bodies = {
        "confirm": {"how": "电话"},
        "reschedule": {
            "starts_at": later.isoformat(),
            "ends_at": (later + timedelta(minutes=30)).isoformat(),
            "reason": "改期",
            "also_then": True,
        },
        "cancel": {"reason": "生病"},
        "arrive": {},
    }
    etag = slip["version"] if name == "reschedule" else None
    answer = clinic.under_test.as_(role).post(f"{API}{slip['id']}/{name}", bodies[name], etag=etag)
    return int(answer.status_code)


def in_state(clinic: Any, state: str, **changes: Any) -> dict[str, Any]:
    """Book a slip and bring it to a state."""
    slip = clinic.book(provider=None, **changes)
    ways = {"confirmed": ["confirm"], "arrived": ["arrive"], "cancelled": ["cancel"]}
    for name in ways.get(state, []):
        assert act(clinic, "receptionist", slip, name) == 200
    if state in ("completed", "no_show"):
        statement = "UPDATE appointment SET state = %s WHERE id = %s"
        with clinic.under_test.engine.begin() as connection:
            connection.exec_driver_sql(statement, (state, slip["id"]))
    slip = clinic.get(slip["id"])
    assert slip["state"] == state
    return slip


@pytest.mark.parametrize("state", STATES)
def test_what_is_offered_is_what_the_routes_do(clinic: Any, state: str) -> None:
    for role in ("receptionist", "consultant", "online", "nurse"):
        for days in (0, 1) if state != "arrived" else (0,):
            for name in ACTS:
                slip = in_state(clinic, state, starts_at=clinic.now + timedelta(days=days, hours=1))
                offered = clinic.under_test.as_(role).get(f"{API}{slip['id']}").json["may"]
                answer = act(clinic, role, slip, name)
                twice = name == "arrive" and state in {"arrived", "completed"}  # it is so already, and stays so
                assert (name in offered) == (answer == 200 and not twice), (role, days, name, answer)


def test_everybody_is_offered_what_their_role_allows(clinic: Any) -> None:
    slip = clinic.book()
    for role, actions in ROLES.items():
        if "appointment.read" in actions:
            offered = clinic.under_test.as_(role).get(f"{API}{slip['id']}").json["may"]
            wanted = ["cancel", "confirm", "reschedule"] if "appointment.change" in actions else []
            assert offered == sorted(wanted + (["arrive"] if "appointment.arrive" in actions else [])), role


def test_who_was_quicker_is_told(clinic: Any) -> None:
    slip = clinic.book()
    chen, fang = (clinic.under_test.as_("receptionist", id_=one) for one in ("chen", "fang"))
    path = f"{API}{slip['id']}"
    assert fang.post(f"{path}/confirm", {"how": "电话"}).status_code == 200
    new = {"starts_at": "2026-03-04T14:00:00+08:00", "ends_at": "2026-03-04T15:00:00+08:00", "reason": "出差"}
    stale = chen.post(f"{path}/reschedule", new, etag=slip["version"])
    assert (stale.status_code, stale.json["facts"]["what"], stale.json["facts"]["by"]) == (412, "confirmed", "fang")
    assert fang.post(f"{path}/cancel", {"reason": "生病"}).status_code == 200
    for act_, body in (("cancel", {"reason": "x"}), ("confirm", {"how": "x"}), ("arrive", {})):
        late = chen.post(f"{path}/{act_}", body)
        facts = late.json["facts"]
        assert (late.status_code, facts["what"], facts["by"], facts["reason"]) == (409, "cancelled", "fang", "生病")


def test_a_slot_that_is_taken_says_whose_it_is_to_those_who_may_know(clinic: Any) -> None:
    there = clinic.book(branch="sh-02")
    one = clinic.under_test.as_("receptionist", branches=["sh-01"])
    refused = one.post(API, clinic.body(customer=clinic.li))
    assert refused.status_code == 409
    assert set(refused.json["facts"]) == {"provider", "starts_at", "ends_at"}  # of another branch: the time alone
    both = clinic.under_test.as_("receptionist", branches=["sh-01", "sh-02"])
    facts = both.post(API, clinic.body(customer=clinic.li)).json["facts"]
    assert (facts["appointment"], facts["number"], facts["branch"]) == (there["id"], there["number"], "sh-02")
    assert (facts["customer_name"], facts["booked_by"]) == ("王小明", "receptionist-1")


def test_a_calendar_asks_for_days_and_for_a_provider(clinic: Any) -> None:
    days = [clinic.book(starts_at=clinic.now + timedelta(days=n, hours=2))["id"] for n in range(4)]
    other = clinic.book(starts_at=clinic.now + timedelta(days=1, hours=2), provider="dr-qian")["id"]
    desk = clinic.under_test.as_("receptionist")

    def of(**query: Any) -> list[str]:
        answer = desk.get(API, query_string={"branch": "sh-01", **query})
        assert answer.status_code == 200, answer.json
        return [one["id"] for one in answer.json["items"]]

    week = {"from": "2026-03-03", "to": "2026-03-04"}
    assert sorted(of(**week)) == sorted([days[1], days[2], other])
    assert of(**week, provider="dr-zhao") == [days[1], days[2]]
    for bad, field in (
        ({"from": "2026-03-03"}, "to"),
        ({"to": "2026-03-03"}, "from"),
        ({"from": "2026-03-03", "to": "2026-03-02"}, "to"),
        ({"from": "2026-03-03", "to": "2026-05-30"}, "to"),
        ({**week, "day": "2026-03-03"}, "day"),
    ):
        refused = desk.get(API, query_string={"branch": "sh-01", **bad})
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)
    assert desk.get(API, query_string=week).json["errors"][0]["field"] == "branch"


def test_columns_are_the_consultants_and_doctors_of_the_branch(clinic: Any) -> None:
    for staff, name, role, branch, active in (
        ("lin", "林悦", "consultant", "sh-01", True),
        ("chen", "陈佳", "receptionist", "sh-01", True),
        ("cai", "蔡宁", "consultant", "hz-01", True),
        ("gone", "离职", "consultant", "sh-01", False),
    ):
        clinic.deliver(
            StaffChanged(branch=CHAIN, staff=staff, name=name, roles=(role,), branches=(branch,), active=active)
        )
    desk = clinic.under_test.as_("receptionist", branches=["sh-01"])
    found = desk.get(API + "providers", query_string={"branch": "sh-01"}).json["items"]
    assert {one["id"] for one in found} == {"dr-zhao", "dr-qian", "online-9", "lin"}
    assert {"id": "lin", "name": "林悦", "roles": ["consultant"]} in found
    assert desk.get(API + "providers", query_string={"branch": "hz-01"}).status_code == 403
    assert desk.get(API + "providers").status_code == 422
