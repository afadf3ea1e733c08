"""Other clinics' choices: each a field of the policy, none a branch of its own."""

from __future__ import annotations

from typing import Any

import pytest
from triage.domain.errors import Unreadable
from triage.domain.model import Consultant
from triage.domain.policy.catalogue import decode_policy, encode_policy
from triage.domain.policy.policy import Policy
from triage.domain.roster.order import day_order
from triage_testing.desk import CHEN, JIANG, LIN, Desk, passed, person, told
from triage_testing.examples import EVERY_FIELD

A, B, C = person("A"), person("B"), person("C")


def test_every_field_can_be_written_and_read() -> None:
    policy = decode_policy(EVERY_FIELD)
    assert encode_policy(policy) == EVERY_FIELD
    assert set(EVERY_FIELD) == set(Policy.__dataclass_fields__)
    assert encode_policy(Policy()) == {}
    assert decode_policy({}) == Policy()


@pytest.mark.parametrize(
    "policy",
    [
        {"wait_limit": 10},
        {"wait_limit_minutes": -1},
        {"wait_limit_minutes": True},
        {"wait_limit_minutes": "10"},
        {"day_start": "middle"},
        {"lanes": [{"name": "x"}]},
        {"uses": {"owner": "twice"}},
        {"scope_waiver_windows": [{"start": "25:00", "end": "26:00"}]},
        [],
    ],
)
def test_a_wrong_policy_is_refused(policy: Any) -> None:
    with pytest.raises(Unreadable):
        decode_policy(policy)


def test_credit_reasons() -> None:
    desk = Desk(JIANG, LIN, policy={"credit_reasons": ["busy", "void"]})
    assert passed(desk.arrive("10:00", "v1", "breast")) == [("jiang", "scope", False)]
    assert desk.owed == []


@pytest.mark.parametrize(
    ("use", "counted", "pointer"),
    [("turn", False, "B"), ("count", True, "A"), ("both", True, "B"), ("neither", False, "A")],
)
def test_what_a_referral_uses_up(use: str, counted: bool, pointer: str) -> None:
    desk = Desk(A, B, policy={"uses": {"referral": use}}, owners={"old": "A"})
    decision = desk.arrive("10:00", "v1", "laser", referrer="old")
    assert (decision.basis, decision.counted, desk.pointer) == ("referral", counted, pointer)


def test_lanes_with_their_own_order() -> None:
    lanes = [
        {"name": "first_visit", "classes": ["first_visit"], "counted": True},
        {
            "name": "again",
            "classes": ["return_visit", "repurchase", "other"],
            "counted": False,
            "order": ["C", "B"],
        },
    ]
    desk = Desk(A, B, C, policy={"lanes": lanes})
    assert told(desk.arrive("10:00", "v1", "laser")) == ("A", "turn", True)
    assert told(desk.arrive("10:00", "v2", "laser", klass="other")) == ("C", "turn", False)
    assert told(desk.arrive("10:00", "v3", "laser", klass="repurchase")) == ("B", "turn", False)


@pytest.mark.parametrize(("minutes", "back"), [(5, True), (6, False)])
def test_who_leaves_soon_gives_the_turn_back(minutes: int, back: bool) -> None:
    desk = Desk(A, B, policy={"leaves_within_minutes": 5})
    desk.arrive("10:00", "v1", "laser")
    desk.do(f"10:0{minutes}", "leave", visit="v1", reason="no time")
    assert desk.owed == ([("A", "left")] if back else [])
    assert desk.counts == ({} if back else {"A": 1})


def test_who_leaves_by_the_book_gives_nothing_back() -> None:
    desk = Desk(A, B)
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:00", "leave", visit="v1")
    assert (desk.owed, desk.counts) == ([], {"A": 1})
    assert desk.arrive("10:01", "v2", "laser", soon=[]).to == "B"


def test_accept_within_minutes_then_the_next_then_the_supervisor() -> None:
    policy = {"accept_within_minutes": 2, "accept_total_minutes": 5}
    desk = Desk(A, B, C, policy=policy)
    desk.arrive("10:00", "v1", "laser")
    assert told(desk.do("10:02", "tick")[0]) == ("B", "turn", True)
    assert desk.counts == {"B": 1}
    assert told(desk.do("10:04", "tick")[0]) == ("C", "turn", True)
    assert desk.do("10:06", "tick")[0].to == "supervisor"
    assert (desk.counts, desk.owed) == ({}, [])


def test_who_accepts_keeps_the_visit() -> None:
    desk = Desk(A, B, policy={"accept_within_minutes": 2})
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:01", "accept", visit="v1")
    assert desk.do("10:05", "tick") == []


