"""The numbers agree with the engine, and with one another, on every day."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from triage.domain.events import Event
from triage.domain.figures.fairness import fairness
from triage.domain.figures.numbers import (
    AT_THE_END,
    BASES,
    COUNTED,
    DayNumbers,
    add_up,
    conversion,
    median,
    numbers_of,
    p95,
)
from triage.domain.ledger.codec import decode_beginning, decode_event, encode_beginning
from triage.domain.model import Day
from triage.domain.plain import Json
from triage.domain.rotation.advance import advance
from triage.domain.rotation.beginning import Carried, begin, carry_over
from triage.script.replay import parse
from triage_testing.desk import CHEN, JIANG, LIN, WU, Desk, person
from triage_testing.random_days import random_script

SEEDS = st.integers(min_value=0, max_value=2**32)
some_days = settings(max_examples=60, deadline=None)


def random_day(seed: int) -> tuple[Day, DayNumbers, tuple[Event, ...]]:
    """Return how a random day ended, its numbers and its events."""
    raw = random_script(seed)
    script = parse(raw)
    day = script.day0
    for event in script.events:
        day, _ = advance(day, event)
    return day, numbers_of(decode_beginning(raw), script.events), script.events


class Counting(Desk):
    """A desk that remembers its events."""

    def numbers(self) -> DayNumbers:
        """Return what the day says so far."""
        return numbers_of(self.given, self.happened)

    def do(self, at: str, kind: str, **fields: object) -> list:
        event = decode_event({"at": at, "type": kind, **fields})
        self.happened: list[Event] = [*getattr(self, "happened", []), event]
        return super().do(at, kind, **fields)


@some_days
@given(SEEDS)
def test_counts_and_open_credits_are_those_of_the_engine(seed: int) -> None:
    day, said, _ = random_day(seed)
    numbers = add_up([said])
    assert {who: n for who, n in day.counts.items() if n} == {
        who: n for (who, name), n in said.tally.items() if name == "first_visits"
    }
    open_ = Counter(c.consultant for lane in day.lanes.values() for c in lane.credits)
    assert open_ == {who: n for (who, name), n in said.tally.items() if name == "credits_open"}
    owed = Counter(s.debtor for lane in day.lanes.values() for s in lane.swaps)
    assert owed == {who: n for (who, name), n in said.tally.items() if name == "swaps_open"}
    assert numbers.of("credits_granted") - numbers.of("credits_redeemed") == numbers.of("credits_open")
    assert numbers.of("swaps_owed") - numbers.of("swaps_paid") == numbers.of("swaps_open")


@some_days
@given(SEEDS)
def test_what_happened_is_counted_once(seed: int) -> None:
    _, said, events = random_day(seed)
    numbers = add_up([said])
    kinds = Counter(type(event).__name__ for event in events)
    assert numbers.of("arrivals") == kinds["Arrive"]
    assert numbers.of("voids") == kinds["Void"]
    assert numbers.of("deals") + numbers.of("no_deals") == kinds["Finish"]
    assert len(numbers.waiting()) == kinds["Start"]
    assert all(wait >= 0 for wait in numbers.waiting())


@some_days
@given(st.lists(SEEDS, min_size=1, max_size=4))
def test_sums_over_consultants_and_over_days_are_the_totals(seeds: list[int]) -> None:
    days = [random_day(seed)[1] for seed in seeds]
    total = add_up(days)
    names = (*COUNTED, *AT_THE_END, *(f"basis_{basis}" for basis in BASES))
    for name in names:
        assert sum(total.of(name, who) for who in total.who()) == total.of(name)
        last = [add_up(days[-1:])] if name in AT_THE_END else [add_up([day]) for day in days]
        assert sum(one.of(name) for one in last) == total.of(name)
    assert sorted(w for who in total.who() for w in total.waiting(who)) == total.waiting()


@some_days
@given(st.integers(min_value=2, max_value=6), st.lists(st.integers(min_value=0, max_value=25), min_size=1, max_size=3))
def test_equals_differ_by_at_most_one_also_over_days(people: int, visits: list[int]) -> None:
    team = [person(chr(65 + n)) for n in range(people)]
    days, last = [], None
    for number, arrivals in enumerate(visits):
        date = f"2026-11-{20 + number}"
        carried = {} if last is None else carry_over(last, date, [one["id"] for one in team])
        desk = Counting(*team, date=date)
        given_ = decode_beginning({**encode_beginning(desk.given), "carried": _plain(carried)})
        desk.given, desk.happened = given_, []
        desk.day = begin(given_)
        for n in range(arrivals):
            desk.arrive("10:00", f"v{n}", "laser")
            desk.served("10:00", f"v{n}")
        days.append(desk.numbers())
        last = desk.day
    assert fairness(days).difference <= 1
    assert all(fairness([day]).difference <= 1 for day in days)


def _plain(carried: dict[str, Carried]) -> Json:
    return {name: {"pointer": one.pointer} for name, one in carried.items()}


def test_a_day_at_the_desk() -> None:
    desk = Counting(JIANG, LIN, WU)
    desk.arrive("09:00", "v1", "breast")  # not jiang's: lin, a credit for jiang
    desk.do("09:03", "start", visit="v1")
    desk.arrive("09:10", "v2", "filler")  # the credit
    desk.do("09:11", "start", visit="v2")
    desk.do("09:30", "finish", visit="v1", outcome="deal")
    desk.do("09:40", "finish", visit="v2", outcome="no_deal", reason="price")
    desk.arrive("10:00", "v3", "laser", klass="recheck")
    desk.arrive("10:10", "v4", "filler")
    desk.do("10:11", "void", visit="v4", reason="wrong")
    desk.do("10:12", "retriage", visit="v4")
    desk.do("10:13", "start", visit="v4")
    numbers = add_up([desk.numbers()])
    assert {who: numbers.of("first_visits", who) for who in numbers.who()} == {"": 0, "jiang": 2, "lin": 1, "wu": 0}
    assert (numbers.of("credits_granted", "jiang"), numbers.of("credits_redeemed", "jiang")) == (1, 1)
    assert (numbers.of("credits_open", "wu"), numbers.of("voids", "wu")) == (1, 1)
    assert (numbers.of("deals", "lin"), numbers.of("no_deals", "jiang")) == (1, 1)
    assert numbers.of("basis_department", "") == 1
    assert numbers.waiting() == [60, 60, 180]  # v4 waited anew from its retriage
    assert numbers.waiting("lin") == [180]
    assert numbers.of("on_duty_seconds", "lin") == (10 * 60 + 13 - 9 * 60) * 60


def test_the_supervisors_word_and_another_class_are_overrides() -> None:
    desk = Counting(JIANG, LIN)
    desk.arrive("09:00", "v1", "filler")
    desk.do("09:01", "supervisor_names", visit="v1", to="lin", by="s", reason="asked for")
    desk.do("09:02", "reclassify", visit="v1", **{"class": "other"}, reason="cannot be done", by="s")
    proposed = {"v1": "other"}
    numbers = add_up([numbers_of(desk.given, desk.happened, proposed)])
    assert (numbers.of("supervisor_words", "lin"), numbers.of("class_overrides")) == (1, 2)


def test_fairness_names_who_the_days_and_what_came_between() -> None:
    desk = Counting(LIN, person("hu"), JIANG)  # lin and hu are alike, jiang is not
    for n in range(3):
        desk.status(f"09:{n}0", "hu", "busy")
        desk.arrive(f"09:{n}1", f"v{n}", "breast")
        desk.served(f"09:{n}2", f"v{n}")
    found = fairness([desk.numbers()])
    assert (found.difference, found.most, found.least, found.days) == (3, "lin", "hu", ("2026-11-21",))
    assert ("hu", "passed_busy", 2) in [(r.consultant, r.what, r.times) for r in found.reasons]


def test_whoever_was_away_or_has_another_scope_is_not_compared() -> None:
    desk = Counting(LIN, WU, CHEN, person("hu"))
    desk.status("09:00", "hu", "out")
    for n in range(5):
        desk.arrive(f"09:{n}1", f"v{n}", "filler")
        desk.served(f"09:{n}2", f"v{n}")
    desk.status("10:00", "hu", "idle")
    desk.arrive("10:01", "v9", "filler")  # from now on hu is there too, but was not at the same hours
    found = fairness([desk.numbers()])
    assert (found.difference, found.most, found.days) == (0, None, ())


@pytest.mark.parametrize(
    ("times", "middle", "high"),
    [([], None, None), ([7], 7, 7), ([1, 9], 1, 9), (list(range(1, 101)), 50, 95), (list(range(1, 21)), 10, 19)],
)
def test_median_and_p95(times: list[int], middle: int | None, high: int | None) -> None:
    assert (median(times), p95(times)) == (middle, high)


def test_conversion() -> None:
    assert (conversion(0, 0), conversion(1, 2), conversion(3, 0)) == (None, 0.3333, 1.0)
