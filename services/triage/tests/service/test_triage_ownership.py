"""Whose customer somebody is, who may act on a visit, and what is refused, on a real database."""

from __future__ import annotations

from typing import Any

import pytest
from qiantai.contracts.customer import CustomerMerged
from qiantai.contracts.triage import AlertCleared, AlertRaised, OwnerChanged, PerformanceMoved
from qiantai.ids import new_id

BRANCH = "sh-01"


def owner_of(house: Any, customer: str) -> str | None:
    return house.desk.get(f"/api/triage/customers/{customer}/owner").json["consultant"]


def owned(house: Any) -> tuple[str, str]:
    """Return a customer of a, and the path of a finished visit."""
    customer = house.customer()
    return customer, house.served(house.arrive(customer))


def test_the_first_consultant_gets_the_performance(house: Any) -> None:
    customer = house.customer()
    nobody = house.desk.get(f"/api/triage/customers/{customer}/owner").json
    assert nobody == {"customer": customer, "consultant": None, "since": None}
    visit = house.arrive(customer)
    house.served(visit)
    [told] = house.under.told(PerformanceMoved)
    assert (told.customer, told.visit, told.previous, told.to, told.rule) == (customer, visit["id"], None, "a", "T11")
    known = house.desk.get(f"/api/triage/customers/{customer}/owner").json
    assert (known["consultant"], known["since"] is not None) == ("a", True)


def test_a_change_of_consultant_moves_owner_and_performance(house: Any) -> None:
    customer, path = owned(house)
    house.desk.post(f"{path}/stage", {"stage": "leaving"})
    visit = house.arrive(customer, projects=[])
    path = f"/api/triage/visits/{visit['id']}"
    asked = house.desk.post(f"{path}/change", {"reason": "态度"})
    assert asked.json["to"] == "supervisor", "the supervisor names the new one (T26)"
    before = house.frozen()
    own_choice = house.desk.post(f"{path}/change", {"to": "b", "reason": "态度"})
    assert (own_choice.status_code, own_choice.json["errors"][0]["field"]) == (403, "to")
    assert house.frozen() == before
    changed = house.supervisor.post(f"{path}/change", {"to": "b", "reason": "态度"})
    assert (changed.json["to"], changed.json["basis"]) == ("b", "change")
    moved = house.under.told(PerformanceMoved)[-1]
    assert (moved.previous, moved.to, moved.rule, moved.visit, moved.reason) == ("a", "b", "T26", visit["id"], "态度")
    assert [event.owner for event in house.under.told(OwnerChanged)] == ["a", "b"]
    assert owner_of(house, customer) == "b"


def test_a_supervisor_moves_a_customer_by_an_entry_in_the_ledger(house: Any) -> None:
    customer, path = owned(house)
    body = {"branch": BRANCH, "to": "c", "reason": "离职交接"}
    answer = house.supervisor.post(f"/api/triage/customers/{customer}/owner", body)
    assert (answer.status_code, answer.json["consultant"]) == (200, "c")
    moved = house.under.told(PerformanceMoved)[-1]
    assert (moved.previous, moved.to, moved.rule, moved.visit, moved.reason) == ("a", "c", "T27", None, "离职交接")
    [entry] = [
        one
        for one in house.supervisor.get(f"/api/triage/ledger?branch={BRANCH}").json["items"]
        if one["event"]["type"] == "move_owner"
    ]
    assert (entry["event"]["by"], entry["event"]["reason"]) == ("supervisor-1", "离职交接")
    house.desk.post(f"{path}/stage", {"stage": "leaving"})
    assert house.arrive(customer, projects=[])["to"] == "c"


def test_what_another_branch_moved_meanwhile_can_be_moved_back(house: Any) -> None:
    customer, _ = owned(house)
    head = house.under.as_("head_office")
    assert head.put("/api/triage/roster/hz-01/z", {"name": "z", "place": 1, "shift": "full"}).status_code == 200
    path = f"/api/triage/customers/{customer}/owner"
    assert head.post(path, {"branch": "hz-01", "to": "z", "reason": "转店"}).status_code == 200
    back = house.supervisor.post(path, {"branch": BRANCH, "to": "a", "reason": "转回"})
    assert (back.status_code, owner_of(house, customer)) == (200, "a")
    assert [(event.previous, event.to) for event in house.under.told(PerformanceMoved)] == [
        (None, "a"),
        ("a", "z"),
        ("z", "a"),
    ]


