"""Plans from draft to review, on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from qiantai.contracts.followup import PlanApproved, PlanCancelled, PlanDrafted, PlanExecuted, PlanReturned
from qiantai.ids import new_id
from qiantai.storage.migrations import differences
from qiantai.testing.branches import tell_branch

PLANS = "/api/followups/plans"


def test_a_plan_goes_from_draft_to_review(house: Any) -> None:
    plan = house.draft(executor="ann", attention=True, purpose="跟进")
    house.done(house.consultant.post(f"{PLANS}/{plan}/submit"))
    later = house.now + timedelta(hours=2)
    approved = house.done(
        house.supervisor.post(f"{PLANS}/{plan}/approve", {"due_from": later.isoformat(), "content": "先问恢复"})
    )
    assert (approved["state"], approved["due_from"], approved["content"]) == ("approved", later.isoformat(), "先问恢复")
    house.run_job("mark_due")
    assert house.get(plan)["state"] == "approved"
    house.set_now(later)
    house.run_job("mark_due")
    house.run_job("mark_due")
    assert house.get(plan)["state"] == "due"
    assert house.done(house.execute(plan, mood="satisfied"))["state"] == "executed"
    reviewed = house.done(
        house.supervisor.post(f"{PLANS}/{plan}/review", {"score": 95, "remark": "亲切", "model_case": True})
    )
    assert (reviewed["state"], reviewed["score"], reviewed["model_case"]) == ("reviewed", 95, True)
    found = house.get(plan)
    assert [step["what"] for step in found["history"]] == [
        "planned",
        "submitted",
        "approved",
        "due",
        "executed",
        "reviewed",
    ]
    assert [step["actor"] for step in found["history"]] == ["ann", "ann", "sue", "service:followup", "ann", "sue"]
    assert found["history"][2]["details"]["content"] == ["问顾虑", "先问恢复"]
    assert found["version"] == 6
    assert [event.state for event in house.under_test.told(PlanDrafted)] == ["drafted"]
    assert [event.due_from for event in house.under_test.told(PlanApproved)] == [later]
    [told] = house.under_test.told(PlanExecuted)
    assert (told.result, told.next_step, told.next_plan, told.executed_at) == ("reached", "ended", None, later)
    assert differences(house.under_test.service, house.under_test.settings.database_url) == []


def test_only_an_approved_plan_can_be_executed(house: Any) -> None:
    plan = house.draft()
    returned = house.draft(submit=True)
    house.done(house.supervisor.post(f"{PLANS}/{returned}/return", {"guidance": "写清楚目的"}))
    submitted, cancelled = house.draft(submit=True), house.approved()
    house.done(house.consultant.post(f"{PLANS}/{cancelled}/cancel", {"reason": "已到院"}))
    for one in (plan, returned, submitted, cancelled):
        refused = house.execute(one)
        assert (refused.status_code, refused.json["type"]) == (409, "urn:qiantai:problem:not-approved")
    assert house.under_test.told(PlanExecuted) == []
    assert [event.reason for event in house.under_test.told(PlanCancelled)] == ["已到院"]
    assert house.consultant.post(f"{PLANS}/{cancelled}/cancel", {"reason": "x"}).status_code == 409


def test_nobody_approves_their_own_draft_or_reviews_their_own_call(house: Any) -> None:
    own = house.supervisor.post(PLANS, house.body(submit=True)).json["id"]
    refused = house.supervisor.post(f"{PLANS}/{own}/approve")
    assert (refused.status_code, refused.json["type"]) == (403, "urn:qiantai:problem:own-draft")
    assert house.supervisor.post(f"{PLANS}/approve", {"plans": [own]}).status_code == 403
    other = house.under_test.as_("supervisor", id_="sam")
    house.done(other.post(f"{PLANS}/{own}/approve"))
    house.done(house.execute(own, desk=house.supervisor))
    refused = house.supervisor.post(f"{PLANS}/{own}/review", {"score": 100})
    assert (refused.status_code, refused.json["type"]) == (403, "urn:qiantai:problem:own-call")
    house.done(other.post(f"{PLANS}/{own}/review", {"score": 60}))
    assert other.post(f"{PLANS}/{own}/review", {"score": 60}).status_code == 409
    assert house.consultant.post(f"{PLANS}/{own}/approve").status_code == 403


def test_a_returned_plan_is_corrected_and_submitted_again(house: Any) -> None:
    plan = house.draft(submit=True)
    returned = house.done(house.supervisor.post(f"{PLANS}/{plan}/return", {"guidance": "写清楚目的"}))
    assert (returned["state"], returned["guidance"]) == ("returned", "写清楚目的")
    assert house.supervisor.post(f"{PLANS}/{plan}/approve").status_code == 409
    again = house.done(house.consultant.post(f"{PLANS}/{plan}/submit", {"purpose": "促成复诊"}))
    assert (again["state"], again["guidance"], again["purpose"]) == ("submitted", None, "促成复诊")
    house.done(house.supervisor.post(f"{PLANS}/{plan}/approve"))
    assert [event.guidance for event in house.under_test.told(PlanReturned)] == ["写清楚目的"]


def test_many_are_approved_at_once_or_none(house: Any) -> None:
    plans = [house.draft(submit=True) for _ in range(4)]
    still_draft = house.draft()
    refused = house.supervisor.post(f"{PLANS}/approve", {"plans": [*plans, still_draft]})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (409, "plans.4")
    assert refused.json["facts"]["plan"] == still_draft
    assert {house.get(plan)["state"] for plan in plans} == {"submitted"}
    approved = house.done(house.supervisor.post(f"{PLANS}/approve", {"plans": [*plans, plans[0]]}))
    assert [one["id"] for one in approved["items"]] == plans
    assert {one["state"] for one in approved["items"]} == {"approved"}
    assert len(house.under_test.told(PlanApproved)) == 4
    unknown = house.supervisor.post(f"{PLANS}/approve", {"plans": [new_id()]})
    assert (unknown.status_code, unknown.json["errors"][0]["field"]) == (404, "plans.0")
    assert house.supervisor.post(f"{PLANS}/approve", {"plans": []}).status_code == 422


def test_approvers_at_the_same_time_approve_once(house: Any) -> None:
    plans = [house.draft(submit=True) for _ in range(6)]
    orders = [plans, plans[::-1]] * 4

    def approve(order: list[str]) -> int:
        return int(house.under_test.as_("supervisor", id_="sue").post(f"{PLANS}/approve", {"plans": order}).status_code)

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(approve, orders))
    assert {house.get(plan)["version"] for plan in plans} == {2}
    assert answers == [200] + [409] * 7
    assert len(house.under_test.told(PlanApproved)) == 6


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"next_step": None}, "next_step"),
        ({"next_step": {}}, "next_step"),
        ({"next_step": {"ended": ""}}, "next_step.ended"),
        ({"next_step": {"ended": "x", "plan": "next"}}, "next_step"),
        ({"next_step": {"plan": {}}}, "next_step.plan.kind"),
        ({"next_step": {"plan": "past"}}, "next_step.plan.due_until"),
        ({"next_step": {"plan": "gone"}}, "next_step.plan.executor"),
        ({"feedback": None}, "feedback"),
        ({"result": "refused", "next_step": None}, "next_step"),
        ({"result": "maybe"}, "result"),
        ({"mood": "purple"}, "mood"),
    ],
)
def test_a_call_without_its_next_step_is_refused(house: Any, told_by: Any, body: dict[str, Any], field: str) -> None:
    house.deliver(told_by["staff"]("bob", "consultant", active=False))
    plan = house.approved()
    following = {
        "kind": "answer_questions",
        "content": "x",
        "due_from": house.now.isoformat(),
        "due_until": (house.now + timedelta(days=1)).isoformat(),
    }
    step = body.get("next_step")
    if step and isinstance(step.get("plan"), str):
        past = (house.now - timedelta(days=1)).isoformat()
        wrong = {"next": {}, "past": {"due_from": past, "due_until": past}, "gone": {"executor": "bob"}}
        body = {**body, "next_step": {**step, "plan": {**following, **wrong[step["plan"]]}}}
    before = house.get(plan)
    refused = house.execute(plan, **body)
    assert refused.status_code == 422, refused.json
    assert field in [error["field"] for error in refused.json["errors"]]
    assert house.get(plan) == before
    assert house.under_test.told(PlanExecuted) == []
    assert house.under_test.rows("SELECT count(*) FROM plan") == [(1,)]


def test_a_call_before_its_time_by_somebody_else_says_so_in_the_history(house: Any) -> None:
    plan = house.approved(executor_role="nurse", due_from=(house.now + timedelta(hours=3)).isoformat())
    assert house.done(house.execute(plan))["state"] == "executed"
    details = house.get(plan)["history"][-1]["details"]
    assert details["early"].startswith("早于计划时间 / ")
    assert details["by_another"].startswith("由计划外的人执行 / ")


def test_the_next_plan_is_made_with_the_call_and_linked(house: Any) -> None:
    plan = house.approved(executor="ann")
    following = {
        "kind": "product_recommendation",
        "content": "介绍新项目",
        "due_from": (house.now + timedelta(days=3)).isoformat(),
        "due_until": (house.now + timedelta(days=4)).isoformat(),
    }
    done = house.done(house.execute(plan, result="refused", feedback="再想想", next_step={"plan": following}))
    assert (done["state"], done["next_step"]) == ("executed", "plan")
    made = house.get(done["next_plan"])
    assert (made["state"], made["previous"], made["kind"]) == ("submitted", plan, "product_recommendation")
    assert (made["executor"], made["drafted_by"], made["customer"]) == ("ann", "ann", house.wang)
    [told] = house.under_test.told(PlanExecuted)
    assert (told.next_step, told.next_plan) == ("plan", made["id"])
    assert house.under_test.told(PlanDrafted)[-1].plan == made["id"]


def test_who_is_not_reached_is_called_again_until_it_ends(house: Any) -> None:
    plan = house.approved()
    first = house.done(house.execute(plan, result="not_reached", feedback="无人接听", next_step=None))
    assert (first["state"], first["attempts"], first["next_step"]) == ("approved", 1, None)
    assert first["due_from"] == (house.now + timedelta(hours=4)).isoformat()
    assert first["executed_at"] is None
    house.set_now(house.now + timedelta(hours=4))
    house.run_job("mark_due")
    second = house.done(house.execute(plan, result="not_reached", feedback=None, next_step=None))
    assert (second["state"], second["attempts"]) == ("approved", 2)
    assert house.under_test.told(PlanExecuted) == []
    third = house.done(house.execute(plan, result="not_reached", feedback=None, next_step=None))
    assert (third["state"], third["attempts"], third["next_step"]) == ("ended", 3, "ended")
    [told] = house.under_test.told(PlanExecuted)
    assert (told.result, told.next_step) == ("not_reached", "ended")
    assert [step["what"] for step in house.get(plan)["history"]][-4:] == ["tried", "due", "tried", "ended"]
    assert house.execute(plan).status_code == 409


def test_a_next_step_closes_a_plan_whose_customer_cannot_be_reached(house: Any) -> None:
    plan = house.approved()
    done = house.done(house.execute(plan, result="not_reached", feedback="空号", next_step={"ended": "空号"}))
    assert (done["state"], done["attempts"], done["ended_reason"]) == ("executed", 1, "空号")


def test_two_who_call_at_the_same_time_execute_once(house: Any) -> None:
    plan = house.approved()
    following = {
        "kind": "answer_questions",
        "content": "x",
        "due_from": house.now.isoformat(),
        "due_until": (house.now + timedelta(days=1)).isoformat(),
    }

    def call(n: int) -> int:
        desk = house.under_test.as_("consultant", id_=f"c{n}")
        return int(house.execute(plan, desk=desk, next_step={"plan": following}).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(call, range(8))) == [200] + [409] * 7
    assert len(house.under_test.told(PlanExecuted)) == 1
    assert house.under_test.rows("SELECT count(*) FROM plan") == [(2,)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_until": "2026-03-02T09:59:00+08:00", "due_from": "2026-03-01T09:59:00+08:00"}, "due_until"),
        ({"due_until": "2026-03-02T10:00:00+08:00"}, "due_until"),
        ({"due_from": "9999-12-31T23:59:59-12:00"}, "due_from"),
        ({"due_from": "0001-01-01T00:00:00+14:00", "due_until": "0001-01-01T00:00:01+14:00"}, "due_until"),
        ({"due_until": "2029-03-02T10:00:00+08:00"}, "due_until"),
        ({"due_from": "2026-03-02T10:00:00"}, "due_from"),
        ({"kind": "chat"}, "kind"),
        ({"content": ""}, "content"),
        ({"content": "a\x00b"}, "content"),
        ({"customer": "00000000-0000-7000-8000-000000000000"}, "customer"),
        ({"executor": "bob"}, "executor"),
        ({"executor": "hal"}, "executor"),
        ({"executor_role": "king"}, "executor_role"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(
    house: Any, told_by: Any, changes: dict[str, Any], field: str
) -> None:
    house.deliver(told_by["staff"]("bob", "consultant", active=False))
    house.deliver(told_by["staff"]("hal", "consultant", branches=("hz-01",)))
    refused = house.consultant.post(PLANS, house.body(**changes))
    assert refused.status_code == 422, refused.json
    assert field in [error["field"] for error in refused.json["errors"]]
    assert house.under_test.told() == []
    assert house.under_test.rows("SELECT count(*) FROM plan") == [(0,)]


def test_the_work_list_shows_the_most_urgent_first(house: Any, told_by: Any) -> None:
    house.deliver(told_by["branch"]("la-01", "America/Los_Angeles"))
    evening = house.now + timedelta(hours=15)  # Tuesday in Shanghai, still Monday in Los Angeles
    late = house.approved(executor="ann", due_until=house.now + timedelta(minutes=1))
    today = house.approved(executor="ann", due_until=house.now + timedelta(hours=5))
    sooner = house.approved(executor="bea", due_until=house.now + timedelta(hours=3))
    tomorrow = house.approved(due_from=evening, due_until=evening + timedelta(hours=1))
    there = house.approved(branch="la-01", due_from=house.now + timedelta(hours=4), due_until=evening)
    draft = house.draft(due_until=house.now + timedelta(hours=1))
    house.set_now(house.now + timedelta(minutes=2))
    house.run_job("mark_due")

    def ids(**query: Any) -> list[str]:
        return [plan["id"] for plan in house.plans(**query)]

    assert ids() == [late, draft, sooner, today, there, tomorrow]
    assert ids(due="overdue") == [late]
    assert house.plans(due="overdue")[0]["overdue"] is True
    assert ids(due="today") == [sooner, today, there]
    assert ids(due="today", branch="sh-01") == [sooner, today]
    assert ids(due="today", executor="ann") == [today]
    assert ids(state="approved") == [there, tomorrow]
    assert ids(customer=new_id()) == []
    first = house.done(house.supervisor.get(PLANS, query_string={"limit": 2}))
    rest = house.done(house.supervisor.get(PLANS, query_string={"limit": 9, "cursor": first["next_cursor"]}))
    assert [plan["id"] for plan in first["items"] + rest["items"]] == ids()
    assert house.supervisor.get(PLANS, query_string={"cursor": "WyJhIiwgImIiXQ"}).status_code == 422


def test_another_branch_sees_and_changes_nothing(house: Any) -> None:
    plan = house.draft(submit=True)
    hangzhou = house.under_test.as_("supervisor", branches=["hz-01"])
    assert hangzhou.get(f"{PLANS}/{plan}").status_code == 404
    assert hangzhou.post(f"{PLANS}/{plan}/approve").status_code == 404
    assert hangzhou.post(f"{PLANS}/approve", {"plans": [plan]}).status_code == 404
    assert hangzhou.get(PLANS).json["items"] == []
    assert hangzhou.post(PLANS, house.body()).status_code == 403
    assert house.under_test.as_("nurse").post(PLANS, house.body()).status_code == 403
    assert house.under_test.nobody().get(PLANS).status_code == 401


def test_kinds_are_named_in_both_languages(house: Any) -> None:
    kinds = house.done(house.consultant.get("/api/followups/kinds"))["items"]
    assert len({kind["code"] for kind in kinds}) == len(kinds)
    assert {"code": "stitches_reminder", "name_zh": "提醒拆线"}.items() <= {kind["code"]: kind for kind in kinds}[
        "stitches_reminder"
    ].items()
    assert all(kind["name_zh"] and kind["name_en"] and kind["group_zh"] for kind in kinds)


def test_a_closed_branch_and_a_stranger_get_no_plan(house: Any) -> None:
    tell_branch(house.under_test, "old-01", active=False)
    for changes, field in (
        ({"branch": "old-01"}, "branch"),
        ({"branch": "SH-01"}, "branch"),
        ({"executor": "nobody"}, "executor"),
    ):
        refused = house.consultant.post(PLANS, house.body(**changes))
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)


def test_nobody_is_called_again_at_night(house: Any) -> None:
    """In the branch's zone and the hours of its template."""
    house.set_now(house.now.replace(hour=9))  # five in the afternoon in Shanghai
    plan = house.approved()
    after = house.done(house.execute(plan, result="not_reached", feedback=None, next_step=None))
    assert after["due_from"] == "2026-03-03T01:00:00+00:00"
