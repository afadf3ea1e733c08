"""What the edge knows of cards and appointments (G3), so that a read is translated without the network."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentCompleted,
    AppointmentExpectedAgain,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from qiantai.contracts.customer import CardIssued, CardRevoked
from qiantai.contracts.device_gateway import DeviceTestAsked
from qiantai.contracts.event import Event
from qiantai.inbox.processor import DONE, Outcome, Verdict
from qiantai.logs import log
from qiantai.messaging.keys import matches
from qiantai.messaging.local import Subscriber
from qiantai.outbox.relay import Outgoing
from qiantai.wire.envelope import Undecodable, decode, disclose, routing_key
from typing_extensions import override

from device_gateway.domain.codes import IN_USE, KnownAppointment, KnownCard
from device_gateway.edge import signs
from device_gateway.edge.spool import open_sqlite

KEPT_DAYS = 7
"""Days for which a past appointment's number is still known."""
_TABLES = """
CREATE TABLE IF NOT EXISTS card (
  id TEXT PRIMARY KEY, number TEXT NOT NULL, customer TEXT NOT NULL, kind TEXT, state TEXT NOT NULL,
  version INTEGER NOT NULL
) WITHOUT ROWID;
DROP INDEX IF EXISTS card_number;
CREATE INDEX IF NOT EXISTS card_number_any_case ON card (number COLLATE NOCASE);
CREATE TABLE IF NOT EXISTS appointment (
  id TEXT PRIMARY KEY, number TEXT, customer TEXT NOT NULL,
  ends_at TEXT, time_version INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'booked', state_version INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
DROP INDEX IF EXISTS appointment_number;
CREATE INDEX IF NOT EXISTS appointment_number_any_case ON appointment (number COLLATE NOCASE);
CREATE TABLE IF NOT EXISTS test (
  device TEXT, branch TEXT, request TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (device, branch)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS asked (what TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_CARD = (
    "INSERT INTO card (id, number, customer, kind, state, version) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, kind = coalesce(excluded.kind, kind),"
    " version = excluded.version WHERE excluded.version > version"
)
_NUMBER = (
    "INSERT INTO appointment (id, customer, number) VALUES (?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET number = excluded.number"
)
_TIME = (
    "INSERT INTO appointment (id, customer, ends_at, time_version) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET ends_at = excluded.ends_at, time_version = excluded.time_version"
    " WHERE excluded.time_version > time_version"
)
_STATE = (
    "INSERT INTO appointment (id, customer, state, state_version) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, state_version = excluded.state_version"
    " WHERE excluded.state_version > state_version"
)
_TEST = "INSERT OR REPLACE INTO test (device, branch, request, until) VALUES (?, ?, ?, ?)"
_STATES: dict[type[Event], str] = {
    AppointmentBooked: "booked",
    AppointmentCancelled: "cancelled",
    AppointmentArrived: "arrived",
    AppointmentExpectedAgain: "booked",
    AppointmentCompleted: "completed",
    AppointmentNoShow: "no_show",
}
CARD_TYPES = (CardIssued, CardRevoked)
APPOINTMENT_TYPES = (
    AppointmentBooked,
    AppointmentRescheduled,
    AppointmentCancelled,
    AppointmentArrived,
    AppointmentExpectedAgain,
    AppointmentCompleted,
    AppointmentNoShow,
)
HEARD = (*CARD_TYPES, *APPOINTMENT_TYPES, DeviceTestAsked)


class Cache:
    """Cards and appointments by number, letters without case; kept from events, newer versions win in any order."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError as error:  # it is a copy: begin it anew, and have everything told again
            log.error(signs.CACHE_RENEWED, path=str(path), reason=str(error))
            for part in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                part.unlink(missing_ok=True)
            self._connection = _open(path)

    def card(self, number: str) -> KnownCard | None:
        """Return the card of this number; one in use before one that is not."""
        with self._lock:
            row = self._connection.execute(
                "SELECT customer, kind, state FROM card WHERE number = ? COLLATE NOCASE"
                " ORDER BY state = ? DESC, version DESC LIMIT 1",
                (number, IN_USE),
            ).fetchone()
        return None if row is None else KnownCard(customer=row[0], kind=row[1] or "design", state=row[2])

    def appointment(self, number: str) -> KnownAppointment | None:
        """Return the appointment of this number."""
        with self._lock:
            row = self._connection.execute(
                "SELECT id, customer, state FROM appointment WHERE number = ? COLLATE NOCASE ORDER BY id DESC LIMIT 1",
                (number,),
            ).fetchone()
        return None if row is None else KnownAppointment(appointment=row[0], customer=row[1], state=row[2])

    def test_of(self, device: str, branch: str, now: datetime) -> str | None:
        """Return the test that a scanner's next read is for, and forget it; None where there is none."""
        about = (device, branch)
        with self._lock:
            row = self._connection.execute(
                "SELECT request, until FROM test WHERE device = ? AND branch = ?", about
            ).fetchone()
            if row is None:
                return None
            self._connection.execute("DELETE FROM test WHERE device = ? AND branch = ?", about)
        return str(row[0]) if now.timestamp() < row[1] else None

    def must_ask(self, what: str) -> bool:
        """Say whether an owner's facts were never asked for."""
        with self._lock:
            return self._connection.execute("SELECT 1 FROM asked WHERE what = ?", (what,)).fetchone() is None

    def asked(self, what: str) -> None:
        """Remember that an owner's facts were asked for."""
        with self._lock:
            self._connection.execute("INSERT OR IGNORE INTO asked (what) VALUES (?)", (what,))

    def forget_past(self, now: datetime) -> None:
        """Drop appointments that ended some days ago."""
        with self._lock:
            self._connection.execute(
                "DELETE FROM appointment WHERE ends_at < ?",
                ((now - timedelta(days=KEPT_DAYS)).astimezone(UTC).isoformat(),),
            )

    def process(self, bodies: Sequence[bytes]) -> list[Outcome]:
        """Take messages over, all in one commit; returns a verdict on each. Raises sqlite3.Error: nothing was taken."""
        outcomes: list[Outcome] = [DONE] * len(bodies)
        changes: list[tuple[str, tuple[Any, ...]]] = []
        for place, body in enumerate(bodies):
            try:
                envelope = decode(body)
                event = disclose(envelope)
            except Undecodable as error:
                outcomes[place] = Outcome(Verdict.PARK, f"undecodable: {error}")
                continue
            if event is not None:
                changes.extend(_changes(event, envelope.version))
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for statement, values in changes:
                    self._connection.execute(statement, values)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        return outcomes

    def end(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def edge_bindings(consumer: str) -> list[str]:
    """Return the topic keys that an edge listens to."""
    return [f"rebuild.{consumer}.#", *sorted(routing_key(kind.TYPE, "*") for kind in HEARD)]


class EdgeSubscriber(Subscriber):
    """The edge's side of the embedded bus, and its bindings on RabbitMQ."""

    def __init__(self, cache: Cache, consumer: str) -> None:
        self._cache = cache
        self.name = consumer
        self.bindings = edge_bindings(consumer)

    @override
    def listens_to(self, key: str) -> bool:
        return any(matches(binding, key) for binding in self.bindings)

    @override
    def take(self, messages: Sequence[Outgoing]) -> None:
        """Take messages over; raises when the disk does not. What cannot be read is logged and left out."""
        outcomes = self._cache.process([message.body for message in messages])
        for message, outcome in zip(messages, outcomes, strict=True):
            if outcome.verdict is not Verdict.DONE:
                log.error(signs.MESSAGE_LEFT_OUT, message=message.message_id, reason=outcome.reason)

    @override
    def retry_due(self, limit: int = 0) -> int:
        """Nothing is held: the sender keeps what could not be taken."""
        return 0


def _open(path: Path) -> sqlite3.Connection:
    connection = open_sqlite(path)
    connection.executescript(_TABLES)
    return connection


def _changes(event: Event, version: int) -> list[tuple[str, tuple[Any, ...]]]:
    if isinstance(event, CardIssued):
        return [(_CARD, (event.card, event.number, event.customer, event.kind, IN_USE, version))]
    if isinstance(event, CardRevoked):
        return [(_CARD, (event.card, event.number, event.customer, None, event.reason, version))]
    if isinstance(event, DeviceTestAsked):
        return [(_TEST, (event.device, event.branch, event.request, event.until.timestamp()))]
    if not isinstance(event, APPOINTMENT_TYPES):
        return []
    found: list[tuple[str, tuple[Any, ...]]] = []
    if isinstance(event, AppointmentBooked):
        found.append((_NUMBER, (event.appointment, event.customer, event.number)))
    if isinstance(event, AppointmentBooked | AppointmentRescheduled):
        found.append((_TIME, (event.appointment, event.customer, event.ends_at.astimezone(UTC).isoformat(), version)))
    if type(event) in _STATES:
        found.append((_STATE, (event.appointment, event.customer, _STATES[type(event)], version)))
    return found
