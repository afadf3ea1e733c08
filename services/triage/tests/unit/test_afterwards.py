"""T22-T28, T7 and ownership: what happens after the assignment."""

from __future__ import annotations

from typing import Any

import pytest
from triage.domain.errors import (
    ConsultantNotOnDuty,
    FinishedConsultation,
    IllegalStage,
    OverrideNeedsReason,
    TimeBackwards,
    TriageError,
    UnknownConsultant,
    UnknownProject,
    UnknownVisit,
    VisitExists,
)
from triage.domain.rotation.beginning import carry_over
from triage_testing.desk import CHEN, JIANG, LIN, WU, Desk, person, told

A, B, C = person("A"), person("B"), person("C")


# -- T22, T23: the wait ---------------------------------------------------------------


@pytest.mark.parametrize(("at", "moved"), [("10:09", False), ("10:10", True), ("10:11", True)])
def test_t22_the_limit_counts_when_reached(at: str, moved: bool) -> None:
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser")
    assert bool(desk.do(at, "tick")) is moved


def test_t22_counted_for_the_new_one_who_owes_a_swap() -> None:
    desk = Desk(A, B, C)
    desk.arrive("10:00", "v1", "laser")
    decision = desk.do("10:10", "tick")[0]
    assert told(decision) == ("B", "turn", True)
    assert decision.released is not None
    assert not decision.released.credit
    assert (desk.counts, desk.swaps, desk.owed) == ({"B": 1}, [("B", "A")], [])
    assert desk.pointer == "B"  # unmoved


def test_t22_once_per_visit() -> None:
    desk = Desk(A, B, C)
    desk.arrive("10:00", "v1", "laser")
    assert len(desk.do("10:10", "tick")) == 1
    assert desk.do("10:40", "tick") == []


def test_t22_skips_the_busy_even_if_soon_and_the_unfit() -> None:
    desk = Desk(LIN, JIANG, WU, C)
    desk.status("09:00", "wu", "busy")
    desk.arrive("10:00", "v1", "breast", soon=["wu"])
    assert desk.do("10:10", "tick")[0].to == "C"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("supervisor", "supervisor", False)),
        ({"online_consultant": "net-1"}, ("online:net-1", "online_consultant", False)),
    ],
)
def test_t22_nobody_idle(more: dict[str, Any], expected: tuple[str, str, bool]) -> None:
    desk = Desk(A)
    desk.arrive("10:00", "v1", "laser", **more)
    assert told(desk.do("10:10", "tick")[0]) == expected
    assert (desk.counts, desk.owed) == ({}, [])


@pytest.mark.parametrize(
    ("projects", "more"),
    [
        (["laser"], {"referrer": "old"}),
        (["breast"], {}),  # designated
        (["laser"], {"klass": "other"}),
    ],
)
def test_t22_uncounted_visits_bring_no_swap_and_no_count(projects: list[str], more: dict[str, Any]) -> None:
    desk = Desk(A, CHEN, C, owners={"old": "chen"})
    first = desk.arrive("10:00", "v1", *projects, **more)
    decision = desk.do("10:10", "tick")[0]
    assert decision.to not in {first.to, "supervisor"}
    assert told(decision)[1:] == ("turn", False)
    assert (desk.counts, desk.swaps) == ({}, [])


def test_t22_due_waits_come_before_the_event_in_order_of_arrival() -> None:
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser")
    desk.arrive("10:00", "v2", "laser")
    made = desk.do("10:15", "start", visit="v1")
    assert [d.visit for d in made] == ["v1", "v2"]


def test_t22_start_stops_the_clock() -> None:
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:09", "start", visit="v1")
    assert desk.do("10:30", "tick") == []


def test_t22_objection_before_the_limit() -> None:
    desk = Desk(A, B, C)
    desk.arrive("10:00", "v1", "laser", customer="new")
    desk.do("10:05", "objects", visit="v1", stand_in="C")
    decision = desk.do("10:10", "tick")[0]
    assert (decision.to, decision.basis) == ("C", "stand_in")
    assert (desk.counts, desk.swaps) == ({"A": 1}, [])
    assert desk.day.owners["new"] == "A"


def test_t22_objection_after_the_move() -> None:
    desk = Desk(A, B, C)
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:10", "tick")
    decision = desk.do("10:11", "objects", visit="v1", stand_in="C")[0]
    assert (decision.to, decision.basis) == ("C", "stand_in")
    assert (desk.counts, desk.swaps) == ({"A": 1}, [])


