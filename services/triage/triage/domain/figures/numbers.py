"""The numbers that a supervisor reads: what a day's ledger says of everybody, and sums over days.

All of it is counted from the beginning of the days and their ledger entries;
what belongs to no consultant (department, supervisor, online consultant) is
counted under NOBODY, so that the sum over consultants is always the total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from triage.domain import events
from triage.domain.model import Consultant, Day, Decision
from triage.domain.rotation.advance import advance
from triage.domain.rotation.beginning import Beginning, begin
from triage.domain.words import Basis, ConsultantId, VisitId

NOBODY = ""
"""Instead of a consultant: the supervisor, a department, an online consultant."""

COUNTED = (
    "arrivals",  # visitors who came in, by who was the first to get them
    "first_visits",  # 初诊量: counted, less what was taken back
    "turns",  # visits that came by turn (basis turn)
    "credits_granted",
    "credits_redeemed",
    "deals",
    "no_deals",
    "swaps_owed",  # by who owes
    "swaps_paid",  # settled or called off, by who owed
    "voids",  # by who lost the visit
    "supervisor_words",  # T27: by who was named
    "class_overrides",  # T6, T7: by who has the visit
    "on_duty_seconds",  # idle or busy, between the day's first arrival and its last entry
)
AT_THE_END = ("credits_open", "swaps_open")
"""Not summed over days: how it stands when the last of them ends."""
BASES = tuple(one for one in Basis if one not in {Basis.VOID, Basis.LEFT, Basis.RECLASSIFIED})
"""By what somebody received; the others assign nobody."""

Who = ConsultantId
Tally = Counter[tuple[Who, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNumbers:
    """What one day says. `tally` is by consultant and measure; `waits` are seconds by who received.

    `present` holds, for everybody, at which counted assignments of the day they
    were at their post: whoever has the same ones had the same hours.
    """

    date: str
    tally: Mapping[tuple[Who, str], int]
    waits: Sequence[tuple[Who, int]]
    people: Mapping[Who, Consultant]
    present: Mapping[Who, frozenset[int]]
    forced: Mapping[tuple[Who, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Sums over some days; `tally` as in DayNumbers, waiting times in seconds, sorted."""

    tally: Mapping[tuple[Who, str], int] = field(default_factory=dict)
    waits: tuple[tuple[Who, int], ...] = ()

    def of(self, measure: str, who: Who | None = None) -> int:
        """Return one measure, of everybody together where nobody is named."""
        if who is not None:
            return self.tally.get((who, measure), 0)
        return sum(value for (_, name), value in self.tally.items() if name == measure)

    def waiting(self, who: Who | None = None) -> list[int]:
        """Return the waiting times, shortest first."""
        return sorted(seconds for one, seconds in self.waits if who is None or one == who)

    def who(self) -> list[Who]:
        """Return everybody of whom there is anything to say."""
        return sorted({one for (one, _), value in self.tally.items() if value} | {one for one, _ in self.waits})


def numbers_of(
    given: Beginning, happened: Iterable[events.Event], proposed: Mapping[VisitId, str] | None = None
) -> DayNumbers:
    """Return what a day says; `proposed` is the class that the desk was proposed, by visit (T6)."""
    day = begin(given)
    count = _Count(proposed or {})
    for event in happened:
        after, decisions = advance(day, event)
        count.step(day, event, decisions, after)
        day = after
    return count.total(day)


def add_up(days: Iterable[DayNumbers]) -> Numbers:
    """Return the sums over some days, oldest first."""
    tally: Tally = Counter()
    waits: list[tuple[Who, int]] = []
    for one in days:
        for key in [key for key in tally if key[1] in AT_THE_END]:
            del tally[key]
        tally.update(one.tally)
        waits.extend(one.waits)
    return Numbers(tally=dict(tally), waits=tuple(waits))


def conversion(deals: int, no_deals: int) -> float | None:
    """Return the share of consultations that ended in a deal (成交率), None without any."""
    return round(deals / (deals + no_deals), 4) if deals + no_deals else None


