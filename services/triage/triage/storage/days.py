"""Branch days: the lock, the ledger, and the state folded from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from qiantai.clock import business_day
from qiantai.storage.statements import Statements
from typing_extensions import override

from triage.domain.events import Event
from triage.domain.ledger.chain import LedgerEntry, Sealed, genesis, seal
from triage.domain.ledger.codec import decode_beginning, decode_event, encode_beginning
from triage.domain.model import Day, Decision
from triage.domain.rotation.advance import advance
from triage.domain.rotation.beginning import Beginning, begin
from triage.storage.opening import Opening, timezone_of
from triage.storage.states import cache
from triage.usecases.ports import Days, LiveDay

_VERSIONS_BEGIN = date(2020, 1, 1)
_VERSIONS_A_DAY = 100_000

_HEAD = "SELECT seq, hash, alerts FROM branch_day WHERE branch = :branch AND day = :day"
_LOCK = _HEAD + " FOR UPDATE"
_BEGINNING = "SELECT beginning FROM branch_day WHERE branch = :branch AND day = :day"
_OPEN = sa.text(
    "INSERT INTO branch_day (branch, day, beginning, seq, hash) VALUES (:branch, :day, :beginning, 0, :hash)"
    " ON CONFLICT DO NOTHING RETURNING 1"
).bindparams(sa.bindparam("beginning", type_=sa.JSON))
_OF_LEDGER = " FROM ledger_entry WHERE branch = :branch AND day = :day AND seq > :after AND seq <= :until ORDER BY seq"
_ENTRIES = "SELECT seq, at, event, decisions, previous, hash" + _OF_LEDGER
_EVENTS = "SELECT event, previous" + _OF_LEDGER
_LAST_HAND = (
    "SELECT recorded_at, actor FROM ledger_entry WHERE branch = :branch AND day = :day"
    " AND (event ->> 'visit' = :visit"
    " OR decisions @> jsonb_build_array(jsonb_build_object('visit', CAST(:visit AS text))))"
    " ORDER BY seq DESC LIMIT 1"
)
_BETWEEN = (
    "SELECT day, hash FROM branch_day"
    " WHERE branch = :branch AND day >= :first AND day <= :last AND seq > 0 ORDER BY day"
)
_MOVE_HEAD = "UPDATE branch_day SET seq = :seq, hash = :hash, alerts = :alerts WHERE branch = :branch AND day = :day"


class SqlLiveDay(LiveDay):
    """A branch day under its lock."""

    def __init__(self, branch: str, day: date, state: Day, head: Sealed, alerts: Mapping[str, str]) -> None:
        self.branch = branch
        self.date = day
        self.day = state
        self._head = head
        self.pending: list[LedgerEntry] = []
        self.kept: str | None = None
        """The hash of the state that is in the cache but not committed yet."""
        self.fresh = False
        self.alerts = alerts

    @property
    @override
    def seq(self) -> int:
        return self._head.seq

    @property
    @override
    def version(self) -> int:
        return (self.date - _VERSIONS_BEGIN).days * _VERSIONS_A_DAY + self.seq

    @override
    def advance(self, event: Event) -> tuple[Decision, ...]:
        self.day, decisions = advance(self.day, event)
        entry = seal(self._head, event, decisions)
        self._head = entry
        self.pending.append(entry)
        return decisions

    @override
    def at(self, instant: datetime) -> int:
        return self.day.seconds_at(instant)


class SqlDays(Days):
    """Branch days; what is pending is written at the end of the unit of work."""

    def __init__(self, statements: Statements, *, actor: str, now: datetime) -> None:
        self._statements = statements
        self._actor = actor
        self._now = now
        self._live: dict[tuple[str, date], SqlLiveDay] = {}

    def follow(self, earlier: SqlDays) -> None:
        """Go on from the days that another one of the same transaction has under their locks."""
        self._live = earlier._live

    @override
    def lock(self, branch: str, day: date) -> SqlLiveDay:
        if (branch, day) in self._live:
            return self._live[branch, day]
        key = {"branch": branch, "day": day}
        found = self._statements.fetch(_LOCK, key)
        opened = False
        if not found:
            beginning = Opening(self._statements).beginning(branch, day, self.find)
            opening = {**key, "beginning": encode_beginning(beginning), "hash": genesis(beginning)}
            opened = self._statements.connection.execute(_OPEN, opening).first() is not None
            found = self._statements.fetch(_LOCK, key)
        [row] = found
        live = SqlLiveDay(branch, day, self._state(branch, day, row), row, row.alerts)
        live.fresh = opened
        self._live[branch, day] = live
        return live

    @override
    def find(self, branch: str, day: date) -> Day | None:
        rows = self._statements.fetch(_HEAD, {"branch": branch, "day": day})
        return self._state(branch, day, rows[0]) if rows else None

    @override
    def entries(self, branch: str, day: date) -> tuple[Beginning, Sequence[LedgerEntry], str] | None:
        rows = self._statements.fetch(_HEAD, {"branch": branch, "day": day})
        if not rows:
            return None
        [row] = rows
        return self._read_beginning(branch, day), self._read(branch, day, after=0, until=row.seq), row.hash

    @override
    def between(self, branch: str, first: date, last: date) -> Sequence[tuple[date, str]]:
        rows = self._statements.fetch(_BETWEEN, {"branch": branch, "first": first, "last": last})
        return [(row.day, row.hash) for row in rows]

    @override
    def last_hand(self, branch: str, day: date, visit: str) -> tuple[datetime, str] | None:
        rows = self._statements.fetch(_LAST_HAND, {"branch": branch, "day": day, "visit": visit})
        return (rows[0].recorded_at, rows[0].actor) if rows else None

    @override
    def open_days(self, since: date) -> Sequence[tuple[str, date]]:
        query = sa.text("SELECT branch, day FROM branch_day WHERE day >= :since ORDER BY branch, day")
        return [(row.branch, row.day) for row in self._statements.connection.execute(query, {"since": since})]

    @override
    def today(self, branch: str, instant: datetime) -> date:
        return business_day(instant, timezone_of(self._statements, branch))

    def write(self) -> None:
        """Append what the live days have pending to their ledgers."""
        for live in self._live.values():
            if not live.pending:
                continue
            entries, live.pending = live.pending, []
            last, place = entries[-1], (live.branch, live.date)
            cache.put(place, last.hash, last.seq, live.day, instead_of=live.kept)
            live.kept = last.hash
            key = {"branch": live.branch, "day": live.date}
            head = {**key, "seq": last.seq, "hash": last.hash, "alerts": Jsonb(dict(live.alerts))}
            self._statements.update_later("branch_day", _MOVE_HEAD, head, row=place)
            self._statements.insert_later(
                "ledger_entry",
                [
                    {
                        **key,
                        "seq": entry.seq,
                        "at": entry.at,
                        "event": Jsonb(entry.event),
                        "decisions": Jsonb(entry.decisions),
                        "previous": entry.previous,
                        "hash": entry.hash,
                        "actor": self._actor,
                        "recorded_at": self._now,
                    }
                    for entry in entries
                ],
            )

    def _state(self, branch: str, day: date, head: Sealed) -> Day:
        """Return the state at the head, from the cache or by folding what came since."""
        found = cache.get((branch, day), head.hash)
        if found is not None:
            return found
        newest = cache.newest((branch, day))
        events = self._since(branch, day, after=newest[1] if newest else 0, until=head.seq)
        if newest is not None and events and events[0].previous == newest[0]:
            state = newest[2]
        else:
            events = events if newest is None else self._since(branch, day, after=0, until=head.seq)
            state = begin(self._read_beginning(branch, day))
        for row in events:
            state, _ = advance(state, decode_event(row.event))
        cache.put((branch, day), head.hash, head.seq, state)
        return state

    def _read_beginning(self, branch: str, day: date) -> Beginning:
        [row] = self._statements.fetch(_BEGINNING, {"branch": branch, "day": day})
        return decode_beginning(row.beginning)

    def _since(self, branch: str, day: date, *, after: int, until: int) -> list[Any]:
        """Return the events up to the head that was read, each with the hash that it follows."""
        return self._statements.fetch(_EVENTS, {"branch": branch, "day": day, "after": after, "until": until})

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
