"""What would have happened: a day once more under another policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from triage.domain.errors import IllegalDay
from triage.domain.events import Event
from triage.domain.ledger.codec import decode_beginning, decode_event
from triage.domain.ledger.trial import Trial, try_policy
from triage.domain.policy.catalogue import decode_policy
from triage.domain.policy.reading import all_fields
from triage.domain.rotation.explain import Names
from triage.script.replay import parse, run
from triage_testing.desk import JIANG, LIN, Desk, person
from triage_testing.random_days import random_script

A, B, C = person("A"), person("B"), person("C")
SEEDS = st.integers(min_value=0, max_value=2**32)


class Played(Desk):
    """A desk that remembers its events, to try another policy on them."""

    def __init__(self, *people: dict[str, Any], **head: Any) -> None:
        super().__init__(*people, **head)
        self.events: list[Event] = []

    def do(self, at: str, kind: str, **fields: Any) -> Any:
        made = super().do(at, kind, **fields)
        self.events.append(decode_event({"at": at, "type": kind, **fields}))
        return made

    def under(self, **fields: Any) -> Trial:
        policy = decode_policy({**all_fields(self.given.policy), **fields})
        return try_policy(self.given, self.events, policy, Names(people={"A": "安"}))


def went(trial: Trial) -> dict[str, tuple[Any, Any]]:
    return {one.visit: (one.before and one.before.to, one.after and one.after.to) for one in trial.visits}


def counts(trial: Trial) -> dict[str, tuple[int, int]]:
    return {one.consultant: (one.before, one.after) for one in trial.counts}


def owed(credits_: Sequence[Any]) -> list[tuple[str, str]]:
    return [(one.credit.consultant, one.credit.reason.value) for one in credits_]


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_same_policy_makes_no_difference(seed: int) -> None:
    script = random_script(seed)
    given_, events = decode_beginning(script), parse(script).events
    trial = try_policy(given_, events, given_.policy)
    assert trial.same
    assert (trial.changed, trial.visits, trial.left_out, trial.not_shown) == ((), (), (), ())
    assert all(one.before == one.after for one in trial.counts)
    assert trial.credits_before == trial.credits_after


FIELDS: list[dict[str, Any]] = [
    {"wait_limit_minutes": 5},
    {"wait_limit_minutes": 45},
    {"credit_reasons": []},
    {"uses": {"referral": "both", "owner": "turn", "designated": "count", "stand_in": "both"}},
    {"transfer_uses_givers_turn": True},
    {"accept_within_minutes": 2, "accept_total_minutes": 6},
    {"higher_notes": "always", "class_order": ["dental", "skin"]},
    {"first_visit_to_owner": False, "voided_left_out_of_moves": True},
    {"reserved_places": {"late": [1, 3]}, "scope_waiver_windows": []},
    {"duty": [{"consultant": "A", "start": "09:00", "end": "12:00"}], "major_projects": ["laser"]},
    {
        "lanes": [
            {"name": "again", "classes": ["return_visit", "repurchase", "other"], "counted": True, "order": ["B"]},
            {"name": "new", "classes": ["first_visit"], "counted": False, "order": ["B", "A"]},
        ]
    },
]


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4))
def test_any_policy_can_be_tried_on_any_day(seed: int, chosen: list[dict[str, Any]]) -> None:
    script = random_script(seed)
    given_, parsed = decode_beginning(script), parse(script)
    fields = {name: value for some in chosen for name, value in some.items()}
    trial = try_policy(given_, parsed.events, decode_policy({**all_fields(given_.policy), **fields}))
    day, _ = run(parsed)
    assert {one.consultant: one.before for one in trial.counts if one.consultant in day.counts} == day.counts
    assert [one.credit for one in trial.credits_before] == [c for lane in day.lanes.values() for c in lane.credits]
    assert all(one.after >= 0 for one in trial.counts)
    assert [one.place for one in trial.left_out] == sorted({one.place for one in trial.left_out})
    assert {change.field for change in trial.changed} <= set(fields)


def test_a_day_without_credits_for_a_busy_consultant() -> None:
    desk = Played(A, B)
    desk.status("09:00", "A", "busy")
    desk.arrive("09:05", "v1", "laser")
    desk.served("09:06", "v1")
    desk.status("09:10", "A", "idle")
    desk.arrive("09:15", "v2", "laser")
    trial = desk.under(credit_reasons=["scope"])
    assert [change.field for change in trial.changed] == ["credit_reasons"]
    assert went(trial) == {"v1": ("B", "B"), "v2": ("A", "A")}
    second = trial.visits[1]
    assert second.before is not None
    assert second.after is not None
    assert (second.before.basis, second.after.basis) == ("credit", "turn")
    assert (second.before.counted, second.after.counted) == (True, True)
    assert second.after.rules == ("T15",)
    assert "安" in second.after.why.zh
    assert "make-up" in second.before.why.en
    assert not trial.same


def test_counts_and_open_credits_before_and_after() -> None:
    desk = Played(JIANG, LIN)
    desk.arrive("09:05", "v1", "breast")
    trial = desk.under(credit_reasons=[])
    assert counts(trial) == {"jiang": (0, 0), "lin": (1, 1)}
    assert (owed(trial.credits_before), owed(trial.credits_after)) == ([("jiang", "scope")], [])


def test_a_shorter_limit_takes_effect_at_its_minute() -> None:
    desk = Played(A, B, C)
    desk.arrive("09:00", "v1", "laser")
    desk.status("09:07", "B", "busy")
    desk.do("09:08", "start", visit="v1")
    trial = desk.under(wait_limit_minutes=5)
    assert went(trial) == {"v1": ("A", "B")}
    [one] = trial.visits
    assert one.after is not None
    assert [(turn.at, turn.to) for turn in one.after.turns] == [(9 * 3600, "A"), (9 * 3600 + 300, "B")]
    assert counts(trial) == {"A": (1, 0), "B": (0, 1), "C": (0, 0)}


def test_the_same_move_minutes_earlier_is_a_difference() -> None:
    desk = Played(A, B)
    desk.arrive("09:00", "v1", "laser")
    desk.do("09:10", "tick")
    desk.do("09:30", "tick")
    assert went(desk.under(wait_limit_minutes=5)) == {"v1": ("B", "B")}
    assert went(desk.under(leaves_within_minutes=5)) == {}


def test_who_is_silent_is_asked_no_further_when_the_total_limit_is_reached() -> None:
    desk = Played(A, B, C)
    desk.arrive("09:00", "v1", "laser")
    desk.do("09:30", "tick")
    trial = desk.under(accept_within_minutes=2, accept_total_minutes=5, wait_limit_minutes=60)
    [one] = trial.visits
    assert one.after is not None
    assert [turn.to for turn in one.after.turns] == ["A", "B", "C", "supervisor"]


def test_what_is_no_longer_possible_is_left_out_and_told() -> None:
    desk = Played(A, B)
    desk.arrive("09:00", "v1", "laser", source="vip")
    desk.do("09:02", "change_consultant", visit="v1", to="B", by="s", reason="wish")
    desk.do("09:03", "reorder", lane="other", order=["B", "A"], reason="by hand")
    lanes = [{"name": "all", "classes": ["first_visit", "other", "repurchase", "return_visit"], "counted": True}]
    trial = desk.under(sources={"vip": ["B"]}, lanes=lanes)
    assert [(one.place, type(one.event).__name__) for one in trial.left_out] == [
        (2, "ChangeConsultant"),
        (3, "Reorder"),
    ]
    assert "already" in trial.left_out[0].reason
    assert "v1" in trial.left_out[0].reason
    assert went(trial) == {"v1": ("B", "B")}
    assert counts(trial) == {"A": (1, 0), "B": (0, 0)}


def test_carried_turns_go_on_where_the_lane_is_still_there() -> None:
    carried = {
        "first_visit": {"pointer": "B", "credits": [{"consultant": "A", "reason": "busy", "visit": "old"}]},
        "other": {"pointer": "A", "credits": [], "swaps": []},
    }
    desk = Played(A, B, carried=carried)
    desk.arrive("09:00", "v1", "laser")
    assert desk.under(leaves_within_minutes=5).same
    lanes = [
        {"name": "first_visit", "classes": ["first_visit"], "counted": True, "order": ["A"]},
        {"name": "rest", "classes": ["return_visit", "repurchase", "other"], "counted": False},
    ]
    trial = desk.under(lanes=lanes)
    assert trial.left_out == ()
    assert went(trial) == {}


def test_places_newly_reserved_change_the_order_of_the_day() -> None:
    desk = Played(A, B, person("E", shift="early"))
    desk.arrive("09:00", "v1", "laser")
    assert went(desk.under(reserved_places={"early": [1]})) == {"v1": ("A", "E")}


def test_places_no_longer_reserved_give_the_ranking_back() -> None:
    reserved = {"reserved_places": {"early": [1]}}
    desk = Played(A, B, person("E", shift="early"), policy=reserved, order=["E", "A", "B"])
    desk.arrive("09:00", "v1", "laser")
    assert went(desk.under(reserved_places={})) == {"v1": ("E", "A")}
    assert desk.under(wait_limit_minutes=12).same


def test_a_visit_counts_by_how_it_ended() -> None:
    desk = Played(A, B)
    desk.arrive("09:00", "v1", "laser")
    desk.do("09:02", "leave", visit="v1")
    [one] = desk.under(leaves_within_minutes=5).visits
    assert one.before is not None
    assert one.after is not None
    assert [(course.to, course.basis, course.counted) for course in (one.before, one.after)] == [
        (None, "left", True),
        (None, "left", False),
    ]


def test_what_one_day_cannot_show_is_said() -> None:
    desk = Played(A)
    trial = desk.under(first_visit_scope="chain", day_start="top", credit_carry_over=False, order_by="hand")
    assert trial.same
    assert trial.not_shown == ("first_visit_scope", "day_start", "credit_carry_over", "order_by")


def test_a_policy_with_which_the_day_cannot_begin_is_refused() -> None:
    with pytest.raises(IllegalDay, match=r"policy\.sources"):
        Played(A).under(sources={"vip": ["Z"]})