@pytest.mark.parametrize("owner_status", ["idle", "off"])
def test_t23_the_supervisor_stands_in(owner_status: str) -> None:
    desk = Desk(A, B, C, owners={"old": "B"})
    desk.status("09:00", "B", owner_status)
    desk.arrive("10:00", "v1", "laser", klass="repurchase", customer="old", stand_in="C")
    decision = desk.do("10:10", "tick")[0]
    assert told(decision) == ("supervisor", "supervisor", False)
    assert "T23" in decision.rules
    assert desk.day.owners["old"] == "B"


# -- T24: void and retriage -------------------------------------------------------------


def test_t24_a_counted_visit_comes_back_as_a_credit() -> None:
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser")
    decision = desk.do("10:01", "void", visit="v1", reason="wrong consultant")[0]
    assert told(decision) == (None, "void", False)
    assert decision.released is not None
    assert decision.released.credit
    assert (desk.counts, desk.owed, desk.pointer) == ({}, [("A", "void")], "B")


def test_t24_an_uncounted_visit_earns_no_credit() -> None:
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser", klass="other")
    decision = desk.do("10:01", "void", visit="v1", reason="wrong consultant")[0]
    assert decision.released is not None
    assert not decision.released.credit
    assert desk.day.lanes["other"].credits == ()


def test_t24_retriage_leaves_out_whom_it_was_voided_from() -> None:
    desk = Desk(A, B, C)
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:01", "void", visit="v1", reason="wrong consultant")
    decision = desk.do("10:02", "retriage", visit="v1")[0]
    assert told(decision) == ("B", "turn", True)
    assert decision.passed == ()
    assert desk.owed == [("A", "void")]  # kept: A's credit was not for this visit
    assert "T24" in decision.rules


def test_t24_the_clock_runs_anew_from_the_retriage() -> None:
    desk = Desk(A, B, C)
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:01", "void", visit="v1", reason="wrong consultant")
    desk.do("10:08", "retriage", visit="v1")
    assert desk.do("10:17", "tick") == []
    assert desk.do("10:18", "tick")[0].to == "C"


@pytest.mark.parametrize(("left_out", "receiver"), [(False, "A"), (True, "supervisor")])
def test_t24_policy_whether_t22_may_bring_it_back(left_out: bool, receiver: str) -> None:
    desk = Desk(A, B, policy={"voided_left_out_of_moves": left_out})
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:01", "void", visit="v1", reason="wrong consultant")
    desk.do("10:02", "retriage", visit="v1")
    assert desk.do("10:12", "tick")[0].to == receiver


def test_t24_a_finished_consultation_cannot_be_voided() -> None:
    desk = Desk(A)
    desk.arrive("10:00", "v1", "laser")
    desk.served("10:01", "v1")
    with pytest.raises(FinishedConsultation):
        desk.do("10:02", "void", visit="v1", reason="too late")


# -- T12 found later, T25, T26 --------------------------------------------------------------


def test_t12_referrer_found_after_the_assignment() -> None:
    desk = Desk(A, B, owners={"old": "B"})
    desk.arrive("10:00", "v1", "laser")
    decision = desk.do("10:03", "referrer_found", visit="v1", referrer="old")[0]
    assert told(decision) == ("B", "referral", False)
    assert decision.released is not None
    assert decision.released.credit
    assert (desk.counts, desk.owed) == ({}, [("A", "referral")])


@pytest.mark.parametrize(("owner", "status"), [("A", "idle"), ("B", "off")], ids=["the same", "not on duty"])
def test_t12_referrer_found_changes_nothing(owner: str, status: str) -> None:
    desk = Desk(A, B, owners={"old": owner})
    desk.status("09:00", owner if status == "off" else "B", status)
    desk.arrive("10:00", "v1", "laser")
    assert desk.do("10:03", "referrer_found", visit="v1", referrer="old") == []


def test_t25_treatment_after_consultation_and_back() -> None:
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser", customer="new")
    desk.served("10:01", "v1")
    there = desk.do("10:30", "second_triage", visit="v1", treatment=True)[0]
    assert told(there) == ("department:skin", "department", False)
    back = desk.do("11:00", "second_triage", visit="v1", treatment=False)[0]
    assert told(back) == ("A", "owner", False)
    assert desk.counts == {"A": 1}
    assert "T25" in back.rules


