"""Folded states of branch days, kept in the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date

from triage.domain.model import Day

_DAYS = 400
_STATES_A_DAY = 4

Key = tuple[str, date]


class StateCache:
    """The last states of each branch day, by the hash of their last entry.

    A hash names the whole ledger before it, so a kept state is never wrong:
    one that was computed in a transaction that rolled back is never asked for.
    """

    def __init__(self) -> None:
        self._days: OrderedDict[Key, dict[str, tuple[int, Day]]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, key: Key, hash_: str, seq: int, day: Day, *, instead_of: str | None = None) -> None:
        """Keep the state after the entry with this hash and number, in the place of another one's."""
        with self._lock:
            states = self._days.setdefault(key, {})
            self._days.move_to_end(key)
            states.pop(hash_, None)
            if instead_of is not None:
                states.pop(instead_of, None)
            states[hash_] = (seq, day)
            if len(states) > _STATES_A_DAY:
                del states[next(iter(states))]
            if len(self._days) > _DAYS:
                self._days.popitem(last=False)

    def get(self, key: Key, hash_: str) -> Day | None:
        """Return the state after the entry with this hash."""
        with self._lock:
            found = self._days.get(key, {}).get(hash_)
            return found[1] if found else None

    def newest(self, key: Key) -> tuple[str, int, Day] | None:
        """Return hash, number and state of the entry that was put last."""
        with self._lock:
            states = self._days.get(key)
            if not states:
                return None
            hash_ = next(reversed(states))
            return (hash_, *states[hash_])

    def clear(self) -> None:
        """Forget everything: states are folded anew from the ledger."""
        with self._lock:
            self._days.clear()


cache = StateCache()