def test_a_branch_is_told_that_another_one_has_taken_a_customer(house: Any) -> None:
    customer, _ = owned(house)
    head = house.under.as_("head_office")
    assert head.put("/api/triage/roster/hz-01/z", {"name": "周", "place": 1, "shift": "full"}).status_code == 200
    path = f"/api/triage/customers/{customer}/owner"
    assert head.post(path, {"branch": "hz-01", "to": "z", "reason": "转店"}).status_code == 200
    [alert] = [one for one in house.under.told(AlertRaised) if one.kind == "owner_taken"]
    assert (alert.branch, alert.consultant, alert.severity) == (BRANCH, "a", "notice")
    assert "周" in alert.text_zh
    assert "转店" in alert.text_en
    here = house.under.as_("supervisor", branches=[BRANCH])
    [seen] = [
        one
        for one in here.get(f"/api/triage/alerts?branch={BRANCH}&state=open").json["items"]
        if one["kind"] == "owner_taken"
    ]
    assert seen["zh"] == alert.text_zh
    done = here.post(f"/api/triage/alerts/{seen['id']}/acknowledge", {"note": "已与杭州确认"})
    assert (done.status_code, done.json["state"]) == (200, "acknowledged")
    assert house.under.told(AlertCleared)[-1].alert == seen["id"]
    there = house.under.as_("supervisor", branches=["hz-01"])
    assert there.get(f"/api/triage/alerts?branch={BRANCH}").status_code == 403
    assert there.post(path, {"branch": "hz-01", "to": "z", "reason": "x"}).status_code == 409, "the owner already"
    house.supervisor.post(path, {"branch": BRANCH, "to": "b", "reason": "转回"})
    taken = [(one.branch, one.consultant) for one in house.under.told(AlertRaised) if one.kind == "owner_taken"]
    assert taken == [(BRANCH, "a"), ("hz-01", "z")]


def test_a_move_within_a_branch_alerts_nobody(house: Any) -> None:
    customer, _ = owned(house)
    house.supervisor.post(f"/api/triage/customers/{customer}/owner", {"branch": BRANCH, "to": "c", "reason": "x"})
    assert [one.kind for one in house.under.told(AlertRaised)] == []


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"to": "nobody"}, 404, "to"),
        ({"to": "a"}, 409, "to"),
        ({"to": "a b"}, 422, "to"),
        ({"reason": " "}, 422, "reason"),
        ({"reason": None}, 422, "reason"),
        ({"branch": "hz-01"}, 403, "branch"),
    ],
)
def test_a_move_that_cannot_be_is_refused_by_name(house: Any, change: dict, status: int, field: str) -> None:
    customer, _ = owned(house)
    before = house.frozen()
    body = {"branch": BRANCH, "to": "b", "reason": "x", **change}
    refused = house.supervisor.post(f"/api/triage/customers/{customer}/owner", body)
    assert refused.status_code == status, refused.json
    assert refused.json["errors"][0]["field"] == field
    assert house.frozen() == before
    assert owner_of(house, customer) == "a"


def test_who_may_move_a_customer(house: Any) -> None:
    customer, _ = owned(house)
    path, body = f"/api/triage/customers/{customer}/owner", {"branch": BRANCH, "to": "b", "reason": "x"}
    before = house.frozen()
    for role in ("receptionist", "consultant", "nurse", "cashier", "online"):
        assert house.somebody(role).post(path, body).status_code == 403, role
    unknown = f"/api/triage/customers/{new_id()}/owner"
    assert house.supervisor.post(unknown, body).status_code == 404
    assert house.desk.get(unknown).status_code == 404
    assert house.frozen() == before
    assert house.somebody("branch_head").post(path, body).status_code == 200


