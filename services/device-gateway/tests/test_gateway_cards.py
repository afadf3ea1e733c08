"""The cards of the flow board: where they stand and what they say (G7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from gateway_facts import (
    NOW,
    SH,
    Told,
    arrived,
    assigned,
    booked,
    deliver,
    finished,
    minutes,
    named,
    open_branches,
    opened,
    paid,
    places,
    registered,
    scanned,
    shown,
    started,
)
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts.appointment import AppointmentExpectedAgain
from qiantai.contracts.billing import ChargePaid, TreatmentItemUsed
from qiantai.contracts.triage import (
    VisitSeenElsewhere,
    VisitStageChanged,
    VisitVoided,
)
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.service import ServiceUnderTest
from qiantai.uow import Context


def test_a_visit_goes_through_the_tabs(board: ServiceUnderTest) -> None:
    steps: Sequence[tuple[Told, tuple[str, str] | None]] = (
        ((registered("v1", "c1"), 1), ("reception", "registered")),
        ((assigned("v1", "c1", "supervisor"), 2), ("reception", "supervisor")),
        ((assigned("v1", "c1", "A"), 3), ("consultation", "waiting")),
        (
            (VisitVoided(branch=SH, visit="v1", customer="c1", released="A", reason="wrong", entry=2), 4),
            ("reception", "voided"),
        ),
        ((assigned("v1", "c1", "A"), 5), ("consultation", "waiting")),
        ((started("v1", "c1", "A"), 6), ("consultation", "in_consultation")),
        ((opened("g1", "c1", "v1"), 1), ("consultation", "in_consultation")),
        ((finished("v1", "c1", "A"), 7), ("payment", "due")),
        (
            (
                ChargePaid(
                    branch=SH,
                    charge="g1",
                    customer="c1",
                    visit="v1",
                    lines=(),
                    total=120000,
                    currency="CNY",
                    paid_at=NOW,
                ),
                3,
            ),
            ("treatment", "paid"),
        ),
        (
            (VisitStageChanged(branch=SH, visit="v1", customer="c1", stage="treatment", at=NOW), 8),
            ("treatment", "treatment"),
        ),
        ((VisitStageChanged(branch=SH, visit="v1", customer="c1", stage="leaving", at=NOW), 9), None),
    )
    for told, place in steps:
        deliver(board, told)
        assert places(board).get("v1") == place, told
    deliver(board, (registered("v2", "c2"), 1), (assigned("v2", "c2", "department:skin"), 2))
    assert places(board)["v2"] == ("treatment", "waiting")
    deliver(
        board,
        (
            TreatmentItemUsed(
                branch=SH,
                item="i",
                use="u",
                customer="c2",
                visit="v2",
                project="filler",
                department="skin",
                performer=None,
                left=0,
                used_at=NOW,
            ),
            2,
        ),
    )
    assert places(board)["v2"] == ("treatment", "treated")
    deliver(board, (registered("v3", "c3"), 1), (finished("v3", "c3", "A", "no_deal"), 4))
    assert "v3" not in places(board)


def test_a_scan_shows_its_customer_until_the_visit_is_there(board: ServiceUnderTest) -> None:
    deliver(board, (named("c1", "王小明"), 1), (booked("a1", "c1"), 1))
    assert places(board) == {"a1": ("appointments", "booked")}
    deliver(board, (scanned("c1", appointment="a1"), 1))
    [card] = shown(board)["cards"]
    assert (card["id"], card["tab"], card["state"], card["name"], card["appointment"]["id"]) == (
        "s1",
        "reception",
        "scanned",
        "王小明",
        "a1",
    )
    deliver(board, (registered("v1", "c1", appointment="a1", scan="s1"), 1))
    assert places(board) == {"v1": ("reception", "registered")}


def test_an_expected_customer_becomes_late_by_time_alone(board: ServiceUnderTest) -> None:
    deliver(board, (booked("a1", "c1", starts_at=minutes(-20), latest_arrival=minutes(-10)), 1))
    assert [card["flags"] for card in shown(board)["cards"]] == [["late"]]


def test_names_that_come_later_appear_everywhere(board: ServiceUnderTest) -> None:
    deliver(board, (registered("v1", "c1"), 1), (assigned("v1", "c1", "wang.li"), 2))
    [card] = shown(board)["cards"]
    assert (card["name"], card["to"]["name"], card["projects"][0]["zh"]) == (None, "wang.li", "filler")
    open_branches(board)
    account = {"name": "王丽", "roles": ["consultant"], "branches": [SH], "password": "correct horse"}
    assert board.as_("head_office").put("/api/gateway/staff/wang.li", account).status_code == 200
    assert shown(board)["cards"][0]["to"]["name"] == "王丽"
    before = shown(board)["sequence"]
    assert board.as_("head_office").put("/api/gateway/staff/wang.li", account).status_code == 200
    assert shown(board)["sequence"] == before  # what changes nothing is not announced


def test_a_visit_that_ended_does_not_hide_the_next_arrival(board: ServiceUnderTest) -> None:
    """Also where nobody let the visitor leave: a slip that arrives later, and a scan, are in the reception."""
    deliver(board, (registered("v1", "c1", scan="s0"), 1), (scanned("c1", "s0", device_time=minutes(-10)), 1))
    deliver(board, (finished("v1", "c1", "A", "no_deal"), 4), (booked("a1", "c1"), 1))
    assert places(board) == {"a1": ("appointments", "booked")}
    deliver(board, (arrived("a1", "c1", minutes(1)), 2))
    assert places(board) == {"a1": ("reception", "arrived")}
    deliver(board, (registered("v2", "c1", arrived_at=minutes(2)), 1))
    assert places(board) == {"v2": ("reception", "registered")}
    gone = VisitStageChanged(branch=SH, visit="v2", customer="c1", stage="leaving", at=minutes(3))
    deliver(board, (gone, 2))
    assert places(board) == {}
    deliver(board, (scanned("c1", "s2", device_time=minutes(4)), 1))
    assert places(board) == {"s2": ("reception", "scanned")}


def test_a_second_scan_during_a_visit_is_no_arrival_when_it_has_ended(board: ServiceUnderTest) -> None:
    deliver(board, (registered("v1", "c1"), 1), (scanned("c1", "s1", device_time=minutes(-5)), 1))
    deliver(board, (finished("v1", "c1", "A", "no_deal"), 4))
    assert places(board) == {}


def test_a_visitor_who_is_seen_in_another_branch_is_marked_in_the_first(board: ServiceUnderTest) -> None:
    deliver(board, (registered("v1", "c1"), 1), (assigned("v1", "c1", "A"), 2))
    deliver(board, (VisitSeenElsewhere(branch=SH, visit="v1", customer="c1", elsewhere="hz-01", at=NOW), 3))
    assert [(card["tab"], card["flags"]) for card in shown(board)["cards"]] == [("consultation", ["elsewhere"])]
    deliver(board, (started("v1", "c1", "A"), 4))
    assert shown(board)["cards"][0]["flags"] == []


def tidy(board: ServiceUnderTest) -> None:
    context = Context(actor=service_actor("device-gateway"), now=clock.now())
    with transaction(board.engine, board.service.unit_of_work, context) as uow:
        board.service.jobs[0].run(uow)


def test_what_is_open_or_unpaid_stays_past_midnight_until_it_is_settled(
    board: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days later too, when what it is made of would be forgotten; what is settled ends with its day."""
    deliver(board, (registered("v1", "c1"), 1), (assigned("v1", "c1", "A"), 2))
    deliver(board, (opened("g2", "c2", None), 1))
    deliver(board, (registered("v3", "c3"), 1), (opened("g3", "c3", "v3"), 1), (finished("v3", "c3", "A"), 4))
    deliver(board, (registered("v4", "c4"), 1), (opened("g4", "c4", "v4"), 1), (finished("v4", "c4", "A"), 4))
    deliver(board, (paid("g4", "c4", "v4"), 3))
    assert places(board)["v4"] == ("treatment", "paid")
    still = {"v1": ("consultation", "waiting"), "g2": ("payment", "due"), "v3": ("payment", "due")}
    for days in (1, 30):
        monkeypatch.setattr(clock, "now", lambda days=days: NOW + timedelta(days=days))
        tidy(board)
        assert places(board) == still
    deliver(board, (paid("g2", "c2", None), 3), (paid("g3", "c3", "v3"), 3))
    gone = VisitStageChanged(branch=SH, visit="v1", customer="c1", stage="leaving", at=clock.now())
    deliver(board, (gone, 3))
    assert places(board) == {}


def test_a_day_early_leaves_the_slip_expected_on_its_own_day(
    board: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = {"starts_at": minutes(24 * 60), "ends_at": minutes(24 * 60 + 30), "latest_arrival": minutes(24 * 60 + 5)}
    deliver(board, (booked("a1", "c1", **tomorrow), 1), (registered("v1", "c1", appointment="a1"), 1))
    gone = VisitStageChanged(branch=SH, visit="v1", customer="c1", stage="left", at=NOW)
    deliver(board, (gone, 2))
    assert places(board) == {}
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=12))
    assert places(board) == {"a1": ("appointments", "booked")}


def test_a_slip_whose_arrival_was_for_something_else_is_expected_again(board: ServiceUnderTest) -> None:
    again = AppointmentExpectedAgain(branch=SH, appointment="a1", customer="c1", reason="x")
    steps = ((booked("a1", "c1"), "booked"), (arrived("a1", "c1", minutes(-1)), "arrived"), (again, "booked"))
    for version, (event, state) in enumerate(steps, start=1):
        deliver(board, (event, version))
        assert [found for _, found in places(board).values()] == [state]
    assert [tab for tab, _ in places(board).values()] == ["appointments"]
