"""Desks of one process that wait for a branch's day go under its lock together, each with its own answer."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from neighbours import BRANCH, fill_roster, tell_customer, tell_projects
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts.triage import VisitAssigned, VisitRegistered
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.sent import sent_statements
from qiantai.testing.service import ServiceUnderTest
from qiantai.uow import Context
from triage.bootstrap import service
from triage.domain.ledger.chain import verify
from triage.storage.unit_of_work import TriageUnitOfWork
from werkzeug.test import TestResponse

PATH = "/api/triage/visits"


class Desks:
    """Receptionists who register at once while another process holds the branch's day."""

    def __init__(self, under: ServiceUnderTest) -> None:
        self.under = under

    def register(self, *wishes: dict[str, Any]) -> list[TestResponse]:
        """Return the answers in the order of the wishes; they come to the lock in that order."""
        answers: list[Any] = [None] * len(wishes)
        threads = [threading.Thread(target=self._one, args=(answers, place, wish)) for place, wish in enumerate(wishes)]
        with psycopg.connect(self.under.settings.database_url) as other:
            other.execute("SELECT * FROM branch_day FOR UPDATE")
            for count, thread in enumerate(threads, start=1):
                thread.start()
                self._until(count, answers)
        for thread in threads:
            thread.join(timeout=30)
        return answers

    def _one(self, answers: list[Any], place: int, wish: dict[str, Any]) -> None:
        headers = {name: value for name, value in (("Idempotency-Key", wish.pop("key", None)),) if value}
        desk = self.under.as_("receptionist", id_=wish.pop("desk", f"desk-{place}"))
        body = {"branch": BRANCH, "projects": ["filler"], **wish}
        answers[place] = desk.post(PATH, body, headers=headers)

    def _until(self, count: int, answers: list[Any]) -> None:
        """Wait until so many are at the lock, wait for their turn, or have been answered."""
        together = self.under.app.extensions["qiantai"].together
        end = time.monotonic() + 20
        while time.monotonic() < end:
            waiting = sum(len(group.jobs) for group in list(together._gathering.values()))
            behind = sum(turn.wanted - 1 for turn in list(together._turns.values()))
            if waiting + behind + sum(answer is not None for answer in answers) >= count:
                return
            time.sleep(0.002)
        raise AssertionError(f"desk {count} has not come to the lock")

    def commits(self) -> int:
        """In how many transactions the visits after the first one were saved."""
        return int(self.under.rows("SELECT count(DISTINCT xmin::text) FROM visit WHERE entry > 1")[0][0])


@pytest.fixture
def desks(under_test: Callable[[Service], ServiceUnderTest]) -> Iterator[Desks]:
    """A branch with ten consultants whose day is running."""
    under = under_test(service())
    tell_projects(under, "filler")
    fill_roster(under.as_("branch_head"), *(f"c{n}" for n in range(10)), shift="day")
    body = {"branch": BRANCH, "customer": tell_customer(under), "projects": ["filler"]}
    assert under.as_("receptionist").post(PATH, body).status_code == 201
    yield Desks(under)
    _check_ledger(under)


def _check_ledger(under: ServiceUnderTest) -> None:
    """The chain is whole, follows from the rules, and tells of exactly the visits that are there."""
    with transaction(under.engine, TriageUnitOfWork, Context(actor=service_actor("triage"), now=clock.now())) as uow:
        found = uow.days.entries(BRANCH, uow.days.today(BRANCH, uow.now))
    assert found is not None
    assert verify(*found) == []
    arrivals = [entry.event["visit"] for entry in found[1] if entry.event["type"] == "arrive"]
    visits = [row[0] for row in under.rows("SELECT id::text FROM visit ORDER BY entry")]
    assert arrivals == visits
    assert [event.visit for event in under.told(VisitAssigned)] == visits
    assert Counter(event.visit for event in under.told(VisitRegistered)) == Counter(visits)
    assert under.rows("SELECT count(*) FROM audit WHERE action = 'visit.register'") == [(len(visits),)]


