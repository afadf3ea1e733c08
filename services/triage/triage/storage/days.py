"""Branch days: the lock, the ledger, and the state folded from it."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from qiantai.clock import business_day
from qiantai.storage.statements import Statements

from triage.domain.beginning import Beginning, begin
from triage.domain.codec import decode_event
from triage.domain.day import advance
from triage.domain.events import Event
from triage.domain.header import decode_beginning, encode_beginning
from triage.domain.ledger import LedgerEntry, Sealed, genesis, seal
from triage.domain.model import Day, Decision
from triage.storage.opening import Opening, timezone_of

_CACHED_STATES = 512
_VERSIONS_BEGIN = date(2020, 1, 1)
_VERSIONS_A_DAY = 100_000

_HEAD = "SELECT seq, hash FROM branch_day WHERE branch = :branch AND day = :day"
_LOCK = _HEAD + " FOR UPDATE"
_BEGINNING = "SELECT beginning FROM branch_day WHERE branch = :branch AND day = :day"
_OPEN = sa.text(
    "INSERT INTO branch_day (branch, day, beginning, seq, hash) VALUES (:branch, :day, :beginning, 0, :hash)"
    " ON CONFLICT DO NOTHING RETURNING 1"
).bindparams(sa.bindparam("beginning", type_=sa.JSON))
_ENTRIES = (
    "SELECT seq, at, event, decisions, previous, hash FROM ledger_entry"
    " WHERE branch = :branch AND day = :day AND seq > :after AND seq <= :until ORDER BY seq"
)
_MOVE_HEAD = "UPDATE branch_day SET seq = :seq, hash = :hash WHERE branch = :branch AND day = :day"


class StateCache:
    """Folded states by the hash of their last entry.

    A hash names the whole ledger before it, so a cached state is never wrong:
    one that was computed in a transaction that rolled back is never asked for.
    """

    def __init__(self) -> None:
        self._states: OrderedDict[str, tuple[int, Day]] = OrderedDict()
        self._newest: dict[tuple[str, date], str] = {}
        self._lock = threading.Lock()

    def put(self, key: tuple[str, date], hash_: str, seq: int, day: Day) -> None:
        """Keep the state after the entry with this hash."""
        with self._lock:
            self._states[hash_] = (seq, day)
            self._states.move_to_end(hash_)
            self._newest[key] = hash_
            while len(self._states) > _CACHED_STATES:
                self._states.popitem(last=False)

    def get(self, hash_: str) -> tuple[int, Day] | None:
        """Return the state after the entry with this hash."""
        with self._lock:
            return self._states.get(hash_)

    def clear(self) -> None:
        """Forget everything: states are folded anew from the ledger."""
        with self._lock:
            self._states.clear()
            self._newest.clear()

    def newest(self, key: tuple[str, date]) -> tuple[str, int, Day] | None:
        """Return the state of a day that was put last."""
        with self._lock:
            hash_ = self._newest.get(key)
            found = self._states.get(hash_) if hash_ else None
            return (hash_, *found) if hash_ and found else None


cache = StateCache()


class SqlLiveDay:
    """A branch day under its lock."""

    def __init__(self, branch: str, day: date, state: Day, head: Sealed) -> None:
        self.branch = branch
        self.date = day
        self.day = state
        self._head = head
        self.pending: list[LedgerEntry] = []
        self.fresh = False

    @property
    def seq(self) -> int:
        """The number of the last entry."""
        return self._head.seq

    @property
    def version(self) -> int:
        """A number that grows with every entry, over days too."""
        return (self.date - _VERSIONS_BEGIN).days * _VERSIONS_A_DAY + self.seq

    def advance(self, event: Event) -> tuple[Decision, ...]:
        """Let something happen: sealed into the ledger with its decisions."""
        self.day, decisions = advance(self.day, event)
        entry = seal(self._head, event, decisions)
        self._head = entry
        self.pending.append(entry)
        cache.put((self.branch, self.date), entry.hash, entry.seq, self.day)
        return decisions

    def at(self, instant: datetime) -> int:
        """Return an instant as seconds since local midnight, never before the day's last entry."""
        local = instant.astimezone(ZoneInfo(self.day.setting.timezone))
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        if local.date() > self.date:
            seconds = 24 * 3600 - 1
        return max(self.day.at, seconds)


