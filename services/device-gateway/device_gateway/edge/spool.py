"""The edge's messages on disk until they are confirmed (G4): a relay's source over SQLite."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from qiantai import failpoints
from qiantai.contracts.event import Event
from qiantai.ids import new_id
from qiantai.logs import log
from qiantai.outbox.relay import Outgoing, Source
from qiantai.pace import MOMENTS
from qiantai.private_files import make_private
from qiantai.telemetry import current_traceparent
from qiantai.wire.envelope import enclose, encode
from typing_extensions import override

from device_gateway.edge import signs

OK, FILLING, FULL = "ok", "filling", "full"
_ALARMS = {OK: 0, FILLING: 1, FULL: 2}
_EASED_SHARE = 0.8
"""The alarm ends below this share of where it begins, so that it does not flutter."""
_TABLES = """
CREATE TABLE IF NOT EXISTS spool (
  id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, routing_key TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS sent (
  id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, routing_key TEXT NOT NULL, body BLOB NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS device_version (device TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
"""


_CLAIM = (
    "SELECT id, message_id, routing_key, body FROM spool"
    " WHERE id NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?"
)


class SpoolFull(Exception):
    """The spool holds as much as it may; this message was not kept."""


def open_sqlite(path: Path) -> sqlite3.Connection:
    """Open a private file whose commits are on disk when they return; threads share the connection under a lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for part in path.parent.glob(f"{path.name}-*"):  # SQLite's own of an earlier run; new ones are as the file is
        make_private(part)
    connection = sqlite3.connect(make_private(path), timeout=10, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


class Spool(Source):
    """Messages in the order in which they were kept; each envelope is made once, with its id."""

    def __init__(self, path: Path, *, limit: int, alarm_share: float = 0.1) -> None:
        self._limit = limit
        self._alarm_at = max(1, int(limit * alarm_share))
        self._lock = threading.Lock()
        self._news = threading.Condition()
        self._added = self._claimed_at = 0
        self._connection = open_sqlite(path)
        self._connection.executescript(_TABLES)
        self._waiting = int(self._connection.execute("SELECT count(*) FROM spool").fetchone()[0])
        self._state = OK
        self._look_at_size()

    @property
    def waiting(self) -> int:
        """Messages that are not confirmed yet."""
        return self._waiting

    @property
    def state(self) -> str:
        """ok, filling (alarm, everything is still kept) or full."""
        return self._state

    def tell(self, event: Event, *, version: int, now: datetime) -> None:
        """Keep a message; when this returns it is on disk. Raises SpoolFull, sqlite3.Error."""
        with self._transaction():
            self._insert(event, version, now)
        self._announce()

    def tell_of_device(self, device: str, event: Event, *, now: datetime) -> None:
        """Keep a message with the device's next version. Raises SpoolFull, sqlite3.Error."""
        with self._transaction() as connection:
            # beginning at the clock, versions also grow where the disk was lost
            row = connection.execute(
                "INSERT INTO device_version (device, version) VALUES (?, ?)"
                " ON CONFLICT (device) DO UPDATE SET version = max(version + 1, excluded.version) RETURNING version",
                (device, int(now.timestamp())),
            ).fetchone()
            self._insert(event, int(row[0]), now)
        self._announce()

    @override
    def claim(self, limit: int, *, without: Sequence[int]) -> Sequence[Outgoing]:
        with self._news:
            self._claimed_at = self._added
        with self._lock:
            rows = self._connection.execute(_CLAIM, (json.dumps(list(without)), limit)).fetchall()
        return [Outgoing(*row) for row in rows]

    @override
    def mark(self, ids: Sequence[int]) -> None:
        """Put aside what was confirmed, for some moments; a lost mark only sends it again, with the same id."""
        rows, now = [(id_,) for id_ in ids], time.time()
        with self._transaction() as connection:
            copy = "INSERT OR REPLACE INTO sent SELECT id, message_id, routing_key, body, ? FROM spool WHERE id = ?"
            connection.executemany(copy, [(now, id_) for id_ in ids])
            connection.executemany("DELETE FROM spool WHERE id = ?", rows)
            connection.execute("DELETE FROM sent WHERE at < ?", (now - MOMENTS,))
            self._waiting -= len(ids)
        self._look_at_size()

    @override
    def send_again(self) -> None:
        with self._transaction() as connection:
            back = "INSERT OR IGNORE INTO spool SELECT id, message_id, routing_key, body FROM sent"
            self._waiting += max(0, connection.execute(back).rowcount)
            connection.execute("DELETE FROM sent")
        self._announce()

    @override
    def wait(self, seconds: float) -> None:
        """Return at once when a message was added since the last claim, else after `seconds`."""
        deadline = time.monotonic() + seconds
        with self._news:
            while self._added == self._claimed_at:
                left = deadline - time.monotonic()
                if left <= 0 or not self._news.wait(left):
                    return

    @override
    def close(self) -> None:
        """The relay has ended; scanners may still add."""

    def end(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _insert(self, event: Event, version: int, now: datetime) -> None:
        if self._waiting >= self._limit:
            raise SpoolFull
        envelope = enclose(
            event, id_=new_id(), version=version, time=now, causation=None, traceparent=current_traceparent()
        )
        self._connection.execute(
            "INSERT INTO spool (message_id, routing_key, body) VALUES (?, ?, ?)",
            (envelope.id, envelope.routing_key, encode(envelope)),
        )
        self._waiting += 1

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            before = self._waiting
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                failpoints.hit("spool.before_commit")
                self._connection.execute("COMMIT")
            except BaseException:
                self._waiting = before
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        failpoints.hit("spool.after_commit")

    def _announce(self) -> None:
        with self._news:
            self._added += 1
            self._news.notify_all()
        self._look_at_size()

    def _look_at_size(self) -> None:
        waiting, before = self._waiting, self._state
        signs.WAITING.set(waiting)
        if waiting >= self._limit:
            state, sign = FULL, signs.SPOOL_FULL
        elif waiting >= self._alarm_at or (before != OK and waiting >= self._alarm_at * _EASED_SHARE):
            state, sign = FILLING, signs.SPOOL_FILLING
        else:
            state, sign = OK, signs.SPOOL_EASED
        if state == before:
            return
        self._state = state
        signs.ALARM.set(_ALARMS[state])
        tell: Callable[..., None] = log.info if state == OK else log.error
        tell(sign, waiting=waiting, limit=self._limit)
