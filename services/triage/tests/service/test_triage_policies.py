"""Policies over HTTP: read with explanations and written as versions, on a real database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from policy_chain import API, BRANCH, OTHER, Chain, in_days, nobody, today
from qiantai import clock
from qiantai.contracts import CHAIN
from qiantai.ids import new_id
from qiantai.storage.unit_of_work import transaction
from triage.domain.policy.catalogue import FIELDS
from triage.storage.policies import SqlPolicies
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases import policies
from triage.usecases.model import Arriving


def test_the_catalogue_explains_every_field(chain: Chain) -> None:
    items = chain.desk.get(f"{API}/fields").json["items"]
    assert [one["name"] for one in items] == list(FIELDS)
    wait = items[0]
    assert (wait["default"], wait["rules"]) == (10, ["T22", "T23"])
    assert "等待时限" in wait["does"]["zh"]
    assert "1 to 1440" in wait["takes"]["en"]
    assert (wait["form"]["kind"], wait["form"]["least"], wait["form"]["most"]) == ("number", 1, 1440)


def test_a_level_says_who_may_write_it_and_from_which_day_on(chain: Chain) -> None:
    told = {
        (branch, who): chain_of.get(f"{API}/{branch}/versions").json
        for branch in (BRANCH, CHAIN)
        for who, chain_of in (("desk", chain.desk), ("head", chain.head), ("office", chain.office))
    }
    assert [key for key, one in told.items() if one["may"] == ["versions"]] == [
        (BRANCH, "head"),
        (BRANCH, "office"),
        (CHAIN, "office"),
    ]
    assert told[BRANCH, "head"]["earliest"] == str(today())


def test_each_field_says_which_level_and_version_it_comes_from(chain: Chain) -> None:
    assert {level for _, level, _ in chain.in_force().values()} == {"book"}
    later = in_days(3)
    done = chain.write(chain.office, {"wait_limit_minutes": 15, "leaves_within_minutes": 5}, in_days(1), branch=CHAIN)
    assert done.status_code == 201, done.json
    assert chain.write(chain.head, {"leaves_within_minutes": None}, later).status_code == 201
    assert chain.in_force(today())["wait_limit_minutes"] == (10, "book", None)
    assert chain.in_force(in_days(1))["leaves_within_minutes"] == (5, "chain", 1)
    here = chain.in_force(later)
    assert here["wait_limit_minutes"] == (15, "chain", 1)
    assert here["leaves_within_minutes"] == (None, "branch", 1)
    assert here["order_by"] == ("ranking", "book", None)
    assert chain.in_force(later, OTHER)["leaves_within_minutes"] == (5, "chain", 1)
    asked = chain.desk.get(f"{API}?branch={BRANCH}&day={later}").json
    assert [(one["branch"], one["author"]) for one in asked["versions"]] == [(CHAIN, "office-1"), (BRANCH, "head-1")]
    assert "等待时限" in asked["fields"][0]["does"]["zh"]


def test_versions_tell_who_changed_what_when_and_why(chain: Chain) -> None:
    chain.write(chain.head, {"wait_limit_minutes": 15, "order_by": "hand"}, in_days(1))
    second = chain.write(chain.head, {"wait_limit_minutes": 20}, in_days(2), over=1)
    assert (second.status_code, second.json["version"], second.headers["ETag"]) == (201, 2, '"2"')
    found = chain.desk.get(f"{API}/{BRANCH}/versions")
    assert found.headers["ETag"] == '"2"'
    assert [one["version"] for one in found.json["items"]] == [2, 1]
    newest = found.json["items"][0]
    assert newest == second.json
    assert (newest["author"], newest["reason"], newest["valid_from"]) == ("head-1", "周会决定", str(in_days(2)))
    assert newest["changes"] == [
        {"field": "wait_limit_minutes", "before": {"value": 15}, "after": {"value": 20}},
        {"field": "order_by", "before": {"value": "hand"}, "after": None},
    ]
    assert [one["before"] for one in found.json["items"][1]["changes"]] == [None, None]
    [(details,)] = chain.under.rows("SELECT details FROM audit WHERE action = 'policy.edit' ORDER BY id DESC LIMIT 1")
    assert details["changed"] == ["wait_limit_minutes", "order_by"]


def test_the_latest_date_holds_and_of_one_date_the_last_written(chain: Chain) -> None:
    for version, (minutes, days) in enumerate([(20, 5), (30, 2), (40, 2)]):
        assert chain.write(chain.head, {"wait_limit_minutes": minutes}, in_days(days), over=version).status_code == 201
    held = [chain.in_force(in_days(days))["wait_limit_minutes"] for days in (1, 2, 4, 5, 9)]
    assert held == [(10, "book", None), (40, "branch", 3), (40, "branch", 3), (20, "branch", 1), (20, "branch", 1)]


def test_a_day_begins_with_the_policy_in_force_and_keeps_it(chain: Chain) -> None:
    assert chain.write(chain.office, {"uses": {"named": "both"}}, today(), branch=CHAIN).status_code == 201
    fields = {"named_request_outside_rotation": True, "first_visit_scope": "chain"}
    assert chain.write(chain.head, fields, today()).status_code == 201
    chain.open_today()
    visit = chain.arrive(requested="c")
    assert (visit["to"], visit["basis"], visit["counted"]) == ("c", "named", True)
    refused = chain.write(chain.head, {}, today(), over=1)
    assert refused.status_code == 422
    assert refused.json["type"].endswith("policy-too-early")
    assert "keeps its policy" in refused.json["title"]
    assert refused.json["errors"] == [{"field": "valid_from", "message": f"the earliest possible day is {in_days(1)}"}]
    assert refused.json["facts"] == {"earliest": str(in_days(1))}
    assert chain.write(chain.office, {}, today(), over=1, branch=CHAIN).status_code == 422
    assert chain.written()[0] == 2
    assert chain.write(chain.head, {}, in_days(1), over=1).status_code == 201


def test_past_days_keep_theirs_also_where_nothing_was_opened(chain: Chain) -> None:
    assert chain.write(chain.head, {}, in_days(-1)).status_code == 422
    assert chain.write(chain.office, {}, in_days(-1), branch=CHAIN).status_code == 422
    assert chain.write(chain.office, {}, date(1, 1, 1), branch=OTHER).status_code == 422
    assert chain.written()[0] == 0


def test_what_the_first_visit_is_counted_in_comes_from_the_newest_version(chain: Chain) -> None:
    def scope(branch: str) -> str:
        with transaction(chain.under.engine, TriageUnitOfWork, nobody()) as uow:
            known = uow.customers.know(Arriving(customer=new_id(), branch=branch, day=today(), now=clock.now()))
            return known.first_visit_scope

    assert scope(BRANCH) == "branch"
    chain.write(chain.office, {"first_visit_scope": "chain"}, today(), branch=CHAIN)
    assert (scope(BRANCH), scope(OTHER)) == ("chain", "chain")
    chain.write(chain.head, {"first_visit_scope": "branch"}, today())
    assert (scope(BRANCH), scope(OTHER)) == ("branch", "chain")
    chain.write(chain.head, {"wait_limit_minutes": 5}, today(), over=1)  # not a patch: the chain holds again
    assert scope(BRANCH) == "chain"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"lanes": [{"name": "x", "classes": ["other"], "counted": True}]}, "policy.lanes"),
        ({"sources": {"vip": ["nobody"]}}, "policy.sources"),
        ({"duty": [{"consultant": "z", "start": "12:00", "end": "13:00"}]}, "policy.duty"),
        ({"major_projects": ["nose"]}, "policy.major_projects"),
        ({"wait_limit_minutes": 0, "order_by": "ranking"}, "policy.wait_limit_minutes"),
        ({"colour": "red"}, "policy.colour"),
        ({"\ud800": 1}, "policy.\\ud800"),
        ({"class_order": ["a\x00"]}, "policy.class_order"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_changed(chain: Chain, fields: Any, where: str) -> None:
    for branch in (BRANCH, CHAIN):
        refused = chain.write(chain.office, fields, in_days(1), branch=branch)
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json["errors"]] == [where]
    assert chain.written()[0] == 0


def test_what_else_is_needed_is_named(chain: Chain) -> None:
    path = f"{API}/{BRANCH}/versions"
    body = {"fields": {}, "valid_from": str(in_days(1)), "reason": "r"}
    for missing in body:
        refused = chain.head.post(path, {k: v for k, v in body.items() if k != missing}, etag=0)
        assert [error["field"] for error in refused.json["errors"]] == [missing]
    assert chain.head.post(path, {**body, "reason": "  "}, etag=0).status_code == 422
    assert chain.head.post(path, body).status_code == 428
    unknown = chain.write(chain.office, {}, in_days(1), branch="nowhere")
    assert (unknown.status_code, unknown.json["errors"][0]["field"]) == (404, "branch")
    assert chain.written()[0] == 0


def test_who_may_read_and_who_may_write(chain: Chain) -> None:
    under = chain.under
    for role in ("receptionist", "consultant", "supervisor", "branch_head"):
        reader = under.as_(role, branches=[BRANCH])
        assert reader.get(f"{API}?branch={BRANCH}").status_code == 200
        assert reader.get(f"{API}/{BRANCH}/versions").status_code == 200
        assert reader.get(f"{API}/chain/versions").status_code == 200  # it holds in their branch too
        assert reader.get(f"{API}?branch={OTHER}").status_code == 403
        assert reader.get(f"{API}/{OTHER}/versions").status_code == 403
        assert chain.write(reader, {}, in_days(1), branch=OTHER).status_code == 403
        assert chain.write(reader, {}, in_days(1), branch=CHAIN).status_code == 403
    for role in ("cashier", "nurse", "it", "screen"):
        assert under.as_(role).get(f"{API}/fields").status_code == 403
    for role in ("receptionist", "consultant", "supervisor"):
        assert chain.write(under.as_(role), {}, in_days(1)).status_code == 403
    narrow = under.as_("head_office", branches=[BRANCH, CHAIN])
    refused = chain.write(narrow, {}, in_days(1), branch=CHAIN)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:qiantai:problem:chain-for-everywhere")
    assert chain.written()[0] == 0
    assert chain.write(chain.head, {}, in_days(1)).status_code == 201
    assert chain.write(chain.office, {}, in_days(1), branch=OTHER).status_code == 201


def test_two_at_once_are_one_version_and_one_clear_conflict(chain: Chain) -> None:
    start = threading.Barrier(6)

    def write(minutes: int) -> Any:
        desk = chain.under.as_("branch_head", branches=[BRANCH], id_=f"head-{minutes}")
        start.wait()
        return chain.write(desk, {"wait_limit_minutes": minutes}, in_days(1))

    with ThreadPoolExecutor(6) as people:
        answers = list(people.map(write, range(1, 7)))
    assert sorted(answer.status_code for answer in answers) == [201, 412, 412, 412, 412, 412]
    refused = next(answer for answer in answers if answer.status_code == 412)
    assert refused.json["type"].endswith("policy-written-meanwhile")
    assert refused.json["facts"] == {"version": 1}
    assert chain.written()[0] == 1


def test_the_database_itself_takes_no_number_twice(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock the primary key lets one in; the border tries the other again, which then sees it."""
    both = threading.Barrier(2)
    add, come = SqlPolicies.add, threading.local()

    def together(self: SqlPolicies, version: Any) -> None:
        if not hasattr(come, "once"):
            come.once = True
            both.wait(10)
        add(self, version)

    monkeypatch.setattr(SqlPolicies, "hold", lambda _: None)
    monkeypatch.setattr(SqlPolicies, "add", together)
    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(lambda _: chain.write(chain.head, {}, in_days(1)), range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    assert chain.written()[0] == 1


def test_a_day_does_not_open_while_its_policy_is_being_written(chain: Chain) -> None:
    """Who opens the day waits, and begins it with the version that was just written."""
    opened = threading.Event()

    def open_day() -> None:
        chain.open_today()
        opened.set()

    with transaction(chain.under.engine, TriageUnitOfWork, nobody()) as uow:
        new = policies.NewVersion(
            branch=BRANCH, fields={"wait_limit_minutes": 33}, valid_from=today(), reason="r", over=0
        )
        policies.write_policy(new, uow)
        thread = threading.Thread(target=open_day)
        thread.start()
        assert not opened.wait(0.5)
    thread.join(10)
    assert opened.is_set()
    [(beginning,)] = chain.under.rows("SELECT beginning FROM branch_day WHERE branch = %s", BRANCH)
    assert beginning["policy"] == {"wait_limit_minutes": 33}


@pytest.mark.parametrize("change", ["UPDATE {} SET author = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_versions_stay_as_they_were_written(chain: Chain, change: str) -> None:
    assert chain.write(chain.head, {}, in_days(1)).status_code == 201
    with pytest.raises(psycopg.errors.RestrictViolation), psycopg.connect(chain.under.settings.database_url) as role:
        role.execute(change.format("policy_version").encode())


def test_the_chain_may_name_people_whom_only_some_branches_have(chain: Chain) -> None:
    duty = [{"consultant": "a", "start": "00:00", "end": "23:59"}]
    assert chain.write(chain.office, {"duty": duty}, today(), branch=CHAIN).status_code == 201
    place = {"name": "顾问", "place": 1}
    assert chain.office.put(f"/api/triage/roster/{OTHER}/x", place).status_code == 200
    chain.open_today()
    found = chain.under.rows("SELECT branch, beginning->'policy' FROM branch_day ORDER BY branch")
    assert found == [(OTHER, {}), (BRANCH, {"duty": [{"consultant": "a", "start": "00:00", "end": "23:59"}]})]


def test_times_are_those_of_the_branch(chain: Chain) -> None:
    """A branch whose day is further on: its today is its own."""
    chain.branch("far", "Pacific/Kiritimati")
    there = datetime.now(UTC).astimezone(ZoneInfo("Pacific/Kiritimati")).date()
    assert chain.write(chain.office, {}, there - timedelta(days=1), branch="far").status_code == 422
    assert chain.write(chain.office, {}, there, branch="far").status_code == 201
