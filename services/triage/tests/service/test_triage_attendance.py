"""Check-in and check-out, and the order by check-in and by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from clinic_of_four import BRANCH, TODAY, Clinic


def test_check_in_and_check_out_move_the_status_once(clinic: Clinic) -> None:
    clinic.desk.post("/api/triage/consultants/a/status", {"branch": BRANCH, "status": "late"})
    first = clinic.check("in", "a", clinic.consultant)
    assert first.status_code == 200, first.json
    assert clinic.table()[2]["a"] == "idle"
    entries = clinic.under.rows("SELECT count(*) FROM ledger_entry")
    assert clinic.check("in", "a").json == first.json
    assert clinic.under.rows("SELECT count(*) FROM ledger_entry") == entries
    assert clinic.arrive() == "a"
    engaged = clinic.check("out", "a")
    assert (engaged.status_code, engaged.json["type"].rsplit(":", 1)[1]) == (409, "consultant-engaged")
    assert clinic.table()[2]["a"] == "idle"
    clinic.check("in", "b")
    gone = clinic.check("out", "b")
    assert clinic.check("out", "b").json == gone.json
    assert clinic.table()[2]["b"] == "off"
    back = clinic.check("in", "b").json
    assert (back["checked_in_at"], back["checked_out_at"]) == (gone.json["checked_in_at"], None)
    assert clinic.table()[2]["b"] == "idle"
    listed = clinic.desk.get(f"/api/triage/attendance?branch={BRANCH}").json["items"]
    assert [(one["staff"], one["name"]) for one in listed] == [("a", "顾问a"), ("b", "顾问b")]


def test_check_ins_that_cannot_be_are_refused_clearly(clinic: Clinic) -> None:
    clinic.shift("a", "day")
    clinic.shift("b", "leave")
    for answer, status, code in (
        (clinic.check("in", "b"), 409, "not-working-today"),
        (clinic.check("in", "zz"), 404, "unknown-consultant"),
        (clinic.check("out", "a"), 409, "not-checked-in"),
        (clinic.check("in", "b", clinic.consultant), 403, "only-for-oneself"),
        (clinic.check("in", "a", clinic.under.as_("cashier", branches=[BRANCH])), 403, "action-not-allowed"),
        (clinic.check("in", "a", clinic.under.as_("receptionist", branches=["hz-01"])), 403, "other-branch"),
    ):
        assert (answer.status_code, answer.json["type"].rsplit(":", 1)[1]) == (status, code)
    assert clinic.under.rows("SELECT count(*) FROM attendance") == [(0,)]
    assert clinic.check("in", "a", clinic.supervisor).status_code == 200


def test_by_check_in_the_order_follows_whoever_comes(clinic: Clinic) -> None:
    clinic.policy(order_by="check_in", reserved_places={"early": [2]})
    clinic.place("d", 4, shift="early")
    clinic.check("in", "c")
    assert clinic.table()[:2] == ("cdab", "c")
    clinic.check("in", "b")
    assert clinic.table()[:2] == ("cdba", "c")
    assert clinic.arrive() == "c"
    clinic.check("in", "a")
    assert clinic.table()[:2] == ("cdba", "d")  # after the first arrival the pointer stays with whose turn it is
    clinic.wall.next_day()
    clinic.check("in", "b")
    assert clinic.table()[:2] == ("bdac", "b")
    assert clinic.whole()


@pytest.mark.parametrize("order_by", ["ranking", "hand"])
def test_by_ranking_and_by_hand_a_check_in_orders_nothing(clinic: Clinic, order_by: str) -> None:
    clinic.policy(order_by=order_by)
    clinic.check("in", "c")
    assert clinic.table()[:2] == ("abcd", "a")


def test_an_order_by_hand_is_that_of_the_next_day_too(clinic: Clinic) -> None:
    clinic.policy(order_by="hand")
    body = {"order": list("dbca"), "reason": "agreed"}
    assert clinic.supervisor.put(f"/api/triage/rotation/{BRANCH}/order", body).status_code == 200
    clinic.sheet(TODAY + timedelta(days=1), a="day", c="day", d="day")
    clinic.wall.next_day()
    clinic.arrive()
    assert clinic.table()[0] == "dca"
    clinic.wall.next_day()
    clinic.arrive()
    assert clinic.table()[0] == "dbca"  # b had a day off


def test_two_check_ins_at_once_are_one(clinic: Clinic) -> None:
    with ThreadPoolExecutor(6) as desks:
        answers = list(desks.map(lambda _: clinic.check("in", "a"), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json["checked_in_at"] for answer in answers}) == 1
