"""What holds on every day, whatever happens."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from triage.domain.ledger.chain import fold, seal, verify
from triage.domain.ledger.codec import decode_beginning, encode_decision
from triage.domain.model import Day, Decision
from triage.domain.rotation.advance import advance
from triage.domain.words import Basis
from triage.script.replay import parse, replay
from triage_testing.desk import Desk, person
from triage_testing.random_days import random_script

SEEDS = st.integers(min_value=0, max_value=2**32)
some_days = settings(max_examples=60, deadline=None)


def days(seed: int) -> list[tuple[Day, tuple[Decision, ...], Day]]:
    """Return (before, decisions, after) of every event of a random day."""
    script = parse(random_script(seed))
    steps, day = [], script.day0
    for event in script.events:
        after, made = advance(day, event)
        steps.append((day, made, after))
        day = after
    return steps


@some_days
@given(SEEDS)
def test_counts_are_the_counted_assignments_not_taken_back(seed: int) -> None:
    tally: Counter[str] = Counter()
    for _, made, after in days(seed):
        for decision in made:
            if decision.counted:
                tally[decision.counted_for or "nobody"] += 1
            if decision.uncounted is not None:
                tally[decision.uncounted] -= 1
        assert {c: n for c, n in after.counts.items() if n} == {c: n for c, n in tally.items() if n}
        assert all(n >= 0 for n in after.counts.values())


@some_days
@given(SEEDS)
def test_each_credit_is_for_a_named_miss_and_redeemed_at_most_once(seed: int) -> None:
    for before, made, after in days(seed):
        for name, lane in after.lanes.items():
            mine = [d for d in made if d.lane == name]
            open_ = Counter(before.lanes[name].credits)
            open_.update(c for d in mine for c in d.granted)
            redeemed = Counter(d.redeemed for d in mine if d.redeemed is not None)
            assert not redeemed - open_
            assert Counter(lane.credits) == open_ - redeemed
        for decision in made:
            misses = {(p.consultant, p.reason) for p in decision.passed if p.credit}
            lost = {(decision.uncounted, c.reason) for c in decision.granted}
            for credit in decision.granted:
                assert credit.visit == decision.visit
                assert (credit.consultant, credit.reason) in misses | lost


@some_days
@given(SEEDS)
def test_each_swap_is_paid_at_most_once_and_nobody_owes_himself(seed: int) -> None:
    for before, made, after in days(seed):
        owed = Counter(s for lane in before.lanes.values() for s in lane.swaps)
        for decision in made:
            if decision.swap_owed is not None:
                assert decision.swap_owed.debtor != decision.swap_owed.creditor
                owed[decision.swap_owed] += 1
            if decision.swap_paid is not None:
                owed[decision.swap_paid] -= 1
        assert +owed == Counter(s for lane in after.lanes.values() for s in lane.swaps)
        assert min(owed.values(), default=0) >= 0


@some_days
@given(SEEDS)
def test_only_turns_and_swaps_move_the_pointer(seed: int) -> None:
    for before, made, after in days(seed):
        moving = {d.lane for d in made if d.pointer is not None}
        still = {name for name in after.lanes if name not in moving}
        assert all(before.lanes[n].pointer == after.lanes[n].pointer for n in still)
        allowed = {Basis.TURN, Basis.SWAP, Basis.CHANGE}
        if before.policy.designated_counts:
            allowed.add(Basis.DESIGNATED)
        assert all(d.basis in allowed for d in made if d.pointer is not None)


@some_days
@given(SEEDS)
def test_whoever_is_assigned_by_rule_can_receive(seed: int) -> None:
    for before, made, after in days(seed):
        for decision in made:
            if decision.consultant is not None:
                assert before.on_duty(decision.consultant)
                assert decision.consultant in before.setting.consultants
            if decision.basis in {Basis.CREDIT, Basis.TURN, Basis.SWAP}:
                person = before.setting.consultants[decision.consultant or ""]
                assert person.barred.isdisjoint(after.visits[decision.visit].projects)


@some_days
@given(SEEDS)
def test_the_state_follows_from_the_ledger_alone(seed: int) -> None:
    script = random_script(seed, events=20)
    beginning = decode_beginning(script)
    day, entries, last = parse(script).day0, [], None
    for event in parse(script).events:
        day, made = advance(day, event)
        last = seal(last or beginning, event, made)
        entries.append(last)
    assert fold(beginning, entries) == day
    assert verify(beginning, entries) == []


@some_days
@given(SEEDS)
def test_the_same_script_gives_the_same_output(seed: int) -> None:
    script = random_script(seed)
    assert json.dumps(list(replay(script))) == json.dumps(list(replay(script)))
    assert script == random_script(seed)


@some_days
@given(SEEDS)
def test_advance_never_changes_its_argument(seed: int) -> None:
    script = parse(random_script(seed, events=25))
    day = script.day0
    for event in script.events:
        before = frozen(day)
        after, made = advance(day, event)
        assert frozen(day) == before
        again, made_again = advance(day, event)
        assert (frozen(again), made_again) == (frozen(after), made)
        day = after


def frozen(day: Day) -> str:
    return repr(day)


@some_days
@given(st.integers(min_value=2, max_value=8), st.integers(min_value=1, max_value=40))
def test_equal_consultants_differ_by_at_most_one(people: int, visits: int) -> None:
    desk = Desk(*(person(chr(65 + n)) for n in range(people)))
    for n in range(visits):
        assert desk.arrive("10:00", f"v{n}", "laser").counted
        desk.served("10:00", f"v{n}")
        counts = desk.day.counts.values()
        assert max(counts) - min(counts) <= 1


@some_days
@given(SEEDS)
def test_decisions_are_plain_json(seed: int) -> None:
    for _, made, _ in days(seed):
        plain: list[Any] = [encode_decision(d) for d in made]
        assert json.loads(json.dumps(plain)) == plain
