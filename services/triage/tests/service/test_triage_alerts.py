"""What supervisors are told at once, and what becomes of it, on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from qiantai.contracts.triage import AlertCleared, AlertRaised, SupervisorNeeded
from qiantai.ids import new_id
from qiantai.testing.sent import sent_statements

BRANCH = "sh-01"


def alerts_of(house: Any, **query: str) -> list[dict]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = house.supervisor.get(f"/api/triage/alerts?branch={BRANCH}&{asked}")
    assert answer.status_code == 200, answer.json
    return answer.json["items"]


def full(house: Any) -> dict:
    """Return the visit that nobody can receive."""
    visits = [house.arrive() for _ in range(4)]
    assert visits[3]["to"] == "supervisor"
    return visits[3]


def test_nobody_can_receive_is_told_and_cleared_when_somebody_is_named(house: Any) -> None:
    visit = full(house)
    [alert] = alerts_of(house)
    assert (alert["kind"], alert["severity"], alert["visit"], alert["state"]) == (
        "nobody_can_receive",
        "urgent",
        visit["id"],
        "open",
    )
    [raised] = house.under.told(AlertRaised)
    assert (raised.alert, raised.kind, raised.visit, raised.rules) == (
        alert["id"],
        alert["kind"],
        visit["id"],
        ("T21",),
    )
    assert "无人可接诊" in raised.text_zh
    assert len(house.under.told(SupervisorNeeded)) == 1
    body = {"to": "b", "reason": "马上结束"}
    assert house.supervisor.post(f"/api/triage/visits/{visit['id']}/reassign", body).status_code == 200
    [cleared] = house.under.told(AlertCleared)
    assert cleared.alert == alert["id"]
    [alert] = alerts_of(house)
    assert (alert["state"], alert["cleared_by"]) == ("cleared", "supervisor-1")
    assert house.under.rows("SELECT alerts FROM branch_day") == [({},)]


def test_the_supervisor_takes_the_visitor_and_the_alert_is_over(house: Any) -> None:
    path = f"/api/triage/visits/{full(house)['id']}"
    assert house.supervisor.post(f"{path}/start").status_code == 200
    assert [one["state"] for one in alerts_of(house)] == ["cleared"]


def test_the_limit_with_the_owner_and_the_move_by_the_limit(house: Any, hands: Any) -> None:
    customer = house.customer()
    path = house.served(house.arrive(customer))
    house.desk.post(f"{path}/stage", {"stage": "leaving"})
    hands.minutes = 1
    waits = house.arrive(customer, projects=[])
    moves = house.arrive()
    assert (waits["to"], moves["to"]) == ("a", "b")
    hands.minutes = 12
    house.tick()
    found = {one["kind"]: one for one in alerts_of(house)}
    assert set(found) == {"owner_wait", "moved"}
    assert (found["owner_wait"]["visit"], found["moved"]["visit"]) == (waits["id"], moves["id"])
    assert (found["moved"]["severity"], found["moved"]["consultant"]) == ("notice", "b")
    house.tick()
    assert len(alerts_of(house)) == 2, "told once"
    moved = house.desk.get(f"/api/triage/visits/{moves['id']}").json
    assert moved["rules"] == ["T22"]
    house.consultant(moved["to"]).post(f"/api/triage/visits/{moves['id']}/start")
    assert [one["kind"] for one in alerts_of(house, state="open")] == ["owner_wait"]


def test_time_passes_without_waiting_for_a_desk_at_work(house: Any, hands: Any) -> None:
    visit = house.arrive()
    hands.minutes = 9
    with house.under.engine.begin() as desk:
        desk.execute(sa.text("SELECT FROM branch_day FOR UPDATE"))
        house.tick()
    hands.minutes = 10
    house.tick()
    assert house.desk.get(f"/api/triage/visits/{visit['id']}").json["rules"] == ["T22"]


def test_many_voids_of_one_consultant_and_not_at_the_post(house: Any) -> None:
    for staff in "bc":
        house.status(staff, "out")
    for _ in range(3):
        visit = house.arrive()
        assert visit["to"] == "a"
        house.desk.post(f"/api/triage/visits/{visit['id']}/void", {"reason": "分错了"})
    [alert] = alerts_of(house)
    assert (alert["kind"], alert["consultant"], alert["severity"]) == ("many_voids", "a", "warning")
    for staff in "bc":
        house.status(staff, "idle")
    assert house.arrive(absent=["a"])["to"] == "b"
    assert house.arrive(absent=["a"])["to"] == "c"
    assert [one["kind"] for one in alerts_of(house)] == ["not_at_post", "many_voids"]
    house.status("a", "idle")
    assert [one["kind"] for one in alerts_of(house, state="open")] == ["many_voids"]


def test_the_supervisors_word_and_another_class_are_overrides(house: Any) -> None:
    visit = house.arrive()
    house.supervisor.post(f"/api/triage/visits/{visit['id']}/reassign", {"to": "c", "reason": "熟人"})
    house.arrive(visit_class="other", override_reason="试体验")
    found = alerts_of(house)
    assert [(one["kind"], one["rules"]) for one in found] == [("override", ["T6"]), ("override", ["T27"])]
    assert "熟人" in found[1]["zh"]
    assert house.under.rows("SELECT alerts FROM branch_day") == [({},)]


def test_a_supervisor_says_that_an_alert_is_seen(house: Any) -> None:
    visit = full(house)
    [alert] = alerts_of(house, state="open")
    path = f"/api/triage/alerts/{alert['id']}/acknowledge"
    assert alert["may"] == ["acknowledge"]
    told = house.desk.get(f"/api/triage/alerts?branch={alert['branch']}").json["items"]
    assert [one["may"] for one in told] == [[]]
    before = house.frozen()
    assert house.desk.post(path, {"note": "x"}).status_code == 403
    assert house.consultant("a").post(path, {"note": "x"}).status_code == 403
    assert house.somebody("supervisor", branch="hz-01").post(path, {"note": "x"}).status_code == 404
    assert house.supervisor.post(f"/api/triage/alerts/{new_id()}/acknowledge", {"note": "x"}).status_code == 404
    unsaid = house.supervisor.post(path, {})
    assert (unsaid.status_code, unsaid.json["errors"][0]["field"]) == (422, "note")
    assert house.frozen() == before
    seen = house.supervisor.post(path, {"note": "我来接"}).json
    assert (seen["state"], seen["acknowledged_by"], seen["note"]) == ("acknowledged", "supervisor-1", "我来接")
    assert seen["may"] == []
    before = house.frozen()
    again = house.supervisor.post(path, {"note": "我也来"})
    assert (again.status_code, again.json["facts"]["acknowledged_by"]) == (409, "supervisor-1")
    assert house.frozen() == before
    house.supervisor.post(f"/api/triage/visits/{visit['id']}/start")
    [alert] = alerts_of(house)
    assert (alert["state"], alert["acknowledged_by"], alert["note"]) == ("cleared", "supervisor-1", "我来接")


def test_who_sees_alerts_and_where(house: Any) -> None:
    full(house)
    path = f"/api/triage/alerts?branch={BRANCH}"
    assert len(house.desk.get(path).json["items"]) == 1
    assert house.somebody("branch_head").get(path).status_code == 200
    for role in ("consultant", "nurse", "cashier", "online"):
        assert house.somebody(role).get(path).status_code == 403, role
    assert house.somebody("supervisor", branch="hz-01").get(path).status_code == 403
    assert house.supervisor.get("/api/triage/alerts").status_code == 422
    assert house.supervisor.get(f"{path}&state=lost").status_code == 422
    assert house.supervisor.get(f"{path}&cursor=x").status_code == 422
    assert house.supervisor.get(f"{path}&cursor=WyJ4Il0").status_code == 422
    assert house.supervisor.get(f"{path}&day=2020-01-01").json["items"] == []


def test_alerts_are_paged_from_the_newest(house: Any) -> None:
    full(house)
    house.arrive()
    house.arrive()
    path = f"/api/triage/alerts?branch={BRANCH}&limit=2"
    first = house.desk.get(path).json
    rest = house.desk.get(f"{path}&cursor={first['next_cursor']}").json
    ids = [one["id"] for one in first["items"] + rest["items"]]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), rest["next_cursor"]) == (3, None)


def test_two_supervisors_who_name_somebody_at_once_clear_an_alert_once(house: Any) -> None:
    visit = full(house)
    path = f"/api/triage/visits/{visit['id']}/reassign"
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda to: house.supervisor.post(path, {"to": to, "reason": "x"}), "abc"))
    assert len(house.under.told(AlertCleared)) == 1
    checked = house.desk.get(f"/api/triage/ledger/verification?branch={BRANCH}").json
    assert checked == {"whole": True, "faults": []}


def test_a_decision_that_tells_nobody_costs_no_statement_and_one_that_does_none_of_its_own(house: Any) -> None:
    for _ in range(2):
        house.arrive()
    bodies = [{"branch": BRANCH, "customer": house.customer(), "projects": ["filler"]} for _ in range(2)]
    found: dict[str, int] = {}
    for body in bodies:
        with sent_statements() as sent:
            answer = house.desk.post("/api/triage/visits", body)
        found[answer.json["to"]] = len(sent)
        assert ("INSERT INTO alert" in "\n".join(sent)) == (answer.json["to"] == "supervisor")
    assert found.keys() == {"c", "supervisor"}
    assert max(found.values()) <= 4


def test_what_only_a_person_can_end_is_over_when_it_is_seen(house: Any) -> None:
    house.arrive(visit_class="other", override_reason="试体验")
    [alert] = alerts_of(house, state="open")
    assert "其他" in alert["zh"]
    assert house.under.told(AlertCleared) == []
    assert house.supervisor.post(f"/api/triage/alerts/{alert['id']}/acknowledge", {"note": "可以"}).status_code == 200
    assert [event.alert for event in house.under.told(AlertCleared)] == [alert["id"]]
