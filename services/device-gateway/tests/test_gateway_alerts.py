"""Alerts of triage on the board: for the desk and for supervisors, until they are cleared."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from gateway_facts import A_DAY, NOW, SH, Told, alert, body, cleared, deliver, minutes, shown
from qiantai.actors import service_actor
from qiantai.inbox.processor import Verdict
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.service import ServiceUnderTest
from qiantai.uow import Context

_RAISED_OR_CLEARED: dict[str, Told] = {"R": (alert(), 5), "C": (cleared(), 9)}


def alerts_of(board: ServiceUnderTest, role: str) -> list[dict]:
    return board.as_(role, branches=[SH]).get(f"/api/gateway/board?branch={SH}").json["alerts"]


def ids(board: ServiceUnderTest) -> list[str]:
    return [one["id"] for one in shown(board)["alerts"]]


def test_an_alert_shows_to_those_who_may_read_it(board: ServiceUnderTest) -> None:
    deliver(board, (alert(), 5), (alert("al-2", kind="many_voids", visit=None, consultant="A", at=minutes(1)), 6))
    assert [one["id"] for one in alerts_of(board, "supervisor")] == ["al-2", "al-1"]
    assert alerts_of(board, "receptionist")[1] == {
        "id": "al-1",
        "kind": "nobody_can_receive",
        "severity": "urgent",
        "visit": "v1",
        "consultant": None,
        "why": {"zh": "无人可接诊", "en": "Nobody can receive"},
        "rules": ["T21"],
        "at": NOW.isoformat(),
    }
    for role in ("consultant", "nurse", "cashier"):
        assert alerts_of(board, role) == [], role


@pytest.mark.parametrize("view", ["screen", "board"])
def test_a_wall_screen_never_gets_an_alert(board: ServiceUnderTest, view: str) -> None:
    deliver(board, *A_DAY)
    assert ids(board) == ["al-2"]
    path = f"/api/gateway/board/screen?branch={SH}" if view == "screen" else f"/api/gateway/board?branch={SH}"
    text = board.as_("screen", branches=[SH]).get(path).get_data(as_text=True)
    for secret in ("al-2", "alerts", "无人可接诊", "Nobody can receive"):
        assert secret not in text, secret


def test_even_a_supervisor_sees_none_in_the_view_of_the_wall_screen(board: ServiceUnderTest) -> None:
    deliver(board, (alert(), 5))
    text = board.as_("supervisor").get(f"/api/gateway/board/screen?branch={SH}").get_data(as_text=True)
    assert "al-1" not in text


@pytest.mark.parametrize("order", ["RC", "CR", "RRCC", "RCRC", "RCCR", "CRRC", "CRCR", "CCRR"])
def test_a_cleared_alert_is_gone_in_any_order_and_however_often_it_is_told(board: ServiceUnderTest, order: str) -> None:
    deliver(board, *(_RAISED_OR_CLEARED[letter] for letter in order))
    assert ids(board) == []
    assert board.rows("SELECT count(*) FROM board_item WHERE kind = 'alert'") == [(0,)]


def test_an_alert_that_was_cleared_before_it_was_heard_of_is_never_announced(board: ServiceUnderTest) -> None:
    deliver(board, (cleared(), 9), (alert(), 5))
    assert board.rows("SELECT count(*) FROM board_change") == [(0,)]


def test_both_in_one_batch_end_the_same(board: ServiceUnderTest) -> None:
    bodies = [body(cleared(), 9), body(alert(), 5), body(alert("al-2"), 5)]
    assert all(outcome.verdict is Verdict.DONE for outcome in board.processor.process(bodies))
    assert ids(board) == ["al-2"]


def test_clearing_one_alert_leaves_the_others(board: ServiceUnderTest) -> None:
    deliver(board, (alert("al-1"), 5), (alert("al-2"), 5), (cleared("al-1"), 6), (cleared("al-3"), 6))
    assert ids(board) == ["al-2"]


def test_another_branch_does_not_hear_of_it(board: ServiceUnderTest) -> None:
    deliver(board, (alert(), 5), (alert("al-hz", branch="hz-01"), 5))
    there = board.as_("supervisor", branches=["hz-01"])
    assert [one["id"] for one in there.get("/api/gateway/board?branch=hz-01").json["alerts"]] == ["al-hz"]
    assert there.get(f"/api/gateway/board?branch={SH}").status_code == 403
    assert ids(board) == ["al-1"]


def test_alerts_end_at_midnight_of_the_branch(board: ServiceUnderTest) -> None:
    branch = {"name_zh": "店", "name_en": "Branch", "timezone": "Pacific/Honolulu"}
    assert board.as_("head_office").put(f"/api/gateway/branches/{SH}", branch).status_code == 200
    midnight = NOW.astimezone(ZoneInfo("Pacific/Honolulu")).replace(hour=0, minute=0, second=0, microsecond=0)
    deliver(board, (alert("late", at=midnight - timedelta(seconds=1)), 5), (alert("early", at=midnight), 6))
    assert ids(board) == ["early"]


def test_old_alerts_are_dropped_by_the_job(board: ServiceUnderTest) -> None:
    deliver(board, (alert(), 5), (alert("al-2"), 5), (cleared("al-2"), 6))
    for days, facts in ((3, 3), (20, 0)):
        context = Context(actor=service_actor("device-gateway"), now=NOW + timedelta(days=days))
        with transaction(board.engine, board.service.unit_of_work, context) as uow:
            board.service.jobs[0].run(uow)
        assert board.rows("SELECT count(*) FROM board_item WHERE kind = 'alert'") == [(0,)]
        assert board.rows("SELECT count(*) FROM board_fact WHERE kind = 'alert'") == [(facts,)]