def test_t25_what_the_visit_was_counted_for_is_settled() -> None:
    """A second triage counts for nobody, and a wait in it moves the visitor without touching a count."""
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser", customer="new")
    desk.do("10:01", "finish", visit="v1", outcome="no_deal")
    desk.status("10:02", "A", "off")
    again = desk.do("10:05", "second_triage", visit="v1", treatment=False)[0]
    assert not again.counted
    desk.status("10:06", "A", "idle")
    desk.do("10:20", "tick")
    assert desk.counts == {"A": 1}
    assert desk.day.lanes["first_visit"].swaps == ()


@pytest.mark.parametrize("again", [False, True])
def test_t26_existing_customer_the_supervisor_names(again: bool) -> None:
    desk = Desk(A, B, owners={"old": "A"})
    desk.arrive("10:00", "v1", "laser", klass="repurchase", customer="old")
    wish = {"visit": "v1", "by": "supervisor", "reason": "customer's wish"}
    decision = desk.do("10:01", "change_consultant", to="B", **wish)[0]
    assert told(decision) == ("B", "change", False)
    assert desk.day.owners["old"] == "B"
    if again:  # once more asking for the old one does not move it back
        desk.served("10:02", "v1")
        desk.arrive("11:00", "v2", "laser", klass="repurchase", customer="old")
        assert desk.day.visits["v2"].to == "B"


def test_t26_existing_customer_nobody_named_yet() -> None:
    desk = Desk(A, B, owners={"old": "A"})
    desk.arrive("10:00", "v1", "laser", klass="repurchase", customer="old")
    decision = desk.do("10:01", "change_consultant", visit="v1", reason="customer's wish")[0]
    assert decision.to == "supervisor"
    assert desk.day.owners["old"] == "A"


def test_t26_new_customer_next_by_rotation_and_counted_twice() -> None:
    desk = Desk(A, B, C, owners={"old": "A"})
    desk.arrive("10:00", "v1", "laser", customer="new")
    decision = desk.do("10:01", "change_consultant", visit="v1", reason="customer's wish")[0]
    assert told(decision) == ("B", "change", True)
    assert (desk.counts, desk.owed) == ({"A": 1, "B": 1}, [])
    assert desk.day.owners["new"] == "B"


# -- T7, T27, T28, ownership --------------------------------------------------------------------


@pytest.mark.parametrize(("keeps", "counts"), [(True, {"A": 1}), (False, {})])
def test_t7_cannot_be_done_here_no_make_up(keeps: bool, counts: dict[str, int]) -> None:
    desk = Desk(A, B, policy={"reclassified_keeps_count": keeps})
    desk.arrive("10:00", "v1", "laser")
    changed = {"class": "other", "reason": "cannot be done here"}
    desk.do("10:05", "reclassify", visit="v1", **changed)
    assert desk.day.visits["v1"].klass == "other"
    assert desk.day.visits["v1"].to == "A"
    assert (desk.counts, desk.owed) == (counts, [])


@pytest.mark.parametrize("policy", [{}, {"credit_reasons": ["busy", "not_on_duty"]}])
def test_t27_missed_while_away_is_never_made_up(policy: dict[str, Any]) -> None:
    desk = Desk(A, B, policy=policy)
    desk.status("09:00", "A", "out")
    desk.arrive("10:00", "v1", "laser")
    desk.served("10:00", "v1")
    desk.status("10:01", "A", "idle")
    assert desk.owed == []
    assert desk.arrive("10:02", "v2", "laser").basis == "turn"


@pytest.mark.parametrize(
    ("day_start", "order", "pointer"),
    [
        ("continue", ["A", "B", "C"], "B"),
        ("continue", ["A", "C"], "C"),  # B does not work: the next who does
        ("top", ["A", "B", "C"], None),
    ],
)
def test_t28_where_the_pointer_begins(day_start: str, order: list[str], pointer: str | None) -> None:
    desk = Desk(A, B, C, policy={"day_start": day_start})
    desk.arrive("10:00", "v1", "laser")
    assert carry_over(desk.day, "2026-11-22", order)["first_visit"].pointer == pointer


@pytest.mark.parametrize(
    ("policy", "date", "kept"),
    [
        ({}, "2026-11-30", True),
        ({}, "2026-12-01", False),
        ({"credit_carry_over": False}, "2026-11-22", False),
    ],
)
def test_t28_credits_live_until_the_months_end(policy: dict[str, Any], date: str, kept: bool) -> None:
    desk = Desk(JIANG, LIN, policy=policy)
    desk.arrive("10:00", "v1", "breast")
    carried = carry_over(desk.day, date, ["jiang", "lin"])["first_visit"].credits
    assert bool(carried) is kept