def median(ordered: Sequence[int]) -> int | None:
    """Return the middle one, of an even number the lower of the two."""
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def p95(ordered: Sequence[int]) -> int | None:
    """Return the smallest that at least 95 of 100 do not exceed."""
    return ordered[-(-len(ordered) * 95 // 100) - 1] if ordered else None


class _Count:
    """Counts one day, step by step."""

    def __init__(self, proposed: Mapping[VisitId, str]) -> None:
        self._proposed = proposed
        self._tally: Tally = Counter()
        self._waits: list[tuple[Who, int]] = []
        self._since: dict[VisitId, int] = {}
        self._present: dict[Who, set[int]] = {}
        self._forced: Tally = Counter()
        self._moments = 0
        self._on_duty: Counter[Who] = Counter()
        self._clock: int | None = None

    def step(self, before: Day, event: events.Event, decisions: Sequence[Decision], after: Day) -> None:
        """Count one entry of the ledger."""
        self._time(before, event)
        moment = before
        for decision in decisions:
            self._decided(moment, decision, after)
        count = _BY_EVENT.get(type(event))
        if count is not None:
            count(self, event, before, after)

    def total(self, day: Day) -> DayNumbers:
        """Return what was counted, with how the day ended."""
        for who, seconds in self._on_duty.items():
            self._add(who, "on_duty_seconds", seconds)
        for lane in day.lanes.values():
            for credit in lane.credits:
                self._add(credit.consultant, "credits_open")
            for swap in lane.swaps:
                self._add(swap.debtor, "swaps_open")
        return DayNumbers(
            date=day.setting.date,
            tally={key: value for key, value in self._tally.items() if value},
            waits=tuple(self._waits),
            people=dict(day.setting.consultants),
            present={who: frozenset(moments) for who, moments in self._present.items()},
            forced=dict(self._forced),
        )

    def _add(self, who: Who | None, measure: str, times: int = 1) -> None:
        self._tally[who or NOBODY, measure] += times

    def _time(self, before: Day, event: events.Event) -> None:
        if self._clock is not None:
            passed = event.at - self._clock
            self._on_duty.update({who: passed for who in before.status if before.on_duty(who)})
        if self._clock is not None or isinstance(event, events.Arrive):
            self._clock = event.at

    def _decided(self, day: Day, decision: Decision, after: Day) -> None:
        if decision.basis in BASES:
            self._add(decision.consultant, f"basis_{decision.basis}")
            if decision.basis is Basis.TURN:
                self._add(decision.consultant, "turns")
        if decision.counted:
            self._add(decision.counted_for, "first_visits")
            self._moment(day, after.visits[decision.visit].absent)
        if decision.uncounted is not None:
            self._add(decision.uncounted, "first_visits", -1)
        for credit in decision.granted:
            self._add(credit.consultant, "credits_granted")
        if decision.redeemed is not None:
            self._add(decision.redeemed.consultant, "credits_redeemed")
        if decision.swap_owed is not None:
            self._add(decision.swap_owed.debtor, "swaps_owed")
        if decision.swap_paid is not None:
            self._add(decision.swap_paid.debtor, "swaps_paid")
        if decision.basis is Basis.VOID:
            self._add(decision.released.consultant if decision.released else None, "voids")
        self._force(decision)

    def _moment(self, day: Day, absent: frozenset[Who]) -> None:
        """Note who was at their post when a first visit was given out."""
        self._moments += 1
        for who in day.status:
            if day.on_duty(who) and who not in absent:
                self._present.setdefault(who, set()).add(self._moments)

    def _force(self, decision: Decision) -> None:
        """Note what of the rules, other than the turn, gave or cost somebody a first visit."""
        for passed in decision.passed:
            self._forced[passed.consultant, f"passed_{passed.reason}"] += 1
        if decision.counted and decision.counted_for is not None and decision.basis is not Basis.TURN:
            self._forced[decision.counted_for, f"basis_{decision.basis}"] += 1
        if decision.uncounted is not None:
            self._forced[decision.uncounted, "taken_back"] += 1

    def arrived(self, event: events.Arrive, _before: Day, after: Day) -> None:
        """Count a visitor who comes in."""
        self._since[event.visit] = event.at
        who = after.visits[event.visit].consultant
        self._add(who, "arrivals")
        if self._proposed.get(event.visit, event.klass) != event.klass:
            self._add(who, "class_overrides")

    def waits_anew(self, event: events.Retriage | events.SecondTriage, _before: Day, _after: Day) -> None:
        """Let the waiting clock run anew."""
        self._since[event.visit] = event.at

    def started(self, event: events.Start, _before: Day, after: Day) -> None:
        """Count a wait that is over."""
        self._waits.append((after.visits[event.visit].consultant or NOBODY, event.at - self._since[event.visit]))

    def finished(self, event: events.Finish, _before: Day, after: Day) -> None:
        """Count an outcome."""
        measure = {"deal": "deals", "no_deal": "no_deals"}.get(event.outcome)
        if measure is not None:
            self._add(after.visits[event.visit].consultant, measure)

    def named(self, event: events.SupervisorNames | events.MoveOwner, _before: Day, _after: Day) -> None:
        """Count a supervisor's word."""
        self._add(event.to, "supervisor_words")

    def reclassified(self, event: events.Reclassify, before: Day, after: Day) -> None:
        """Count another class."""
        if before.visits[event.visit].klass is not event.klass:
            self._add(after.visits[event.visit].consultant, "class_overrides")


_BY_EVENT: Mapping[type[events.Event], Callable[..., None]] = {
    events.Arrive: _Count.arrived,
    events.Retriage: _Count.waits_anew,
    events.SecondTriage: _Count.waits_anew,
    events.Start: _Count.started,
    events.Finish: _Count.finished,
    events.SupervisorNames: _Count.named,
    events.MoveOwner: _Count.named,
    events.Reclassify: _Count.reclassified,
}