@pytest.mark.parametrize(
    ("fixed", "expected"),
    [
        (["C"], ("C", "source", False)),
        (["D", "C"], ("C", "source", False)),  # D is out
        (["D"], ("A", "turn", True)),
        (["D", "supervisor"], ("supervisor", "supervisor", False)),
    ],
)
def test_sources_go_to_fixed_people(fixed: list[str], expected: tuple[str, str, bool]) -> None:
    desk = Desk(A, B, C, person("D"), policy={"sources": {"vip": fixed}})
    desk.status("09:00", "D", "out")
    assert told(desk.arrive("10:00", "v1", "laser", source="vip")) == expected


@pytest.mark.parametrize(("givers", "counts", "swaps"), [(True, {"A": 1}, []), (False, {"B": 1}, [("B", "A")])])
def test_transfer_uses_the_givers_turn(givers: bool, counts: dict[str, int], swaps: list[tuple[str, str]]) -> None:
    desk = Desk(A, B, policy={"transfer_uses_givers_turn": givers})
    desk.arrive("10:00", "v1", "laser")
    assert desk.do("10:10", "tick")[0].to == "B"
    assert (desk.counts, desk.swaps) == (counts, swaps)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("11:59", ("A", "turn", True)),
        ("12:00", ("C", "duty", False)),
        ("13:00", ("A", "turn", True)),
    ],
)
def test_duty_consultant_at_certain_hours(at: str, expected: tuple[str, str, bool]) -> None:
    duty = [{"consultant": "C", "start": "12:00", "end": "13:00"}]
    desk = Desk(A, B, C, policy={"duty": duty})
    assert told(desk.arrive(at, "v1", "laser")) == expected


@pytest.mark.parametrize(("outside", "expected"), [(True, ("C", "named", False)), (False, ("A", "turn", True))])
def test_asked_for_by_name(outside: bool, expected: tuple[str, str, bool]) -> None:
    desk = Desk(A, B, C, policy={"named_request_outside_rotation": outside})
    assert told(desk.arrive("10:00", "v1", "laser", requested="C")) == expected
    assert desk.pointer == ("A" if outside else "B")


def test_first_visit_to_owner_can_be_switched_off() -> None:
    desk = Desk(A, B, policy={"first_visit_to_owner": False})
    assert told(desk.arrive("10:00", "v1", "laser", owner="B")) == ("A", "turn", True)


def test_no_windows_no_waiver() -> None:
    desk = Desk(person("S", ["filler"], shift="early"), LIN, policy={"scope_waiver_windows": []})
    assert desk.arrive("08:45", "v1", "breast").to == "lin"


def test_designated_may_use_a_turn_only() -> None:
    desk = Desk(A, CHEN, C, policy={"uses": {"designated": "turn"}})
    assert told(desk.arrive("10:00", "v1", "breast")) == ("chen", "designated", False)
    assert desk.pointer == "C"


TEAM = [
    Consultant(id="A", shift="late"),
    Consultant(id="B", shift="late"),
    Consultant(id="C", shift="early"),
    Consultant(id="D", shift="early"),
]


@pytest.mark.parametrize(
    ("policy", "check_ins", "by_hand", "order"),
    [
        ({}, {}, [], "ABCD"),
        ({"order_by": "check_in"}, {"D": 100, "B": 50}, [], "BDAC"),
        ({"order_by": "hand"}, {}, ["C", "A"], "CABD"),
        ({"reserved_places": {"early": [1]}}, {}, [], "CABD"),
        ({"reserved_places": {"early": [2, 4]}}, {}, [], "ACBD"),
        ({"reserved_places": {"early": [3, 4]}}, {}, [], "ABCD"),
        ({"reserved_places": {"late": [3, 4]}}, {}, [], "CDAB"),
        ({"reserved_places": {"night": [1]}}, {}, [], "ABCD"),
        ({"reserved_places": {"early": [1, 2, 3]}}, {}, [], "CDAB"),
    ],
)
def test_order_of_the_day(policy: dict[str, Any], check_ins: dict[str, int], by_hand: list[str], order: str) -> None:
    assert "".join(day_order(decode_policy(policy), TEAM, check_ins, by_hand)) == order


def test_order_by_check_in_with_places_kept_for_a_shift() -> None:
    policy = decode_policy({"order_by": "check_in", "reserved_places": {"early": [1, 3]}})
    assert "".join(day_order(policy, TEAM, {"B": 10, "D": 20, "A": 30, "C": 40})) == "DBCA"


