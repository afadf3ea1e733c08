"""What would have happened: a day's events once more, under another policy, and what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from triage.domain.errors import TriageError
from triage.domain.events import Event, Tick
from triage.domain.model import Credit, Day, Decision
from triage.domain.policy.catalogue import FIELDS
from triage.domain.policy.policy import Policy
from triage.domain.policy.reading import FieldDiffers, all_fields, difference
from triage.domain.roster.order import day_order
from triage.domain.rotation.advance import advance
from triage.domain.rotation.beginning import Beginning, Carried, begin
from triage.domain.rotation.explain import Explanation, Names, explain
from triage.domain.rotation.waits import next_due
from triage.domain.words import ConsultantId, VisitId

_A_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One decision on a visit, as people read it; `at` is in seconds since local midnight."""

    at: int
    to: str | None
    basis: str
    counted: bool
    rules: tuple[str, ...]
    why: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where a visit ended, whether it counts for somebody, and every decision that led there, oldest first."""

    to: str | None
    basis: str
    counted: bool
    rules: tuple[str, ...]
    why: Explanation
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDiffers:
    """A visit that went otherwise; None where it had no decision."""

    visit: VisitId
    before: Course | None
    after: Course | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountDiffers:
    """First visits of one consultant."""

    consultant: ConsultantId
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCredit:
    """A credit that is open at the end, with its lane."""

    lane: str
    credit: Credit


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An event that was not possible under the other policy; `place` is its number in the day, from 1."""

    place: int
    event: Event
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What differs. `not_shown` are changed fields whose effect one past day cannot show."""

    changed: tuple[FieldDiffers, ...]
    not_shown: tuple[str, ...]
    visits: tuple[VisitDiffers, ...]
    counts: tuple[CountDiffers, ...]
    credits_before: tuple[OpenCredit, ...]
    credits_after: tuple[OpenCredit, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def same(self) -> bool:
        """Whether the day would have gone as it went."""
        counts = all(one.before == one.after for one in self.counts)
        return counts and self.credits_before == self.credits_after and not self.visits and not self.left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Played:
    day: Day
    decisions: tuple[Decision, ...]
    left_out: tuple[LeftOut, ...] = ()


def try_policy(given: Beginning, events: Sequence[Event], policy: Policy, names: Names | None = None) -> Trial:
    """Return what differs when the day that began so goes under `policy`.

    What people did stays as it was; only what the rules decide is decided
    anew. A changed waiting or answering limit takes effect at its minute, not
    at the next event. Raises IllegalDay for a policy with which the day cannot
    begin, and a TriageError if the day as it was cannot be replayed.
    """
    changed = difference(all_fields(given.policy), all_fields(policy))
    fields = {change.field for change in changed}
    before = _as_it_was(given, events)
    after = _anew(_beginning_under(given, policy), events, ticking=any(FIELDS[name].by_time for name in fields))
    told = names or Names()
    return Trial(
        changed=changed,
        not_shown=tuple(name for name in FIELDS if name in fields and not FIELDS[name].tried),
        visits=tuple(_visits(before, after, told)),
        counts=tuple(_counts(before.day, after.day)),
        credits_before=tuple(_credits(before.day)),
        credits_after=tuple(_credits(after.day)),
        left_out=after.left_out,
    )


def _as_it_was(given: Beginning, events: Iterable[Event]) -> _Played:
    day, made = begin(given), list[Decision]()
    for event in events:
        day, decisions = advance(day, event)
        made.extend(decisions)
    return _Played(day=day, decisions=tuple(made))


def _anew(given: Beginning, events: Iterable[Event], *, ticking: bool) -> _Played:
    day, made, left_out = begin(given), list[Decision](), list[LeftOut]()
    for place, event in enumerate(events, start=1):
        if ticking:
            day, waits = _until(day, event.at)
            made.extend(waits)
        try:
            day, decisions = advance(day, event)
        except TriageError as problem:
            left_out.append(LeftOut(place=place, event=event, reason=_reason(problem)))
        else:
            made.extend(decisions)
    return _Played(day=day, decisions=tuple(made), left_out=tuple(left_out))


def _until(day: Day, at: int) -> tuple[Day, list[Decision]]:
    """Apply each wait when it is due, before `at`."""
    made: list[Decision] = []
    while (due := next_due(day)) is not None and due < at:
        day, decisions = advance(day, Tick(at=max(due, day.at)))
        if not decisions:
            break
        made.extend(decisions)
    return day, made


def _reason(problem: TriageError) -> str:
    told = ", ".join(f"{name}: {value}" for name, value in {**problem.facts, **problem.fields}.items())
    return f"{problem.detail} ({told})" if told else problem.detail


def _beginning_under(given: Beginning, policy: Policy) -> Beginning:
    """Return how the day would have begun: places newly reserved, and carried what its lanes still take."""
    order = given.order
    if policy.reserved_places != given.policy.reserved_places:
        people = {person.id: person for person in given.consultants}
        ranking = [person.id for person in given.consultants if person.id in order]
        stood = ranking if given.policy.reserved_places else order
        order = day_order(replace(policy, order_by="ranking"), [people[id_] for id_ in stood], {})
    lanes = {rule.name: rule.order or order for rule in policy.lanes}
    carried = {name: _of_lane(one, lanes[name]) for name, one in given.carried.items() if name in lanes}
    return replace(given, policy=policy, order=order, carried=carried)


def _of_lane(carried: Carried, order: Sequence[ConsultantId]) -> Carried:
    return carried if carried.pointer in order else replace(carried, pointer=None)


def _visits(before: _Played, after: _Played, names: Names) -> Iterator[VisitDiffers]:
    courses_before, courses_after = _by_visit(before), _by_visit(after)
    course = _course(names)
    for visit in dict.fromkeys((*courses_before, *courses_after)):
        was = course(before.day, visit, courses_before.get(visit, ()))
        would_be = course(after.day, visit, courses_after.get(visit, ()))
        if _differs(was, would_be):
            yield VisitDiffers(visit=visit, before=was, after=would_be)


def _by_visit(played: _Played) -> dict[VisitId, list[Decision]]:
    found: dict[VisitId, list[Decision]] = {}
    for decision in played.decisions:
        found.setdefault(decision.visit, []).append(decision)
    return found


def _course(names: Names) -> Callable[[Day, VisitId, Sequence[Decision]], Course | None]:
    def course(day: Day, visit: VisitId, decisions: Sequence[Decision]) -> Course | None:
        if not decisions:
            return None
        turns = tuple(
            Turn(at=d.at, to=d.to, basis=d.basis.value, counted=d.counted, rules=d.rules, why=explain(d, names))
            for d in decisions
        )
        last = turns[-1]
        counted = day.visit(visit).counted_for is not None
        return Course(to=last.to, basis=last.basis, counted=counted, rules=last.rules, why=last.why, turns=turns)

    return course


def _differs(one: Course | None, other: Course | None) -> bool:
    """Say whether people would see a difference; the same decision within a minute is none."""
    if one is None or other is None:
        return one is not other
    if one.counted != other.counted or len(one.turns) != len(other.turns):
        return True
    pairs = zip(one.turns, other.turns, strict=True)
    return any(abs(a.at - b.at) >= _A_MINUTE or replace(a, at=b.at) != b for a, b in pairs)


def _counts(before: Day, after: Day) -> Iterator[CountDiffers]:
    for person in dict.fromkeys((*before.counts, *after.counts)):
        yield CountDiffers(consultant=person, before=before.counts.get(person, 0), after=after.counts.get(person, 0))


def _credits(day: Day) -> Iterator[OpenCredit]:
    for name, lane in day.lanes.items():
        for credit in lane.credits:
            yield OpenCredit(lane=name, credit=credit)