def test_each_gets_a_consultant_of_its_own_in_one_commit(desks: Desks) -> None:
    wishes = [{"customer": tell_customer(desks.under)} for _ in range(5)]
    answers = desks.register(*wishes)
    assert [answer.json["to"] for answer in answers] == ["c1", "c2", "c3", "c4", "c5"]
    assert [answer.json["customer"] for answer in answers] == [wish["customer"] for wish in wishes]
    assert [answer.json["entry"] for answer in answers] == [2, 3, 4, 5, 6]
    assert desks.commits() == 1
    made = desks.under.rows("SELECT seq, actor FROM ledger_entry WHERE seq > 1 ORDER BY seq")
    assert made == [(place + 2, f"desk-{place}") for place in range(5)]
    noted = desks.under.rows("SELECT actor, subject FROM audit WHERE actor LIKE 'desk-%%' ORDER BY actor")
    assert noted == [(f"desk-{place}", answer.json["id"]) for place, answer in enumerate(answers)]


def test_many_need_one_lock_and_one_write(desks: Desks) -> None:
    wishes = [{"customer": tell_customer(desks.under)} for _ in range(5)]
    with sent_statements(everywhere=True) as sent:
        desks.register(*wishes)
    locks = [one for one in sent if "FROM branch_day WHERE" in one and "FOR UPDATE" in one]
    writes = [one for one in sent if "INSERT INTO" in one]
    assert (len(locks), len(writes)) == (1, 1)
    reads = [one for one in sent if "AS open_visit" in one]
    assert len(reads) <= 3, "one for the first, and one for all who came before the lock or while it was waited for"


def test_one_that_is_refused_gets_its_refusal_and_nothing_of_it_is_saved(desks: Desks) -> None:
    first, second, third = (tell_customer(desks.under) for _ in range(3))
    refused = {"customer": second, "projects": ["unheard-of"]}
    answers = desks.register({"customer": first}, refused, {"customer": third})
    assert [answer.status_code for answer in answers] == [201, 422, 201]
    assert "unheard-of" in answers[1].json["detail"]
    assert [answers[0].json["to"], answers[2].json["to"]] == ["c1", "c2"]
    assert desks.under.rows("SELECT 1 FROM visit WHERE customer = %s", second) == []
    assert desks.commits() == 1


def test_one_whose_commit_fails_leaves_the_others(desks: Desks) -> None:
    """Two desks register one customer: the second row does not go, whoever else is there."""
    twice, other = tell_customer(desks.under), tell_customer(desks.under)
    answers = desks.register({"customer": twice}, {"customer": twice}, {"customer": other})
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
    assert answers[2].status_code == 201
    [kept] = desks.under.rows("SELECT id::text FROM visit WHERE customer = %s", twice)
    [refused] = [answer for answer in answers if answer.status_code == 409]
    assert refused.json["facts"]["visit"] == kept[0]


def test_a_key_that_is_repeated_at_the_same_time_has_one_effect(desks: Desks) -> None:
    wish = {"customer": tell_customer(desks.under), "key": new_id(), "desk": "desk-1"}
    answers = desks.register(dict(wish), dict(wish), {"customer": tell_customer(desks.under), "key": new_id()})
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json == answers[1].json
    assert answers[0].json["id"] != answers[2].json["id"]
    replayed = [answer.headers.get("Idempotency-Replayed") for answer in answers]
    assert sorted(replayed[:2], key=str) == [None, "true"]
    assert replayed[2] is None
    again = desks.register(dict(wish))[0]
    assert (again.json, again.headers["Idempotency-Replayed"]) == (answers[0].json, "true")
    assert again.headers["ETag"] == answers[0].headers["ETag"]


def test_a_key_of_another_request_is_refused(desks: Desks) -> None:
    first, second = tell_customer(desks.under), tell_customer(desks.under)
    wish = {"key": new_id(), "desk": "desk-1"}
    answers = desks.register({"customer": first, **wish}, {"customer": second, **wish})
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert desks.under.rows("SELECT count(*) FROM visit") == [(2,)]


def test_who_may_not_work_in_a_branch_is_refused_beside_the_others(desks: Desks) -> None:
    customer = tell_customer(desks.under)
    stranger = desks.under.as_("receptionist", branches=["bj-01"])
    body = {"branch": BRANCH, "customer": customer, "projects": ["filler"]}
    assert stranger.post(PATH, body).status_code == 403
    assert desks.register({"customer": customer})[0].status_code == 201