@pytest.mark.parametrize("act", ["start", "finish", "accept", "stand-in"])
def test_a_consultant_acts_on_the_own_visits_alone(house: Any, act: str) -> None:
    visit = house.arrive()
    path = f"/api/triage/visits/{visit['id']}"
    body = {"finish": {"outcome": "deal"}, "stand-in": {"stand_in": "c"}}.get(act)
    before = house.frozen()
    refused = house.consultant("b").post(f"{path}/{act}", body)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:qiantai:problem:not-your-visit")
    [(at,)] = house.under.rows("SELECT max(recorded_at) FROM ledger_entry")
    by_whom = {"by": "receptionist-1", "at": at.isoformat()}
    assert refused.json["facts"] == {"visit": visit["id"], "to": "a", **by_whom}
    assert house.frozen() == before
    assert house.consultant("a").post(f"{path}/{act}", body).status_code == 200


def test_a_supervisor_acts_in_place_of_anybody(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    assert house.supervisor.post(f"{path}/start").status_code == 200
    assert house.supervisor.post(f"{path}/finish", {"outcome": "deal"}).status_code == 200


def test_a_doctor_begins_what_went_to_the_department_and_nothing_else(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive(visit_class='recheck', override_reason='拆线')['id']}"
    assert house.doctor.post(f"{path}/start").status_code == 200
    other = f"/api/triage/visits/{house.arrive()['id']}"
    assert house.doctor.post(f"{other}/start").status_code == 403


def test_who_was_moved_away_may_still_name_a_stand_in(house: Any, hands: Any) -> None:
    visit = house.arrive()
    path = f"/api/triage/visits/{visit['id']}"
    hands.minutes = 11
    house.tick()
    assert house.desk.get(path).json["to"] == "b"
    named = house.consultant("a").post(f"{path}/stand-in", {"stand_in": "c"})
    assert (named.status_code, named.json["to"], named.json["basis"]) == (200, "c", "stand_in")


def test_a_finished_consultation_cannot_be_voided(house: Any) -> None:
    path = house.served(house.arrive())
    before = house.frozen()
    refused = house.desk.post(f"{path}/void", {"reason": "x"})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:qiantai:problem:finished-consultation")
    assert house.frozen() == before


def test_nobody_who_is_off_is_assigned(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    house.status("c", "leave")
    before = house.frozen()
    refused = house.supervisor.post(f"{path}/reassign", {"to": "c", "reason": "x"})
    assert (refused.status_code, refused.json["facts"]) == (409, {"consultant": "c"})
    assert house.frozen() == before


def test_an_override_names_its_reason(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    before = house.frozen()
    unsaid = house.supervisor.post(f"{path}/reassign", {"to": "b"})
    assert (unsaid.status_code, unsaid.json["errors"][0]["field"]) == (422, "reason")
    body = {"branch": BRANCH, "customer": house.customer(), "projects": ["filler"], "visit_class": "other"}
    before = house.frozen()
    unexplained = house.desk.post("/api/triage/visits", body)
    assert (unexplained.status_code, unexplained.json["errors"][0]["field"]) == (422, "override_reason")
    assert house.frozen() == before


def test_another_branch_changes_nothing(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    before = house.frozen()
    other = house.somebody("supervisor", branch="hz-01")
    for act, body in (("start", {}), ("reassign", {"to": "b", "reason": "x"}), ("void", {"reason": "x"})):
        assert other.post(f"{path}/{act}", body).status_code == 404, act
    assert house.frozen() == before


def test_a_merged_customer_is_received_as_the_person_that_they_are(house: Any) -> None:
    """The card opens the old file: class, owner and a visit that is open are those of all files of the person (C9)."""
    old, path = owned(house)
    house.desk.post(f"{path}/stage", {"stage": "leaving"})
    living = house.customer()
    stranger = house.desk.post("/api/triage/visits/proposal", {"branch": BRANCH, "customer": living})
    assert stranger.json["visit_class"] == "first_visit"
    house.under.deliver(CustomerMerged(branch="chain", customer=old, into=living))
    met = house.desk.post("/api/triage/visits/proposal", {"branch": BRANCH, "customer": living})
    assert met.json["visit_class"] != "first_visit"
    came = [path.rsplit("/", 1)[-1], house.arrive(living)["id"]]
    for file in (old, living):
        query = {"branch": BRANCH, "customer": file}
        assert [one["id"] for one in house.desk.get("/api/triage/visits", query_string=query).json["items"]] == came
    twice = house.desk.post("/api/triage/visits", {"branch": BRANCH, "customer": old, "projects": ["filler"]})
    assert twice.status_code == 409