@pytest.mark.parametrize(
    ("reason", "status", "people", "projects"),
    [
        ("scope", "idle", [JIANG, LIN], ["breast"]),
        ("barred", "idle", [person("jiang", barred=["laser"]), LIN], ["laser"]),
        ("busy", "busy", [person("jiang"), LIN], ["laser"]),
        ("not_on_duty", "out", [person("jiang"), LIN], ["laser"]),
    ],
)
@pytest.mark.parametrize("made_up", [True, False])
def test_credit_or_none_per_reason_of_a_miss(
    reason: str, status: str, people: list[dict[str, Any]], projects: list[str], made_up: bool
) -> None:
    every = ["scope", "barred", "busy", "void", "referral", "left"]
    desk = Desk(*people, policy={"credit_reasons": [one for one in every if made_up or one != reason]})
    desk.status("09:00", "jiang", status)
    owed = made_up and reason != "not_on_duty"
    assert passed(desk.arrive("10:00", "v1", *projects)) == [("jiang", reason, owed)]
    assert desk.owed == ([("jiang", reason)] if owed else [])


@pytest.mark.parametrize(("made_up", "owed"), [(True, [("A", "void")]), (False, [])])
def test_credit_or_none_for_a_void(made_up: bool, owed: list[tuple[str, str]]) -> None:
    desk = Desk(A, B, policy={"credit_reasons": ["void"] if made_up else []})
    desk.arrive("10:00", "v1", "laser")
    desk.do("10:01", "void", visit="v1", reason="mistake")
    assert (desk.owed, desk.counts) == (owed, {})


KINDS: dict[str, dict[str, Any]] = {
    "owner": {"klass": "repurchase", "customer": "mine"},
    "stand_in": {"klass": "repurchase", "customer": "outs", "stand_in": "A"},
    "referral": {"referrer": "mine"},
    "designated": {},
    "named": {"requested": "A"},
    "source": {"source": "vip"},
    "duty": {},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("use", "counted", "pointer"),
    [("turn", False, "B"), ("count", True, "A"), ("both", True, "B"), ("neither", False, "A")],
)
def test_what_each_kind_outside_the_rotation_uses_up(kind: str, use: str, counted: bool, pointer: str) -> None:
    desk = Desk(
        {**A, "designated": ["breast"]},
        B,
        C,
        policy={
            "uses": {kind: use},
            "named_request_outside_rotation": True,
            "sources": {"vip": ["A"]},
            "duty": [{"consultant": "A", "start": "11:00", "end": "12:00"}],
        },
        owners={"mine": "A", "outs": "C"},
    )
    desk.status("09:00", "C", "out")
    project = "breast" if kind == "designated" else "laser"
    at = "11:30" if kind == "duty" else "10:00"
    decision = desk.arrive(at, "v1", project, **KINDS[kind])
    assert (decision.to, decision.basis, decision.counted, desk.pointer) == ("A", kind, counted, pointer)
    assert desk.counts == ({"A": 1} if counted else {})


@pytest.mark.parametrize(
    ("givers", "counts", "owed"), [(True, {"jiang": 1}, []), (False, {"lin": 1}, [("jiang", "scope")])]
)
def test_a_transfer_found_later_uses_the_givers_turn(
    givers: bool, counts: dict[str, int], owed: list[tuple[str, str]]
) -> None:
    desk = Desk(JIANG, LIN, policy={"transfer_uses_givers_turn": givers})
    desk.arrive("10:00", "v1", "filler")
    assert desk.do("10:01", "notes_found", visit="v1", notes_projects=["breast"])[0].to == "lin"
    assert (desk.counts, desk.owed) == (counts, owed)


def test_lanes_are_independent_also_in_their_credits() -> None:
    lanes = [
        {"name": "first_visit", "classes": ["first_visit", "other"], "counted": True, "order": ["A", "B"]},
        {"name": "surgeons", "classes": ["return_visit", "repurchase"], "counted": False, "order": ["S", "B"]},
    ]
    desk = Desk(A, B, person("S", ["breast"]), policy={"lanes": lanes})
    decision = desk.arrive("10:00", "v1", "laser", klass="repurchase")
    assert (decision.to, passed(decision)) == ("B", [("S", "scope", True)])
    assert (desk.owed, desk.pointer) == ([], "A")
    assert [credit.consultant for credit in desk.day.lanes["surgeons"].credits] == ["S"]
    assert told(desk.arrive("10:01", "v2", "breast")) == ("A", "turn", True)  # S's credit is no first visit
    assert told(desk.arrive("10:02", "v3", "breast", klass="return_visit")) == ("S", "credit", False)
