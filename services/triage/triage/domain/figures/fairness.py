"""公平性: how far apart consultants with the same scope and hours are in first visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from triage.domain.figures.numbers import DayNumbers, Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What of the rules, other than the turn, gave or cost one of the two a first visit, and how often."""

    consultant: Who
    what: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """The largest difference in first visits between two whom nothing but the turn should part.

    `days` are those on which the two had the same scope and hours; over these
    `most` had `most_visits` and `least` had `least_visits`. 0 and nobody where
    there are no such two. `reasons` says what came in between.
    """

    difference: int = 0
    most: Who | None = None
    least: Who | None = None
    most_visits: int = 0
    least_visits: int = 0
    days: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def fairness(days: Sequence[DayNumbers]) -> Fairness:
    """Return the largest difference over these days, oldest first.

    Two are compared on the days on which they have the same shift, scope, barred
    and designated projects, and were at their post at the same counted assignments
    (T17: nobody is made up for being away). The rotation keeps the difference at 0
    or 1; what the rules give or cost somebody beside the turn (a miss that is owed,
    a void, a swap …) may force more.
    """
    largest = Fairness()
    for one, other in combinations(sorted({who for day in days for who in day.present}), 2):
        shared = [day for day in days if _alike(day, one, other)]
        if not shared:
            continue
        visits = {who: sum(day.tally.get((who, "first_visits"), 0) for day in shared) for who in (one, other)}
        most, least = (one, other) if visits[one] >= visits[other] else (other, one)
        difference = visits[most] - visits[least]
        if difference > largest.difference or (largest.most is None and difference == 0):
            largest = Fairness(
                difference=difference,
                most=most,
                least=least,
                most_visits=visits[most],
                least_visits=visits[least],
                days=tuple(day.date for day in shared),
                reasons=tuple(_reasons(shared, (most, least))),
            )
    return largest


def _alike(day: DayNumbers, one: Who, other: Who) -> bool:
    if day.present.get(one, frozenset()) != day.present.get(other) or not day.present.get(one):
        return False
    a, b = day.people[one], day.people[other]
    return (a.shift, a.scope, a.barred, a.designated) == (b.shift, b.scope, b.barred, b.designated)


def _reasons(days: Sequence[DayNumbers], pair: tuple[Who, Who]) -> Iterator[Reason]:
    found: Counter[tuple[Who, str]] = Counter()
    for day in days:
        found.update({key: times for key, times in day.forced.items() if key[0] in pair})
    for (who, what), times in sorted(found.items()):
        yield Reason(consultant=who, what=what, times=times)