class SqlDays:
    """Branch days; what is pending is written when the unit of work is flushed."""

    def __init__(self, statements: Statements, *, actor: str, now: Callable[[], datetime]) -> None:
        self._statements = statements
        self._actor = actor
        self._now = now
        self._live: dict[tuple[str, date], SqlLiveDay] = {}

    def lock(self, branch: str, day: date) -> SqlLiveDay:
        """Return the day under its lock, opened from the roster if this is its first use."""
        if (branch, day) in self._live:
            return self._live[branch, day]
        key = {"branch": branch, "day": day}
        found = self._statements.fetch(_LOCK, key)
        opened = False
        if not found:
            beginning = Opening(self._statements.connection).beginning(branch, day, self.find)
            opening = {**key, "beginning": encode_beginning(beginning), "hash": genesis(beginning)}
            opened = self._statements.connection.execute(_OPEN, opening).first() is not None
            found = self._statements.fetch(_LOCK, key)
        [row] = found
        live = SqlLiveDay(branch, day, self._state(branch, day, row), row)
        live.fresh = opened
        self._live[branch, day] = live
        return live

    def find(self, branch: str, day: date) -> Day | None:
        """Return the day as it is, without locking; None if nothing happened on it."""
        rows = self._statements.fetch(_HEAD, {"branch": branch, "day": day})
        return self._state(branch, day, rows[0]) if rows else None

    def entries(self, branch: str, day: date) -> tuple[Beginning, Sequence[LedgerEntry], str] | None:
        """Return a day's beginning, its whole ledger and the hash of its head."""
        rows = self._statements.fetch(_HEAD, {"branch": branch, "day": day})
        if not rows:
            return None
        [row] = rows
        return self._read_beginning(branch, day), self._read(branch, day, after=0, until=row.seq), row.hash

    def open_days(self, since: date) -> Sequence[tuple[str, date]]:
        """Return branch and date of the days from `since` on."""
        query = sa.text("SELECT branch, day FROM branch_day WHERE day >= :since ORDER BY branch, day")
        return [(row.branch, row.day) for row in self._statements.connection.execute(query, {"since": since})]

    def today(self, branch: str, instant: datetime) -> date:
        """Return the business day of an instant in the branch's zone."""
        return business_day(instant, timezone_of(self._statements.connection, branch))

    def write(self) -> None:
        """Append what the live days have pending to their ledgers."""
        for live in self._live.values():
            if not live.pending:
                continue
            entries, live.pending = live.pending, []
            key = {"branch": live.branch, "day": live.date}
            head = {**key, "seq": entries[-1].seq, "hash": entries[-1].hash}
            self._statements.update_later("branch_day", _MOVE_HEAD, head)
            self._statements.insert_later(
                "ledger_entry",
                [
                    {
                        **key,
                        "seq": entry.seq,
                        "at": entry.at,
                        "event": _json(entry.event),
                        "decisions": _json(entry.decisions),
                        "previous": entry.previous,
                        "hash": entry.hash,
                        "actor": self._actor,
                        "recorded_at": self._now(),
                    }
                    for entry in entries
                ],
            )

    def _state(self, branch: str, day: date, head: Sealed) -> Day:
        """Return the state at the head, from the cache or by folding what came since."""
        found = cache.get(head.hash)
        if found is not None:
            return found[1]
        newest = cache.newest((branch, day))
        entries = self._read(branch, day, after=newest[1] if newest else 0, until=head.seq)
        if newest is not None and entries and entries[0].previous == newest[0]:
            state = newest[2]
        else:
            entries = entries if newest is None else self._read(branch, day, after=0, until=head.seq)
            state = begin(self._read_beginning(branch, day))
        for entry in entries:
            state, _ = advance(state, decode_event(entry.event))
        cache.put((branch, day), head.hash, head.seq, state)
        return state

    def _read_beginning(self, branch: str, day: date) -> Beginning:
        [row] = self._statements.fetch(_BEGINNING, {"branch": branch, "day": day})
        return decode_beginning(row.beginning)

    def _read(self, branch: str, day: date, *, after: int, until: int) -> list[LedgerEntry]:
        """Return entries up to the head that was read: a later one may be there already."""
        rows = self._statements.fetch(_ENTRIES, {"branch": branch, "day": day, "after": after, "until": until})
        return [
            LedgerEntry(
                seq=row.seq,
                at=row.at,
                event=row.event,
                decisions=tuple(row.decisions),
                previous=row.previous,
                hash=row.hash,
            )
            for row in rows
        ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
