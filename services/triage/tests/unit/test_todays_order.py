"""The day's order: by check-in, kept over changes of shift, remembered over days off."""

from __future__ import annotations

import pytest
from triage.domain.model import Consultant
from triage.domain.policy.policy import Policy
from triage.domain.roster.order import day_order, remembered, with_changes
from triage.domain.roster.shifts import away, working
from triage.domain.words import Status
from triage_testing.desk import Desk, person

A, B, C, D = (Consultant(id=name, shift="early" if name == "d" else "day") for name in "abcd")


@pytest.mark.parametrize(
    ("current", "ranking", "wanted"),
    [
        ("abc", "abc", "abc"),
        ("abc", "ac", "ac"),
        ("cba", "cb", "cb"),
        ("ac", "abc", "abc"),
        ("ca", "abc", "cab"),
        ("bc", "abc", "abc"),
        ("", "abc", "abc"),
        ("abc", "", ""),
    ],
)
def test_an_order_stays_as_far_as_it_can(current: str, ranking: str, wanted: str) -> None:
    assert "".join(with_changes(list(current), list(ranking))) == wanted


def test_an_order_by_hand_remembers_who_had_a_day_off() -> None:
    assert "".join(remembered([])) == ""
    assert "".join(remembered(["cb", "cab", "abc"])) == "cab"


def test_by_check_in_whoever_is_not_here_stands_behind_with_reserved_places() -> None:
    policy = Policy(order_by="check_in")
    assert day_order(policy, [A, B, C], {"c": 1, "b": 2}) == ("c", "b", "a")
    kept = Policy(order_by="check_in", reserved_places={"early": (1,)})
    assert day_order(kept, [A, B, D], {"b": 1}) == ("d", "b", "a")


def test_who_works_on_a_day() -> None:
    assert working([A, B], {}) == [A, B]
    at_work = working([A, B, C], {"a": "late", "b": "off", "x": "early"})
    assert [(one.id, one.shift) for one in at_work] == [("a", "late")]
    assert away("abc", {"a": "late", "b": "leave"}) == {"b": Status.LEAVE, "c": Status.OFF}
    assert away("abc", {}) == {}


def test_a_new_order_keeps_the_pointer_or_puts_it_at_the_top() -> None:
    desk = Desk(person("a"), person("b"), person("c"))
    desk.do("08:00", "reorder", order=["c", "a", "b"], reason="check-in")
    assert desk.pointer == "a"
    desk.do("08:01", "reorder", order=["b", "c", "a"], reason="check-in", top=True)
    assert desk.pointer == "b"
    assert desk.arrive("08:02", "v1", "laser").to == "b"
