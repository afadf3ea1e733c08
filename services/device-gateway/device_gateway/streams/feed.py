"""The newest changes of one branch and those who read them."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import Counter
from qiantai.actors import Actor
from qiantai.sessions import Session

from device_gateway.domain.facts import ALERT
from device_gateway.domain.shown import for_screen

QUEUE = 256
RING = 2000
_DROPPED = Counter("qiantai_board_streams_dropped", "Streams whose reader could not keep up")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a kind of item, encoded for desks and for wall screens."""

    sequence: int
    kind: str
    full: bytes
    screen: bytes


@dataclass(slots=True, eq=False)
class Reader:
    """One open stream."""

    screen: bool
    alerts: bool
    session: Session
    actor: Actor
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    over: bool = False

    def shown(self, change: Change) -> bytes:
        """Return what this reader may see of a change, nothing where that is nothing."""
        if change.kind == ALERT and not self.alerts:
            return b""
        return change.screen if self.screen else change.full

    def offer(self, change: Change) -> None:
        """Hand over a change; a full queue ends the stream."""
        data = self.shown(change)
        if self.over or not data:
            return
        if self.queue.full():
            _DROPPED.inc()
            self.end()
        else:
            self.queue.put_nowait(data)

    def end(self) -> None:
        """End the stream."""
        self.over = True
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(b"")


@dataclass(slots=True)
class Feed:
    """The newest changes of one branch, and who reads them."""

    sequence: int
    ring: deque[Change] = field(default_factory=lambda: deque(maxlen=RING))
    readers: set[Reader] = field(default_factory=set)
    looking_back: asyncio.Lock = field(default_factory=asyncio.Lock)

    def holds_after(self, sequence: int) -> bool:
        """Say whether everything after `sequence` is still in memory."""
        return sequence == self.sequence or self.oldest <= sequence + 1 <= self.sequence

    @property
    def oldest(self) -> int:
        """The number of the oldest change in memory; where there is none, that of the next to come."""
        return self.ring[0].sequence if self.ring else self.sequence + 1

    def put_before(self, older: Iterable[Change]) -> bool:
        """Put changes before those in memory, the newest first; False when there are none or no room is left."""
        more = False
        for change in older:
            if len(self.ring) == RING or change.sequence != self.oldest - 1:
                return False
            self.ring.appendleft(change)
            more = True
        return more


def encoded(number: int, change: dict[str, Any]) -> Change:
    """Return a change as server-sent events; nothing for a screen that may not see it."""
    gone = change["value"] is None
    value = None if gone else for_screen(change["kind"], change["value"])
    shown = value is not None or (gone and change["kind"] not in (ALERT, "unrecognised"))
    screen = _event(number, {**change, "value": value}) if shown else b""
    return Change(number, change["kind"], _event(number, change), screen)


def _event(number: int, change: dict[str, Any]) -> bytes:
    data = json.dumps({"sequence": number, **change}, ensure_ascii=False, separators=(",", ":"))
    return f"id: {number}\nevent: change\ndata: {data}\n\n".encode()
