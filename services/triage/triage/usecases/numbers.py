"""The numbers that a supervisor reads, over the ledgers of some days."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from qiantai.both import Both

from triage.domain.errors import Unreadable
from triage.domain.figures.fairness import Fairness, fairness
from triage.domain.figures.numbers import (
    AT_THE_END,
    BASES,
    COUNTED,
    DayNumbers,
    Numbers,
    add_up,
    conversion,
    median,
    numbers_of,
    p95,
)
from triage.domain.ledger.codec import decode_event
from triage.usecases.ports import UnitOfWork

BY = ("day", "month", "consultant")
_KEPT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Rows by day, month or consultant, and the total; each as `figures` gives it, with a key."""

    branch: str
    first: date
    last: date
    by: str
    rows: Sequence[Mapping[str, Any]]
    total: Mapping[str, Any]


def report(branch: str, first: date, last: date, by: str, uow: UnitOfWork, *, consultant: str | None = None) -> Report:
    """Return the numbers of these days, of one consultant alone where one is named.

    Fairness is that of everybody, by day, month and in total.
    """
    days = [_numbers_of(branch, day, head, uow) for day, head in uow.days.between(branch, first, last)]
    total = add_up(days)
    names = uow.roster.names(branch)
    if by == "consultant":
        people = [one for one in total.who() if consultant is None or one == consultant]
        rows = [{"key": who or None, "name": names.person(who), **figures(total, who)} for who in people]
    else:
        length = len("2026-11") if by == "month" else len("2026-11-21")
        parts = [(key, list(some)) for key, some in groupby(days, key=lambda day: day.date[:length])]
        rows = [
            {"key": key, "name": "", **figures(add_up(some), consultant), "fairness": _told(fairness(some))}
            for key, some in parts
        ]
    totals = {"key": "total", "name": "", **figures(total, consultant), "fairness": _told(fairness(days))}
    return Report(branch=branch, first=first, last=last, by=by, rows=rows, total=totals)


def figures(numbers: Numbers, who: str | None = None) -> dict[str, Any]:
    """Return every number by its name, of everybody together where nobody is named; times in seconds."""
    waits = numbers.waiting(who)
    counted = {name: numbers.of(name, who) for name in (*COUNTED, *AT_THE_END)}
    return {
        **counted,
        "conversion": conversion(counted["deals"], counted["no_deals"]),
        "waits": len(waits),
        "wait_median_seconds": median(waits),
        "wait_p95_seconds": p95(waits),
        "assignments": {str(basis): numbers.of(f"basis_{basis}", who) for basis in BASES},
        "fairness": None,
    }


class _Kept:
    """What sealed ledgers say, by the hash of their heads: that names the whole ledger, so it is never wrong."""

    def __init__(self) -> None:
        self._days: OrderedDict[str, DayNumbers] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, head: str) -> DayNumbers | None:
        """Return what was counted up to this head."""
        with self._lock:
            return self._days.get(head)

    def put(self, head: str, numbers: DayNumbers) -> None:
        """Keep it, the oldest give way."""
        with self._lock:
            self._days[head] = numbers
            while len(self._days) > _KEPT:
                self._days.popitem(last=False)


_kept = _Kept()


def _numbers_of(branch: str, day: date, head: str, uow: UnitOfWork) -> DayNumbers:
    found = _kept.get(head)
    if found is not None:
        return found
    ledger = uow.days.entries(branch, day)
    if ledger is None:
        raise Unreadable(Both("the ledger of {day} is gone", "{day} 的台账不见了。").format(day=day))
    beginning, entries, now = ledger
    events = [decode_event(entry.event) for entry in entries]
    numbers = numbers_of(beginning, events, uow.visits.proposed(branch, day))
    _kept.put(now, numbers)
    return numbers


def _told(one: Fairness) -> dict[str, Any]:
    return {
        "difference": one.difference,
        "most": one.most,
        "most_visits": one.most_visits,
        "least": one.least,
        "least_visits": one.least_visits,
        "days": [date.fromisoformat(day) for day in one.days],
        "reasons": [{"consultant": r.consultant, "what": r.what, "times": r.times} for r in one.reasons],
    }
