"""What a view says that somebody may do with a plan is what the routes let them do; the second of two is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from followup.domain.plan import STATES
from qiantai.ids import new_id
from qiantai.permissions import ROLES

if TYPE_CHECKING:
    from conftest import House

API = "/api/followups"
PROBLEM = "urn:qiantai:problem:"


def submitted(house: House) -> str:
    return house.draft(submit=True)


def returned(house: House) -> str:
    plan = submitted(house)
    house.done(house.supervisor.post(f"{API}/plans/{plan}/return", {"guidance": "写清楚"}))
    return plan


def due(house: House) -> str:
    plan = house.approved()
    house.run_job("mark_due")
    return plan


def executed(house: House) -> str:
    plan = house.approved()
    house.done(house.execute(plan))
    return plan


def reviewed(house: House) -> str:
    plan = executed(house)
    house.done(house.supervisor.post(f"{API}/plans/{plan}/review", {"score": 90}))
    return plan


def ended(house: House) -> str:
    plan = house.approved()
    for _ in range(3):
        house.done(house.execute(plan, result="not_reached", feedback=None, next_step=None))
    return plan


def cancelled(house: House) -> str:
    plan = submitted(house)
    house.done(house.supervisor.post(f"{API}/plans/{plan}/cancel", {"reason": "不用了"}))
    return plan


MADE: dict[str, Callable[[House], str]] = {
    "drafted": lambda house: house.draft(),
    "submitted": submitted,
    "returned": returned,
    "approved": lambda house: house.approved(),
    "due": due,
    "executed": executed,
    "reviewed": reviewed,
    "cancelled": cancelled,
    "ended": ended,
}
ACTS: dict[str, dict[str, Any]] = {
    "submit": {},
    "approve": {},
    "return": {"guidance": "再看看"},
    "execute": {"result": "reached", "feedback": "好", "next_step": {"ended": "满意"}},
    "review": {"score": 80},
    "cancel": {"reason": "不用了"},
}


def test_each_state_is_tried() -> None:
    assert set(MADE) == set(STATES)


@pytest.mark.parametrize("state", sorted(MADE))
def test_what_a_plan_offers_is_what_its_routes_allow(house: House, state: str) -> None:
    people = [(role, f"{role}-1") for role in sorted(ROLES)] + [("supervisor", "ann"), ("head_office", "ann")]
    plan = ""
    for role, id_ in people:
        desk = house.under_test.as_(role, id_=id_)
        for act, body in ACTS.items():
            if not plan or house.get(plan)["state"] != state:
                plan = MADE[state](house)
            seen = desk.get(f"{API}/plans/{plan}")
            if seen.status_code == 403:
                break
            assert seen.json["state"] == state
            done = desk.post(f"{API}/plans/{plan}/{act}", body)
            assert (act in seen.json["may"]) == (done.status_code == 200), (role, id_, act, done.json)


@pytest.mark.parametrize("branches", [["*"], ["sh-01"]])
def test_what_a_template_offers_is_what_its_routes_allow(house: House, branches: list[str]) -> None:
    for role in sorted(ROLES):
        desk = house.under_test.as_(role, branches=branches)
        found = desk.get(f"{API}/templates")
        if found.status_code == 403:
            continue
        one = dict(found.json["items"][0])
        may, code, version = one.pop("may"), one.pop("code"), one.pop("version")
        tried = desk.post(f"{API}/templates/{code}/preview", {"days": 1}).status_code == 200
        put = desk.put(f"{API}/templates/{code}", one, etag=version).status_code == 200
        assert ("preview" in may, "edit" in may) == (tried, put), role


def test_the_second_of_two_is_told_what_happened_and_by_whom(house: House) -> None:
    other = house.under_test.as_("supervisor", id_="bea")
    plan = house.draft(submit=True)
    house.done(house.supervisor.post(f"{API}/plans/{plan}/approve"))
    late = other.post(f"{API}/plans/{plan}/approve")
    assert late.status_code == 409
    assert {name: late.json["facts"][name] for name in ("by", "what")} == {"by": "sue", "what": "approved"}
    house.done(house.execute(plan))
    late = house.execute(plan, desk=other)
    assert late.json["type"] == f"{PROBLEM}not-approved"
    assert late.json["facts"]["by"] == "ann"
    assert "Ann" in late.json["detail"] or "ann" in late.json["detail"]


def test_a_call_that_one_did_not_know_of_is_seen_before_another_is_noted(house: House) -> None:
    plan = house.approved()
    vain = {"result": "not_reached", "feedback": None, "next_step": None}
    house.done(house.execute(plan, attempts=0, **vain))
    late = house.execute(plan, desk=house.under_test.as_("service_desk", id_="bea"), attempts=0, **vain)
    assert (late.status_code, late.json["type"]) == (409, f"{PROBLEM}called-meanwhile")
    assert {name: late.json["facts"][name] for name in ("attempts", "by", "what")} == {
        "attempts": 1,
        "by": "ann",
        "what": "tried",
    }
    assert house.get(plan)["attempts"] == 1
    house.done(house.execute(plan, attempts=1))


def test_many_are_submitted_returned_and_approved_with_changes_all_or_none(house: House) -> None:
    plans = [house.draft() for _ in range(3)]
    ok = house.done(house.consultant.post(f"{API}/plans/submit", {"plans": plans}))
    assert [one["state"] for one in ok["items"]] == ["submitted"] * 3
    assert house.consultant.post(f"{API}/plans/submit", {"plans": plans}).status_code == 409
    back = house.done(house.supervisor.post(f"{API}/plans/return", {"plans": plans[:2], "guidance": "写清楚"}))
    assert {(one["state"], one["guidance"]) for one in back["items"]} == {("returned", "写清楚")}
    refused = house.supervisor.post(f"{API}/plans/approve", {"plans": plans, "executor": "bea"})
    assert refused.json["errors"][0]["field"] in ("plans.0", "plans.1")
    assert house.get(plans[2])["state"] == "submitted"
    house.done(house.consultant.post(f"{API}/plans/submit", {"plans": plans[:2]}))
    until = house.now + timedelta(days=3)
    body = {"plans": plans, "executor": "bea", "due_until": until.isoformat()}
    done = house.done(house.supervisor.post(f"{API}/plans/approve", body))
    assert {(one["state"], one["executor"]) for one in done["items"]} == {("approved", "bea")}
    assert house.consultant.post(f"{API}/plans/approve", {"plans": plans}).status_code == 403
    wrong = house.supervisor.post(f"{API}/plans/return", {"plans": [new_id()], "guidance": "x"})
    assert wrong.status_code == 404


def test_my_list_is_what_i_am_to_call_now_overdue_first(house: House) -> None:
    mine = house.approved(executor="ann", due_until=house.now + timedelta(days=2))
    house.approved(executor="bea")
    anybody = house.approved(executor_role="consultant", due_until=house.now + timedelta(hours=1))
    house.approved(executor_role="nurse")
    later = house.approved(
        executor="ann", due_from=house.now + timedelta(days=1), due_until=house.now + timedelta(days=2)
    )
    query = {"mine": "true", "due": "now"}
    found = house.consultant.get(f"{API}/plans", query_string=query).json["items"]
    assert [one["id"] for one in found] == [anybody, mine]
    house.set_now(house.now + timedelta(hours=2))
    found = house.consultant.get(f"{API}/plans", query_string=query).json["items"]
    assert [(one["id"], one["overdue"]) for one in found] == [(anybody, True), (mine, False)]
    found = house.consultant.get(f"{API}/plans", query_string={"mine": "true"}).json["items"]
    assert later in [one["id"] for one in found]


def test_what_can_be_asked_of_an_event_is_what_a_template_of_it_may_ask(house: House) -> None:
    head = house.under_test.as_("head_office")
    one = dict(head.get(f"{API}/templates").json["items"][0])
    for name in ("may", "code", "version"):
        one.pop(name)
    values = {"outcome": ["deal"], "visit_class": ["first_visit"], "first_treatment": True}
    for event in head.get(f"{API}/template-events").json["items"]:
        for name in ("outcome", "visit_class", "project", "project_class", "except_project_class", "first_treatment"):
            body = {**one, "event": event["event"], "conditions": {name: values.get(name, ["x"])}}
            put = head.put(f"{API}/templates/t-{new_id()[-6:]}", body, etag='"0"')
            assert (put.status_code == 200) == (name in event["conditions"]), (event, name, put.json)
