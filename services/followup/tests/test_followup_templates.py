"""Plans that templates make of events, their executors, and previews."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from followup.domain.template import check
from qiantai.actors import service_actor
from qiantai.contracts.appointment import AppointmentNoShow
from qiantai.contracts.billing import TreatmentItemUsed
from qiantai.contracts.followup import PlanDrafted
from qiantai.contracts.triage import ConsultationFinished, OwnerChanged
from qiantai.ids import new_id
from qiantai.storage.unit_of_work import transaction
from qiantai.uow import Context

API = "/api/followups"


def finished(house: Any, outcome: str = "no_deal", **changes: Any) -> ConsultationFinished:
    return ConsultationFinished(
        **{
            "branch": "sh-01",
            "visit": "v1",
            "customer": house.wang,
            "visit_class": "first_visit",
            "consultant": "ann",
            "outcome": outcome,
            "projects": ("nose",),
            "finished_at": house.now,
            **changes,
        }
    )


def used(house: Any, project: str, **changes: Any) -> TreatmentItemUsed:
    return TreatmentItemUsed(
        **{
            "branch": "sh-01",
            "item": "i1",
            "use": "u1",
            "customer": house.wang,
            "visit": "v1",
            "project": project,
            "department": "d",
            "performer": "nina",
            "left": 1,
            "used_at": house.now,
            **changes,
        }
    )


def test_no_deal_is_followed_up_within_a_day_after_approval(house: Any) -> None:
    house.deliver(finished(house, "deal", visit="v0"))
    assert house.plans() == []
    house.deliver(finished(house))
    [plan] = house.plans()
    assert (plan["template"], plan["state"], plan["kind"]) == ("no_deal_24h", "submitted", "need_tracking")
    assert (plan["executor"], plan["executor_role"], plan["visit"]) == ("ann", "owner", "v1")
    assert plan["due_from"] == house.now.isoformat()
    assert plan["due_until"] == (house.now + timedelta(hours=24)).isoformat()
    [told] = house.under_test.told(PlanDrafted)
    assert (told.template, told.state, told.visit) == ("no_deal_24h", "submitted", "v1")
    house.done(house.supervisor.post(f"{API}/plans/{plan['id']}/approve"))  # made by a template: no own draft


def test_the_same_event_never_makes_the_same_plan_twice(house: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: house.under_test.deliver(finished(house)).verdict.value, range(8)))
    assert done == ["done"] * 8
    with transaction(
        house.under_test.engine,
        house.under_test.service.unit_of_work,
        Context(actor=service_actor("followup"), now=house.now + timedelta(days=91)),
    ) as uow:
        uow.facts.forget(uow.now)
    house.deliver(finished(house))  # replayed after everything about it was forgotten
    assert len(house.plans()) == 1
    assert len(house.under_test.told(PlanDrafted)) == 1


def test_after_an_operation_there_are_calls_on_days_1_3_7_30_and_for_the_stitches(house: Any, told_by: Any) -> None:
    house.deliver(told_by["staff"]("nina", "nurse"))
    house.deliver(OwnerChanged(branch="sh-01", customer=house.wang, owner="olga", previous=None, reason="T11"))
    house.deliver(used(house, "nose"))
    made = {plan["template"]: plan for plan in house.plans()}
    assert set(made) == {"surgery_day_1", "surgery_day_3", "surgery_day_7", "surgery_day_30", "stitches_day_7"}
    assert {plan["state"] for plan in made.values()} == {"approved"}
    assert made["surgery_day_1"]["due_from"] == "2026-03-03T01:30:00+00:00"  # half past nine in Shanghai
    assert made["surgery_day_1"]["due_until"] == "2026-03-03T12:00:00+00:00"
    assert made["surgery_day_30"]["due_from"] == "2026-04-01T01:30:00+00:00"
    assert (made["surgery_day_3"]["executor"], made["surgery_day_3"]["executor_name"]) == ("nina", "Nina")
    assert made["surgery_day_30"]["executor"] == "olga"


def test_after_a_treatment_there_is_one_call_in_the_branchs_daytime(house: Any, told_by: Any) -> None:
    house.deliver(told_by["branch"]("la-01", "America/Los_Angeles"))
    house.deliver(used(house, "peel", branch="la-01"))
    [plan] = house.plans()
    assert (plan["template"], plan["executor"], plan["executor_role"]) == ("treatment_next_day", None, "nurse")
    assert datetime.fromisoformat(plan["due_from"]) == datetime.fromisoformat("2026-03-02T09:30:00-08:00")


def test_a_treatment_whose_project_is_not_known_yet_waits_for_it(house: Any, told_by: Any) -> None:
    assert house.under_test.deliver(used(house, "lift"), message_id="m1").verdict.value == "retry"
    assert house.plans() == []
    house.deliver(told_by["project"]("lift", "surgery_2"))
    house.deliver(used(house, "lift"), message_id="m1")
    assert len(house.plans()) == 5
    house.deliver(finished(house, projects=("unheard",)))  # asks for no class: works with less
    assert len(house.plans()) == 6


def test_who_did_not_come_is_called_the_day_it_is_found(house: Any) -> None:
    house.set_now(datetime.fromisoformat("2026-03-03T00:05:00+08:00"))
    missed = AppointmentNoShow(
        branch="sh-01", appointment=new_id(), customer=house.wang, starts_at=house.now - timedelta(hours=10)
    )
    house.deliver(missed)
    [plan] = house.plans(executor_role="service_desk")
    assert (plan["kind"], plan["appointment"], plan["state"]) == ("rebook_expired", missed.appointment, "approved")
    assert plan["due_from"] == "2026-03-03T01:30:00+00:00"


def test_the_owners_plans_follow_the_customer_to_a_new_owner(house: Any) -> None:
    house.deliver(finished(house, owner="olga"))
    by_hand = house.draft(executor="ann")
    change = OwnerChanged(branch="sh-01", customer=house.wang, owner="pia", previous="olga", reason="T26")
    house.deliver(change, version=5)
    older = OwnerChanged(branch="sh-01", customer=house.wang, owner="olga", previous=None, reason="T11")
    house.deliver(older, version=4)
    [plan] = house.plans(executor_role="owner")
    assert plan["executor"] == "pia"
    assert house.get(plan["id"])["history"][-1]["details"]["executor"] == ["olga", "pia"]
    assert house.get(by_hand)["executor"] == "ann"
    assert house.get(house.draft(executor_role="owner"))["executor"] == "pia"


def test_the_plans_of_somebody_who_left_are_anybodys(house: Any, told_by: Any) -> None:
    house.deliver(finished(house))
    house.deliver(told_by["staff"]("ann", "consultant", active=False))
    [plan] = house.plans()
    assert (plan["executor"], plan["executor_role"]) == (None, "owner")
    house.deliver(finished(house, visit="v2"))
    assert [plan["executor"] for plan in house.plans()] == [None, None]


def template(**changes: Any) -> dict[str, Any]:
    return {
        "name_zh": "首次治疗次日",
        "name_en": "After the first treatment",
        "event": "billing.treatment_item.used",
        "conditions": {"first_treatment": True},
        "days": 1,
        "window_from": "10:00",
        "window_until": "18:00",
        "kind": "after_treatment",
        "executor_role": "nurse",
        "content": "问候",
        "active": True,
        **changes,
    }


def test_a_template_is_tried_on_what_happened_before_it_is_switched_on(house: Any) -> None:
    house.deliver(used(house, "peel"))
    house.deliver(used(house, "peel", use="u2", used_at=house.now + timedelta(hours=1)))
    house.deliver(used(house, "peel", use="u3", used_at=house.now + timedelta(hours=2), branch="hz-01"))
    head = house.under_test.as_("branch_head", id_="hana")
    assert head.put(f"{API}/templates/first", template(active=False), etag=0).status_code == 200
    plans = len(house.plans())
    seen = house.done(head.post(f"{API}/templates/first/preview", {"days": 30}))
    assert seen["facts"] == 3
    [would] = seen["items"]
    assert (would["customer_name"], would["made"], would["state"]) == ("王小明", False, "submitted")
    assert would["due_from"] == "2026-03-03T02:00:00+00:00"
    assert len(house.plans()) == plans
    known = house.done(head.post(f"{API}/templates/treatment_next_day/preview", {"days": 30}))
    assert [item["made"] for item in known["items"]] == [True, True, True]
    shanghai = house.under_test.as_("branch_head", branches=["sh-01"])
    assert house.done(shanghai.post(f"{API}/templates/first/preview", {"days": 1}))["facts"] == 2
    house.set_now(house.now + timedelta(days=3))
    assert house.done(head.post(f"{API}/templates/first/preview", {"days": 2}))["facts"] == 0
    house.deliver(used(house, "peel", use="u4"))  # switched off: makes nothing of its own
    assert house.plans(customer=house.wang)[-1]["template"] == "treatment_next_day"
    house.set_now(house.now + timedelta(days=91))
    house.run_job("forget_facts")
    assert house.under_test.rows("SELECT count(*) FROM fact") == [(0,)]


def test_a_template_makes_plans_only_of_a_customers_first_treatment(house: Any) -> None:
    head = house.under_test.as_("branch_head")
    assert head.put(f"{API}/templates/first", template(pre_approved=True), etag=0).status_code == 200
    for use in ("u1", "u2", "u1"):
        house.deliver(used(house, "peel", use=use))
    assert [plan["template"] for plan in house.plans()].count("first") == 1


def test_templates_are_changed_by_one_person_at_a_time(house: Any) -> None:
    head = house.under_test.as_("branch_head")
    path = f"{API}/templates/first"
    assert head.put(path, template(), etag=3).status_code == 412
    made = head.put(path, template(), etag=0)
    assert (made.status_code, made.headers["ETag"]) == (200, '"1"')
    assert head.put(path, template(), etag=0).status_code == 412
    assert head.put(path, template(name_en="x"), etag=made.headers["ETag"]).json["version"] == 2
    assert head.put(path, template()).status_code == 428
    assert house.consultant.put(path, template(), etag=2).status_code == 403

    def save(days: int) -> int:
        return int(head.put(f"{API}/templates/new", template(days=days), etag=0).status_code)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(save, range(6)))
    assert sorted(answers) == [200] + [412] * 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": None}, "days"),
        ({"hours": 3}, "days"),
        ({"window_until": "09:00"}, "window_until"),
        ({"window_from": "25:00"}, "window_from"),
        ({"event": "somebody.sneezed"}, "event"),
        ({"conditions": {"outcome": ["deal"]}}, "conditions.outcome"),
        ({"conditions": {"weather": ["rain"]}}, "conditions.weather"),
        ({"kind": "chat"}, "kind"),
        ({"executor_role": "king"}, "executor_role"),
        ({"content": "\x07"}, "content"),
    ],
)
def test_an_impossible_template_names_the_field(house: Any, changes: dict[str, Any], field: str) -> None:
    refused = house.under_test.as_("branch_head").put(f"{API}/templates/first", template(**changes), etag=0)
    assert refused.status_code == 422, refused.json
    assert field in [error["field"] for error in refused.json["errors"]]
    assert house.under_test.rows("SELECT count(*) FROM template WHERE code = 'first'") == [(0,)]


def test_the_shipped_templates_are_possible(house: Any) -> None:
    kinds = {kind["code"] for kind in house.done(house.consultant.get(f"{API}/kinds"))["items"]}
    shipped = house.done(house.consultant.get(f"{API}/templates"))["items"]
    assert len(shipped) == 8
    assert {one["kind"] for one in shipped} <= kinds
    with transaction(
        house.under_test.engine,
        house.under_test.service.unit_of_work,
        Context(actor=service_actor("followup"), now=house.now),
    ) as uow:
        for one in uow.templates.all():
            check(one)
    assert house.under_test.as_("branch_head").post(f"{API}/templates/none/preview", {"days": 1}).status_code == 404


def test_a_customer_who_is_not_known_yet_gets_the_plans_all_the_same(house: Any) -> None:
    stranger = new_id()
    house.deliver(finished(house, customer=stranger))
    [plan] = house.plans(customer=stranger)
    assert plan["customer_name"] is None


def test_a_template_makes_plans_in_every_branch_and_needs_the_right_in_every_branch(house: Any) -> None:
    here = house.under_test.as_("branch_head", branches=["sh-01"])
    before = house.done(here.get(f"{API}/templates"))
    refused = here.put(f"{API}/templates/first", template(), etag=0)
    assert (refused.status_code, refused.json["facts"]) == (403, {"branch": "chain"})
    known = before["items"][0]
    change = here.put(f"{API}/templates/{known['code']}", template(content="改"), etag=known["version"])
    assert change.status_code == 403
    assert house.done(here.get(f"{API}/templates")) == before
    assert house.under_test.as_("branch_head").put(f"{API}/templates/first", template(), etag=0).status_code == 200
