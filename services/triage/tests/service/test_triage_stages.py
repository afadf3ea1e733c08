"""Stages of a visit with their history and forms, on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from qiantai.contracts import CHAIN
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.contracts.triage import StandInNoted, VisitStageChanged
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE

BRANCH = "sh-01"
CONSENT = {
    "procedure": "玻尿酸",
    "signed": True,
    "signed_by": "王女士",
    "signer": "self",
    "signed_at": "2026-11-21T09:30:00+08:00",
}
AFTER_CARE = {"instructions": "24小时内不沾水", "explained": True}


def stage(who: Any, path: str, to: str, **more: object) -> Any:
    return who.post(f"{path}/stage", {"stage": to, **more})


def stages_of(house: Any, path: str) -> list[dict]:
    return house.desk.get(f"{path}/stages").json["items"]


def test_a_visit_from_the_door_to_the_door(house: Any) -> None:
    visit = house.arrive()
    path = house.served(visit, note="谈妥")
    people = [{"role": "doctor", "staff": "dr.gao"}, {"role": "nurse", "staff": "nurse-1"}]
    assert stage(house.desk, path, "payment").status_code == 200
    house.write(house.nurse, path, "consent", CONSENT)
    assert stage(house.nurse, path, "treatment", people=people, note="室3").json["stage"] == "treatment"
    assert stage(house.nurse, path, "after_care").status_code == 200
    house.write(house.nurse, path, "after_care", AFTER_CARE)
    guide = [{"role": "guide", "staff": "receptionist-1"}]
    assert stage(house.desk, path, "leaving", people=guide).status_code == 200

    history = stages_of(house, path)
    names = ["registered", "waiting", "in_consultation", "finished", "payment", "treatment", "after_care", "leaving"]
    assert [one["stage"] for one in history] == names
    assert all(one["ended_at"] == after["begun_at"] for one, after in pairwise(history))
    assert history[-1]["ended_at"] == history[-1]["begun_at"], "who has left is not there any more"
    assert all(one["seconds"] >= 0 for one in history)
    assert [one["by"] for one in history[:3]] == ["receptionist-1", "receptionist-1", "a"]
    assert history[1]["people"] == [{"role": "consultant", "staff": "a"}]
    assert (history[3]["note"], history[5]["people"], history[5]["note"]) == ("谈妥", people, "室3")
    assert history[7]["people"] == guide
    told = [event.stage for event in house.under.told(VisitStageChanged)]
    assert told == ["payment", "treatment", "after_care", "leaving"]
    assert house.arrive(visit["customer"], projects=[])["visit_class"] == "repurchase"


def test_the_online_consultant_receives_when_nobody_else_is_idle(house: Any, hands: Any) -> None:
    told = StaffChanged(branch=CHAIN, staff="net-1", name="网电小周", roles=("online",), branches=("*",))
    assert house.under.deliver(told) == DONE
    for staff in "bc":
        house.status(staff, "out")
    visit = house.arrive(online_consultant="net-1")
    path = f"/api/triage/visits/{visit['id']}"
    own, other = house.somebody("online", "net-1"), house.somebody("online", "net-2")
    assert own.post(f"{path}/start").status_code == 403, "it is still the consultant's"
    hands.minutes = 11
    house.tick()
    assert house.desk.get(path).json["to"] == "online:net-1"
    assert "网电咨询网电小周" in house.desk.get(path).json["why_zh"]
    assert other.post(f"{path}/start").json["type"] == "urn:qiantai:problem:not-your-visit"
    assert own.post(f"{path}/start").json["stage"] == "in_consultation"
    done = own.post(f"{path}/finish", {"outcome": "deal"})
    assert (done.status_code, done.json["stage"], done.json["counted"]) == (200, "finished", False)
    house.write(own, path, "consultation", {"concern": "鼻梁", "advice": "先做设计"})


def test_the_stage_that_goes_on_has_no_end(house: Any) -> None:
    [registered, waiting] = stages_of(house, f"/api/triage/visits/{house.arrive()['id']}")
    assert registered["ended_at"] is not None
    assert waiting["ended_at"] is None


def test_void_and_retriage_are_in_the_history_with_the_reason(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    house.desk.post(f"{path}/void", {"reason": "分错了"})
    house.desk.post(f"{path}/retriage")
    house.desk.post(f"{path}/leave", {"reason": "有急事"})
    history = stages_of(house, path)
    assert [one["stage"] for one in history] == ["registered", "waiting", "void", "waiting", "left"]
    assert (history[2]["reason"], history[4]["reason"]) == ("分错了", "有急事")
    assert history[3]["people"] == [{"role": "consultant", "staff": "b"}]


def test_a_visit_with_questions_open_is_registered_until_it_is_assigned(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive(projects=[])['id']}"
    assert [one["stage"] for one in stages_of(house, path)] == ["registered"]
    house.desk.post(f"{path}/triage", {"projects": ["filler"]})
    assert [one["stage"] for one in stages_of(house, path)] == ["registered", "waiting"]


@pytest.mark.parametrize("step", ["registered", "waiting", "in_consultation"])
def test_before_the_consultation_is_finished_no_stage_follows(house: Any, step: str) -> None:
    visit = house.arrive(projects=[] if step == "registered" else ["filler"])
    path = f"/api/triage/visits/{visit['id']}"
    if step == "in_consultation":
        house.consultant("a").post(f"{path}/start")
    before = house.frozen()
    refused = stage(house.desk, path, "payment")
    assert (refused.status_code, refused.json["facts"]["stage"]) == (409, step)
    assert refused.json["facts"]["wanted"] == "payment"
    assert house.frozen() == before


def test_going_back_needs_a_reason_and_after_leaving_nothing_follows(house: Any) -> None:
    path = house.served(house.arrive(), outcome="no_deal", reason="price")
    stage(house.desk, path, "payment")
    before = house.frozen()
    refused = stage(house.desk, path, "treatment_plan")
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "reason")
    assert house.frozen() == before
    assert stage(house.desk, path, "treatment_plan", reason="点错了").json["stage"] == "treatment_plan"
    assert stages_of(house, path)[-1]["reason"] == "点错了"
    assert stage(house.desk, path, "leaving").status_code == 200
    before = house.frozen()
    refused = stage(house.desk, path, "payment", reason="x")
    assert refused.status_code == 409
    assert "leaving cannot go to payment" in refused.json["detail"]
    assert house.frozen() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"stage": "lunch"}, "stage"),
        ({}, "stage"),
        ({"stage": "payment", "people": [{"role": "cook", "staff": "x"}]}, "people.0.role"),
        ({"stage": "payment", "people": [{"role": "nurse", "staff": "a b"}]}, "people.0.staff"),
        ({"stage": "payment", "note": "x" * 2001}, "note"),
        ({"stage": "payment", "colour": "red"}, "colour"),
    ],
)
def test_bad_stages_are_named(house: Any, body: dict, field: str) -> None:
    path = house.served(house.arrive())
    before = house.frozen()
    refused = house.desk.post(f"{path}/stage", body)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]
    assert house.frozen() == before


def test_treatment_waits_for_a_signed_consent(house: Any) -> None:
    path = house.served(house.arrive())
    before = house.frozen()
    refused = stage(house.nurse, path, "treatment", reason="urgent")
    assert (refused.status_code, refused.json["facts"]["form"]) == (409, "consent")
    assert house.frozen() == before
    house.write(house.nurse, path, "consent", {"procedure": "玻尿酸", "signed": False})
    assert stage(house.nurse, path, "treatment").status_code == 409
    house.write(house.doctor, path, "consent", CONSENT, version=1)
    assert stage(house.nurse, path, "treatment").status_code == 200


def test_a_supervisor_passes_a_missing_form_with_a_reason_that_is_audited(house: Any) -> None:
    path = house.served(house.arrive())
    assert stage(house.supervisor, path, "treatment").status_code == 409
    assert stage(house.supervisor, path, "treatment", reason="纸质已签").status_code == 200
    [(details,)] = house.under.rows("SELECT details FROM audit WHERE details ? 'form_missing'")
    assert details == {"form_missing": "consent", "stage": "treatment", "reason": "纸质已签"}


def test_after_a_treatment_leaving_waits_for_the_after_care_notes(house: Any) -> None:
    path = house.served(house.arrive())
    house.write(house.nurse, path, "consent", CONSENT)
    stage(house.nurse, path, "treatment")
    refused = stage(house.desk, path, "leaving")
    assert (refused.status_code, refused.json["facts"]["form"]) == (409, "after_care")
    house.write(house.nurse, path, "after_care", AFTER_CARE)
    assert stage(house.desk, path, "leaving").status_code == 200


def test_a_treatment_entered_by_mistake_needs_no_after_care_notes(house: Any) -> None:
    path = house.served(house.arrive())
    house.write(house.nurse, path, "consent", CONSENT)
    stage(house.nurse, path, "treatment")
    assert stage(house.nurse, path, "payment", reason="还没付款").status_code == 200
    assert stage(house.desk, path, "leaving").status_code == 200


def test_a_recheck_at_the_department_is_treated_without_a_new_consent(house: Any) -> None:
    house.supervisor.get("/api/triage/forms")
    visit = house.arrive(visit_class="recheck", override_reason="拆线")
    assert (visit["to"], visit["basis"]) == ("department:plastic", "department")
    path = f"/api/triage/visits/{visit['id']}"
    assert house.consultant("a").post(f"{path}/start").status_code == 403
    assert stage(house.nurse, path, "treatment").status_code == 200


def test_the_definitions_are_enough_to_draw_every_form(house: Any) -> None:
    drawn = {form["form"]: form for form in house.nurse.get("/api/triage/forms").json["items"]}
    assert drawn["consent"]["needed_before"] == ["treatment"]
    assert (drawn["consent"]["yours"], drawn["registration"]["yours"]) == (True, False)
    signer = next(field for field in drawn["consent"]["fields"] if field["name"] == "signer")
    assert {"value": "guardian", "zh": "监护人", "en": "a guardian"} in signer["options"]
    assert drawn["consent"]["together"] == [
        {"field": "signed", "value": True, "needs": ["signed_by", "signer", "signed_at"]}
    ]
    assert house.somebody("cashier").get("/api/triage/forms").status_code == 403


WRITERS = {
    "registration": "receptionist",
    "consultation": "consultant",
    "treatment_plan": "consultant",
    "examination_request": "doctor",
    "examination_result": "nurse",
    "consent": "nurse",
    "notice": "doctor",
    "photos": "nurse",
    "after_care": "nurse",
}
CONTENT: dict[str, dict] = {
    "registration": {"seat": "A3", "drink": "tea", "companions": 2},
    "consultation": {"concern": "鼻梁", "projects": ["filler"], "quoted": 398_000},
    "treatment_plan": {"projects": ["filler"], "method": "1ml"},
    "examination_request": {"examinations": ["blood", "ecg"], "reason": "术前"},
    "examination_result": {"fitness": "fit", "examined_at": "2026-11-21T09:30:00+08:00"},
    "consent": CONSENT,
    "notice": {"kind": "treatment", "projects": ["filler"], "doctor": "dr.gao"},
    "photos": {"before": "taken", "after": "later"},
    "after_care": AFTER_CARE,
}


@pytest.mark.parametrize("form", WRITERS)
def test_who_may_write_a_form(house: Any, form: str) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    allowed = {"receptionist", "supervisor"} if form == "registration" else {"nurse", "doctor"}
    if form in {"consultation", "treatment_plan"}:
        allowed = {"consultant", "supervisor", "online"}
    before = house.frozen()
    for role in {"receptionist", "consultant", "supervisor", "nurse", "doctor", "cashier", "online"} - allowed:
        refused = house.somebody(role).put(f"{path}/forms/{form}", {"content": CONTENT[form]}, etag=0)
        assert refused.status_code == 403, role
    assert house.frozen() == before
    for version, role in enumerate(sorted(allowed)):
        house.write(house.somebody(role), path, form, CONTENT[form], version)
    [written] = house.desk.get(f"{path}/forms").json["items"]
    assert (written["form"], written["version"], written["content"]) == (form, len(allowed), CONTENT[form])
    assert written["author"] == f"{max(allowed)}-1"


def test_an_edit_is_a_new_version_and_needs_the_newest(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    form = f"{path}/forms/registration"
    empty = house.desk.get(form)
    assert (empty.json["version"], empty.headers["ETag"]) == (0, '"0"')
    assert house.desk.put(form, {"content": {"seat": "A3"}}).status_code == 428
    assert house.desk.put(form, {"content": {"seat": "A3"}}, etag=1).status_code == 412
    first = house.desk.put(form, {"content": {"seat": "A3"}}, etag=empty.headers["ETag"])
    assert (first.status_code, first.headers["ETag"]) == (200, '"1"')
    second = house.desk.put(form, {"content": {"seat": "B1", "drink": "tea"}}, etag=1)
    assert second.json["version"] == 2
    stale = house.desk.put(form, {"content": {"seat": "C2"}}, etag=1)
    assert (stale.status_code, stale.json["facts"]) == (412, {"version": 2})
    assert house.desk.get(form).json["content"] == {"seat": "B1", "drink": "tea"}
    versions = house.desk.get(f"{form}/versions").json["items"]
    assert [(one["version"], one["content"]["seat"]) for one in versions] == [(2, "B1"), (1, "A3")]


def test_two_people_who_write_one_version_are_not_both_heard(house: Any) -> None:
    form = f"/api/triage/visits/{house.arrive()['id']}/forms/registration"
    desks = [house.somebody("receptionist", f"r{number}") for number in range(5)]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda desk: desk.put(form, {"content": {"seat": "A"}}, etag=0), desks))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"procedure": "x", "signed": True}, "content.signed_by"),
        ({**CONSENT, "signer": "cat"}, "content.signer"),
        ({**CONSENT, "signed_at": "noon"}, "content.signed_at"),
        ({**CONSENT, "colour": "red"}, "content.colour"),
        ({"signed": False}, "content.procedure"),
    ],
)
def test_a_form_that_is_not_right_names_the_field_and_writes_nothing(house: Any, content: dict, field: str) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    before = house.frozen()
    refused = house.nurse.put(f"{path}/forms/consent", {"content": content}, etag=0)
    assert refused.status_code == 422
    assert field in [error["field"] for error in refused.json["errors"]]
    assert house.frozen() == before


def test_no_form_for_a_visit_that_has_left_nor_an_unknown_one_nor_in_another_branch(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    other = house.somebody("receptionist", branch="hz-01")
    before = house.frozen()
    unknown = house.desk.put(f"{path}/forms/poem", {"content": {}}, etag=0)
    assert unknown.status_code == 404
    assert "consent" in unknown.json["facts"]["forms"]
    assert house.desk.get(f"{path}/forms/poem").status_code == 404
    assert other.put(f"{path}/forms/registration", {"content": {}}, etag=0).status_code == 404
    assert other.get(f"{path}/forms").status_code == 404
    assert other.get(f"{path}/stages").status_code == 404
    assert stage(other, path, "leaving").status_code == 404
    nowhere = f"/api/triage/visits/{new_id()}/forms/registration"
    assert house.desk.put(nowhere, {"content": {}}, etag=0).status_code == 404
    assert house.frozen() == before
    house.desk.post(f"{path}/leave", {"reason": "x"})
    before = house.frozen()
    over = house.desk.put(f"{path}/forms/registration", {"content": {"seat": "A3"}}, etag=0)
    assert (over.status_code, over.json["facts"]["stage"]) == (409, "left")
    assert house.frozen() == before


@pytest.mark.parametrize("table", ["visit_stage", "visit_form", "stand_in_note"])
def test_what_is_written_stays(house: Any, table: str) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    house.write(house.desk, path, "registration", {"seat": "A3"})
    with (
        pytest.raises(psycopg.errors.RestrictViolation),
        psycopg.connect(house.under.settings.database_url) as role,
    ):
        role.execute(f"TRUNCATE {table}".encode())


def test_second_triage_is_a_further_stage_of_the_same_visit(house: Any) -> None:
    visit = house.arrive()
    path = house.served(visit)
    again = house.desk.post(f"{path}/second", {"treatment": True, "projects": ["filler"]})
    assert again.json["to"] == "department:plastic"
    house.write(house.nurse, path, "consent", CONSENT)
    assert stage(house.nurse, path, "treatment").status_code == 200
    more = house.desk.post(f"{path}/second", {"treatment": False, "projects": ["breast"]}).json
    assert (more["to"], more["basis"], more["counted"], more["projects"]) == ("a", "owner", False, ["breast"])
    names = [one["stage"] for one in stages_of(house, path)]
    assert names == ["registered", "waiting", "in_consultation", "finished", "waiting", "treatment", "waiting"]
    table = house.desk.get(f"/api/triage/rotation?branch={BRANCH}").json
    assert {one["consultant"]: one["first_visits"] for one in table["consultants"]}["a"] == 1
    house.served({**more, "id": visit["id"]})
    refused = stage(house.desk, path, "leaving")
    assert refused.json["facts"]["form"] == "after_care", "the visitor was treated, whatever came afterwards"


def test_nothing_more_happens_to_a_visit_that_has_left(house: Any) -> None:
    path = house.served(house.arrive())
    stage(house.desk, path, "leaving")
    before = house.frozen()
    for act, body in (("second", {"treatment": False}), ("change", {"reason": "x"}), ("start", {})):
        refused = house.supervisor.post(f"{path}/{act}", body)
        assert (refused.status_code, refused.json["facts"]["stage"]) == (409, "leaving"), act
    assert house.frozen() == before


def test_another_class_afterwards_leaves_the_visitor_where_they_are(house: Any) -> None:
    path = house.served(house.arrive())
    stage(house.desk, path, "payment")
    done = house.desk.post(f"{path}/class", {"visit_class": "other", "reason": "not done here"})
    assert (done.json["visit_class"], done.json["stage"]) == ("other", "payment")


def test_a_stand_in_leaves_a_note_that_the_owner_sees(house: Any) -> None:
    customer = house.customer()
    path = house.served(house.arrive(customer), outcome="no_deal", reason="price")
    stage(house.desk, path, "leaving")
    house.status("a", "out")
    visit = house.arrive(customer, projects=[], stand_in="b")
    assert (visit["basis"], visit["consultant"]) == ("stand_in", "b")
    path, own = f"/api/triage/visits/{visit['id']}", house.consultant("b")
    own.post(f"{path}/start")
    before = house.frozen()
    silent = own.post(f"{path}/finish", {"outcome": "deal"})
    assert (silent.status_code, silent.json["errors"][0]["field"]) == (422, "note")
    assert house.frozen() == before
    assert own.post(f"{path}/finish", {"outcome": "deal", "note": "约好下周二"}).status_code == 200
    [told] = house.under.told(StandInNoted)
    assert (told.owner, told.stand_in, told.note) == ("a", "b", "约好下周二")
    [note] = house.consultant("a").get(f"/api/triage/customers/{customer}/stand-in-notes").json["items"]
    assert (note["visit"], note["owner"], note["note"]) == (visit["id"], "a", "约好下周二")
    other = house.somebody("consultant", branch="hz-01")
    assert other.get(f"/api/triage/customers/{customer}/stand-in-notes").status_code == 403
    assert house.desk.get(f"/api/triage/customers/{customer}/owner").json["consultant"] == "a"


def test_whoever_comes_second_is_told_what_happened_and_by_whom(house: Any) -> None:
    """Two desks on one visit."""
    path = f"/api/triage/visits/{house.arrive()['id']}"
    seen = house.desk.get(path)
    named = house.supervisor.post(f"{path}/reassign", {"to": "b", "reason": "顾客是熟人"})
    assert named.status_code == 200
    refused = house.desk.post(f"{path}/void", {"reason": "分错了"}, etag=seen.headers["ETag"])
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (412, "stale")
    assert (refused.json["facts"]["by"], refused.json["facts"]["to"]) == ("supervisor-1", "b")
    late = house.consultant("a").post(f"{path}/start")
    assert (late.status_code, late.json["facts"]["by"], late.json["facts"]["to"]) == (403, "supervisor-1", "b")
    assert house.desk.post(f"{path}/void", {"reason": "分错了"}, etag=named.headers["ETag"]).status_code == 200
    again = house.supervisor.post(f"{path}/void", {"reason": "分错了"})
    assert (again.status_code, again.json["facts"]["by"], again.json["facts"]["stage"]) == (
        409,
        "receptionist-1",
        "void",
    )
    assert again.json["facts"]["at"].startswith("20")


def test_a_visit_says_where_it_may_go(house: Any) -> None:
    path = house.served(house.arrive())
    stage(house.desk, path, "payment")
    ways = house.desk.get(f"{path}/stages").json
    assert (ways["on"], ways["back"]) == (["treatment", "after_care", "leaving"], ["treatment_plan"])
    for one in ways["back"]:
        assert stage(house.desk, path, one, reason="点错了").status_code == 200


def test_mine_are_those_that_went_to_me(house: Any) -> None:
    first, second = house.arrive(), house.arrive()
    third = house.arrive(visit_class="recheck", override_reason="换药")

    def mine(who: Any) -> set[str]:
        return {one["id"] for one in who.get("/api/triage/visits?branch=sh-01&mine=true").json["items"]}

    assert mine(house.consultant("a")) == {first["id"]}
    assert mine(house.consultant("b")) == {second["id"]}
    assert mine(house.doctor) == {third["id"]}
    assert mine(house.supervisor) == set()
    house.served(first)
    assert mine(house.consultant("a")) == {first["id"]}


def test_an_accepted_visit_says_since_when_and_another_consultant_accepts_anew(house: Any) -> None:
    path = f"/api/triage/visits/{house.arrive()['id']}"
    own = house.consultant("a")
    accepted = own.post(f"{path}/accept").json
    assert (accepted["accepted_at"] is not None, "accept" in accepted["may"], "void" in accepted["may"]) == (
        True,
        False,
        False,
    )
    refused = own.post(f"{path}/accept")
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (409, "visit-accepted")
    moved = house.supervisor.post(f"{path}/reassign", {"to": "b", "reason": "换人"}).json
    assert moved["accepted_at"] is None
    assert house.consultant("b").post(f"{path}/accept").status_code == 200
