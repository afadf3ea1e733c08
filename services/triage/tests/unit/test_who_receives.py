"""T8-T21: who receives an arrival, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest
from triage_testing.desk import CHEN, JIANG, LIN, WU, Desk, passed, person, told

A, B, C = person("A"), person("B"), person("C")


# -- T8, T9: which project decides ---------------------------------------------


@pytest.mark.parametrize(
    ("said", "primary", "deciding"),
    [
        (["filler"], "filler", "filler"),
        (["laser", "breast"], "laser", "breast"),
        (["lipo", "breast"], "lipo", "breast"),  # several major: the first listed
        (["eyelid", "dental"], "dental", "dental"),  # none major: the primary
    ],
)
def test_t8_deciding_project(said: list[str], primary: str, deciding: str) -> None:
    decision = Desk(A).arrive("10:00", "v1", *said, primary=primary)
    assert decision.project == deciding


def test_t8_policy_list_of_major_projects() -> None:
    desk = Desk(A, policy={"major_projects": ["dental"]})
    assert desk.arrive("10:00", "v1", "breast", "dental").project == "dental"


@pytest.mark.parametrize(
    ("said", "noted", "receiver"),
    [
        ("filler", [], "jiang"),
        ("filler", ["laser"], "jiang"),  # the same class: what was said prevails
        ("filler", ["breast"], "lin"),  # higher, and outside the scope of jiang
        ("filler", ["dental"], "jiang"),
    ],
)
def test_t9_higher_project_in_the_notes(said: str, noted: list[str], receiver: str) -> None:
    decision = Desk(JIANG, LIN).arrive("10:00", "v1", said, notes_projects=noted)
    assert decision.to == receiver
    assert decision.differs is bool(noted)


def test_t9_notes_of_a_higher_class_earn_the_passed_one_a_credit() -> None:
    decision = Desk(JIANG, LIN).arrive("10:00", "v1", "filler", notes_projects=["breast"])
    assert passed(decision) == [("jiang", "scope", True)]
    assert "T9" in decision.rules


@pytest.mark.parametrize(
    ("policy", "receiver"),
    [("consultant", "both"), ("always", "surgeon"), ("never", "skin")],
)
def test_t9_policy_whom_the_notes_bind(policy: str, receiver: str) -> None:
    people = person("skin", ["laser"]), person("surgeon", ["eyelid"]), person("both")
    desk = Desk(*people, policy={"higher_notes": policy})
    assert desk.arrive("10:00", "v1", "laser", notes_projects=["eyelid"]).to == receiver


def test_t9_found_out_later_the_visitor_is_transferred() -> None:
    desk = Desk(JIANG, LIN)
    assert desk.arrive("10:00", "v1", "filler").to == "jiang"
    moved = desk.do("10:05", "notes_found", visit="v1", notes_projects=["breast"])[0]
    assert told(moved) == ("lin", "turn", True)
    assert moved.released is not None
    assert moved.released.consultant == "jiang"
    assert desk.counts == {"lin": 1}
    assert desk.owed == [("jiang", "scope")]


def test_t9_nothing_happens_when_the_scope_holds_it() -> None:
    desk = Desk(LIN, JIANG)
    desk.arrive("10:00", "v1", "filler")
    assert desk.do("10:05", "notes_found", visit="v1", notes_projects=["breast"]) == []


# -- T10-T12: department, owner, referral ----------------------------------------


@pytest.mark.parametrize("more", [{"klass": "recheck"}, {"klass": "other", "treat_now": True}])
def test_t10_to_the_department_of_the_deciding_item(more: dict[str, Any]) -> None:
    desk = Desk(A)
    decision = desk.arrive("10:00", "v1", "laser", "lipo", **more)
    assert told(decision) == ("department:plastic", "department", False)
    assert desk.pointer == "A"


def test_t10_without_a_project_the_supervisor_decides() -> None:
    assert Desk(A).arrive("10:00", "v1", klass="recheck").to == "supervisor"


@pytest.mark.parametrize("klass", ["return_visit", "repurchase"])
@pytest.mark.parametrize("status", ["idle", "busy"])
def test_t11_to_the_owner_whatever_the_scope_also_when_busy(klass: str, status: str) -> None:
    desk = Desk(LIN, JIANG, owners={"old": "jiang"})
    desk.status("09:00", "jiang", status)
    decision = desk.arrive("10:00", "v1", "breast", klass=klass, customer="old")
    assert told(decision) == ("jiang", "owner", False)
    assert desk.pointer == "lin"


@pytest.mark.parametrize(
    ("stand_in", "expected"),
    [
        (None, ("supervisor", "supervisor", False)),
        ("A", ("A", "stand_in", False)),
        ("C", ("supervisor", "supervisor", False)),  # named, but not at work either
    ],
)
def test_t11_owner_not_on_duty(stand_in: str | None, expected: tuple[str, str, bool]) -> None:
    desk = Desk(A, B, C, owners={"old": "B"})
    desk.status("09:00", "B", "leave")
    desk.status("09:00", "C", "out")
    named = {"stand_in": stand_in} if stand_in else {}
    decision = desk.arrive("10:00", "v1", "laser", klass="return_visit", customer="old", **named)
    assert told(decision) == expected
    assert decision.note_required is (expected[1] == "stand_in")
    assert "T11" in decision.rules
    assert desk.day.owners["old"] == "B"


def test_t11_no_owner_known_goes_as_a_first_visit() -> None:
    desk = Desk(A, B)
    assert told(desk.arrive("10:00", "v1", "laser", klass="return_visit")) == ("A", "turn", True)


def test_t11_the_arrival_may_name_the_owner() -> None:
    desk = Desk(A, B)
    assert desk.arrive("10:00", "v1", "laser", klass="repurchase", owner="B").to == "B"


def test_t5_who_answered_the_enquiry_receives_the_person_asked_for() -> None:
    desk = Desk(A, B)
    decision = desk.arrive("10:00", "v1", "laser", owner="B")
    assert told(decision) == ("B", "owner", False)
    assert "T5" in decision.rules


@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        ("idle", {}, ("B", "referral", False)),
        ("busy", {}, ("B", "referral", False)),
        ("off", {}, ("A", "turn", True)),
        ("off", {"stand_in": "C"}, ("C", "stand_in", False)),
    ],
)
def test_t12_referral(status: str, more: dict[str, Any], expected: tuple[str, str, bool]) -> None:
    desk = Desk(A, B, C, owners={"old": "B"})
    desk.status("09:00", "B", status)
    assert told(desk.arrive("10:00", "v1", "laser", referrer="old", **more)) == expected


def test_t12_referrer_not_found_goes_by_rotation() -> None:
    assert told(Desk(A, B).arrive("10:00", "v1", "laser", referrer="?")) == ("A", "turn", True)


def test_t12_with_a_stand_in_the_referrers_owner_becomes_the_owner() -> None:
    desk = Desk(A, B, owners={"old": "B"})
    desk.status("09:00", "B", "off")
    desk.arrive("10:00", "v1", "laser", customer="new", referrer="old", stand_in="A")
    desk.served("10:01", "v1")
    assert desk.day.owners["new"] == "B"


@pytest.mark.parametrize("klass", ["other", "recheck"])
def test_t12_is_for_first_visits_only(klass: str) -> None:
    desk = Desk(A, B, owners={"old": "B"})
    assert desk.arrive("10:00", "v1", "laser", klass=klass, referrer="old").to != "B"


# -- T13: designated projects -----------------------------------------------------


def test_t13_designated_take_turns_among_themselves() -> None:
    desk = Desk(A, CHEN, person("D", designated=["breast"]))
    got = []
    for n in range(3):
        got.append(told(desk.arrive("10:00", f"v{n}", "breast")))
        desk.served("10:00", f"v{n}")
    assert got == [(c, "designated", False) for c in ("chen", "D", "chen")]
    assert desk.pointer == "A"
    assert desk.counts == {}


@pytest.mark.parametrize(("status", "credit"), [("off", False), ("late", False), ("busy", True)])
def test_t13_passed_designated(status: str, credit: bool) -> None:
    desk = Desk(A, CHEN, person("D", designated=["breast"]))
    desk.status("09:00", "chen", status)
    decision = desk.arrive("10:00", "v1", "breast")
    assert told(decision) == ("D", "designated", False)
    assert passed(decision) == [("chen", "busy" if credit else "not_on_duty", credit)]
    assert desk.owed == ([("chen", "busy")] if credit else [])


def test_t13_none_can_receive_goes_by_rotation_and_counts() -> None:
    desk = Desk(A, CHEN)
    desk.status("09:00", "chen", "busy")
    decision = desk.arrive("10:00", "v1", "breast")
    assert told(decision) == ("A", "turn", True)
    assert passed(decision) == []


def test_t13_does_not_hold_for_other_visits() -> None:
    assert Desk(A, CHEN).arrive("10:00", "v1", "breast", klass="other").to == "A"


def test_t13_policy_designated_counts() -> None:
    desk = Desk(A, CHEN, policy={"designated_counts": True})
    assert told(desk.arrive("10:00", "v1", "breast")) == ("chen", "designated", True)
    assert desk.counts == {"chen": 1}


# -- T14-T17: credits, turns, swaps, passing ---------------------------------------


def test_t14_the_oldest_fitting_credit_first_and_the_pointer_stays() -> None:
    desk = Desk(JIANG, WU, LIN)
    desk.arrive("10:00", "v1", "breast")  # passes jiang
    desk.served("10:00", "v1")
    assert desk.pointer == "lin"
    decision = desk.arrive("10:01", "v2", "laser")
    assert told(decision) == ("jiang", "credit", True)
    assert decision.redeemed is not None
    assert decision.redeemed.visit == "v1"
    assert desk.pointer == "lin"
    assert desk.owed == []


def test_t14_a_credit_whose_holder_cannot_receive_waits() -> None:
    desk = Desk(JIANG, LIN)
    desk.arrive("10:00", "v1", "breast")
    desk.served("10:00", "v1")
    assert told(desk.arrive("10:01", "v2", "lipo"))[:2] == ("lin", "turn")
    assert desk.owed == [("jiang", "scope"), ("jiang", "scope")]  # T16: each miss its own


def test_t15_once_round_from_the_pointer() -> None:
    desk = Desk(A, B, C)
    got = []
    for n in range(4):
        got.append(desk.arrive("10:00", f"v{n}", "laser").to)
        desk.served("10:00", f"v{n}")
    assert got == ["A", "B", "C", "A"]
    assert desk.pointer == "B"


def desk_with_swap(*people: dict[str, Any]) -> Desk:
    """Let A wait too long with v1: B takes it and owes A a swap; both are free again."""
    desk = Desk(*people)
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:10", "tick")
    desk.served("10:10", "v1")
    return desk


def test_t15_a_swap_that_is_owed_goes_to_its_creditor() -> None:
    desk = desk_with_swap(A, B)
    assert desk.swaps == [("B", "A")]
    decision = desk.arrive("10:11", "v2", "laser")
    assert told(decision) == ("A", "swap", True)
    assert desk.pointer == "A"  # behind B, whose turn it was
    assert desk.swaps == []
    assert desk.counts == {"A": 1, "B": 1}


def test_t15_a_swap_waits_while_its_creditor_cannot_receive() -> None:
    desk = desk_with_swap(A, B)
    desk.status("10:11", "A", "busy")
    assert told(desk.arrive("10:12", "v2", "laser")) == ("B", "turn", True)
    assert desk.swaps == [("B", "A")]


@pytest.mark.parametrize(("status", "receiver"), [("idle", "A"), ("busy", "B")])
def test_t15_only_the_oldest_swap_counts(status: str, receiver: str) -> None:
    owed = [{"debtor": "B", "creditor": c, "visit": "v0"} for c in ("A", "C")]
    desk = Desk(A, B, C, carried={"first_visit": {"pointer": "B", "swaps": owed}})
    desk.status("09:00", "A", status)
    assert desk.arrive("10:00", "v1", "laser").to == receiver


@pytest.mark.parametrize(
    ("status", "scope", "reason", "credit"),
    [
        ("idle", ["filler"], "scope", True),
        ("busy", ["filler"], "scope", True),  # fitness before busyness
        ("busy", "*", "busy", True),
        ("out", "*", "not_on_duty", False),
        ("off", ["filler"], "not_on_duty", False),  # duty before fitness
        ("leave", "*", "not_on_duty", False),
        ("late", "*", "not_on_duty", False),
    ],
)
def test_t16_t17_who_is_passed_how(status: str, scope: Any, reason: str, credit: bool) -> None:
    desk = Desk(person("P", scope), LIN)
    desk.status("09:00", "P", status)
    decision = desk.arrive("10:00", "v1", "laser")
    assert decision.to == "lin"
    assert passed(decision) == [("P", reason, credit)]
    assert ("T16" in decision.rules, "T17" in decision.rules) == (credit, not credit)


def test_t16_barred_in_any_of_the_projects() -> None:
    decision = Desk(WU, LIN).arrive("10:00", "v1", "breast", "laser")
    assert passed(decision) == [("wu", "barred", True)]


def test_t16_engaged_is_busy() -> None:
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser")
    desk.arrive("10:01", "v2", "laser")
    decision = desk.arrive("10:02", "v3", "laser", soon=["B"])
    assert passed(decision) == [("A", "busy", True)]


def test_t17_not_at_the_post_when_called() -> None:
    decision = Desk(A, B).arrive("10:00", "v1", "laser", absent=["A"])
    assert decision.to == "B"
    assert passed(decision) == [("A", "not_on_duty", False)]


# -- T18-T21 -------------------------------------------------------------------------


def test_t18_soon_keeps_the_turn() -> None:
    desk = Desk(A, B)
    desk.status("09:00", "A", "busy")
    decision = desk.arrive("10:00", "v1", "laser", soon=["A"])
    assert told(decision) == ("A", "turn", True)
    assert "T18" in decision.rules


@pytest.mark.parametrize(
    ("shift", "at", "receiver"),
    [
        ("early", "08:29", "lin"),
        ("early", "08:30", "S"),
        ("early", "08:59", "S"),
        ("early", "09:00", "lin"),
        ("late", "17:59", "lin"),
        ("late", "18:00", "S"),
        ("late", "19:59", "S"),
        ("late", "20:00", "lin"),
        ("day", "08:45", "lin"),
        ("late", "08:45", "lin"),
    ],
)
def test_t19_waived_scope(shift: str, at: str, receiver: str) -> None:
    desk = Desk(person("S", ["filler"], shift=shift), LIN)
    decision = desk.arrive(at, "v1", "breast")
    assert decision.to == receiver
    assert ("T19" in decision.rules) is (receiver == "S")


def test_t19_barred_stays_barred() -> None:
    desk = Desk(person("S", ["filler"], shift="early", barred=["breast"]), LIN)
    assert passed(desk.arrive("08:45", "v1", "breast")) == [("S", "barred", True)]


def test_t20_other_has_its_own_lane_and_is_never_counted() -> None:
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser")
    desk.served("10:00", "v1")
    decision = desk.arrive("10:01", "v2", "laser", klass="other")
    assert told(decision) == ("A", "turn", False)
    assert "T20" in decision.rules
    assert desk.pointer == "B"
    assert desk.day.lanes["other"].pointer == "B"
    assert desk.counts == {"A": 1}


def test_t20_own_credits() -> None:
    desk = Desk(JIANG, LIN)
    desk.arrive("10:00", "v1", "breast", klass="other")
    assert [c.consultant for c in desk.day.lanes["other"].credits] == ["jiang"]
    assert desk.owed == []


def test_t21_nobody_can_receive() -> None:
    desk = Desk(JIANG, WU)
    desk.status("09:00", "wu", "busy")
    decision = desk.arrive("10:00", "v1", "breast")
    assert told(decision) == ("supervisor", "supervisor", False)
    assert passed(decision) == []
    assert (desk.pointer, desk.owed) == ("jiang", [])


def test_t21_the_supervisor_names_somebody() -> None:
    desk = Desk(JIANG, WU)
    desk.status("09:00", "wu", "busy")
    desk.arrive("10:00", "v1", "breast")
    named = desk.do("10:20", "supervisor_names", visit="v1", to="wu", by="boss", reason="all busy")
    assert told(named[0]) == ("wu", "supervisor", False)
    assert desk.do("10:21", "tick") == []  # the clock of the new one begins at its naming


def test_a_walk_in_without_a_project_fits_everybody() -> None:
    desk = Desk(person("N", [], barred=["laser"]), LIN)
    assert desk.arrive("10:00", "v1").to == "N"