@pytest.mark.parametrize(
    ("more", "owner"),
    [
        ({}, "A"),
        ({"referrer": "old"}, "B"),
        ({"klass": "other"}, None),
        ({"klass": "recheck"}, None),
        ({"klass": "return_visit"}, "A"),
    ],
)
def test_who_starts_becomes_the_owner(more: dict[str, Any], owner: str | None) -> None:
    desk = Desk(A, B, owners={"old": "B"})
    desk.arrive("10:00", "v1", "laser", customer="new", **more)
    assert desk.day.owners.get("new") is None
    desk.do("10:01", "start", visit="v1")
    assert desk.day.owners.get("new") == owner


def test_a_supervisor_moves_an_owner() -> None:
    desk = Desk(A, B, owners={"old": "A"})
    desk.do("10:00", "move_owner", customer="old", to="B", by="boss", reason="A left us")
    assert desk.day.owners["old"] == "B"


def test_order_by_hand_keeps_the_pointer_with_its_consultant() -> None:
    desk = Desk(A, B, C)
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:01", "reorder", order=["C", "B", "A"], reason="meeting")
    assert desk.pointer == "B"
    desk.do("10:02", "reorder", order=["C", "A"], reason="B went home")
    assert desk.pointer == "A"


def test_a_consultant_joins_during_the_day() -> None:
    desk = Desk(A)
    desk.do("10:00", "set_consultant", consultant="Z", shift="late", scope=["laser"])
    desk.do("10:00", "status", consultant="Z", status="idle")
    desk.do("10:00", "reorder", order=["Z", "A"], reason="checked in")
    assert desk.arrive("10:01", "v1", "laser").to == "A"
    assert desk.arrive("10:02", "v2", "laser").to == "Z"


def test_the_day_learns_owners_and_projects() -> None:
    desk = Desk(A, B)
    desk.do("10:00", "owner_known", customer="old", owner="B")
    desk.do("10:00", "set_project", project="implant", major=True, department="dental")
    assert desk.arrive("10:01", "v1", "laser", referrer="old").to == "B"
    assert desk.arrive("10:02", "v2", "laser", "implant", klass="recheck").project == "implant"


VISIT = {"visit": "v1"}


@pytest.mark.parametrize(
    ("kind", "fields", "error"),
    [
        ("start", {"visit": "v9"}, UnknownVisit),
        ("retriage", VISIT, IllegalStage),
        ("arrive", {**VISIT, "customer": "c", "class": "other"}, VisitExists),
        ("arrive", {"visit": "v2", "customer": "c", "class": "other", "projects": ["x"]},
         UnknownProject),
        ("arrive", {"visit": "v2", "customer": "c", "class": "other", "soon": ["x"]},
         UnknownConsultant),
        ("arrive", {"visit": "v2", "customer": "c", "class": "other", "owner": "x"},
         UnknownConsultant),
        ("status", {"consultant": "x", "status": "idle"}, UnknownConsultant),
        ("change_consultant", {**VISIT, "to": "C", "reason": "wish"}, ConsultantNotOnDuty),
        ("change_consultant", {**VISIT, "to": "A", "reason": "wish"}, IllegalStage),
        ("change_consultant", {**VISIT, "to": "x", "reason": "wish"}, UnknownConsultant),
        ("void", {**VISIT, "reason": " "}, OverrideNeedsReason),
        ("supervisor_names", {**VISIT, "to": "B", "by": "boss", "reason": ""},
         OverrideNeedsReason),
        ("move_owner", {"customer": "c", "to": "B", "by": "boss", "reason": ""},
         OverrideNeedsReason),
        ("reorder", {"order": ["A", "A"], "reason": "r"}, TriageError),
        ("reclassify", {**VISIT, "class": "other", "reason": ""}, OverrideNeedsReason),
    ],
)  # fmt: skip
def test_refused_and_nothing_happened(kind: str, fields: dict[str, Any], error: type[TriageError]) -> None:
    desk = Desk(A, B, C)
    desk.status("09:00", "C", "off")
    desk.arrive("10:00", "v1", "laser")
    before = desk.day
    with pytest.raises(error):
        desk.do("10:01", kind, **fields)
    assert desk.day is before


def test_time_does_not_go_backwards() -> None:
    desk = Desk(A)
    desk.do("10:00", "tick")
    with pytest.raises(TimeBackwards):
        desk.do("09:59", "tick")
