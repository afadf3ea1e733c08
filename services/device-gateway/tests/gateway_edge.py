"""An edge with its scanners, running beside a test."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from device_gateway.edge.runner import Edge
from device_gateway.edge.settings import EdgeSettings
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import AppointmentBooked
from qiantai.contracts.customer import CardIssued
from qiantai.contracts.event import Event
from qiantai.ids import new_id
from qiantai.outbox.relay import Outgoing
from qiantai.wire.envelope import Envelope, decode, disclose, enclose, encode

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
WANG, LI = new_id(), new_id()
ACK = b"\x06"


class Kept:
    """A publisher that confirms everything, or is away."""

    at_once = 1

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.away = False

    def came_back(self) -> bool:
        return False

    def publish(self, messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        if self.away:
            raise ConnectionError("away")
        self.envelopes += [decode(message.body) for message in messages]
        return dict.fromkeys((message.id for message in messages), None)

    def close(self) -> None:
        """Nothing is held."""

    def told(self, kind: type[Event]) -> list[Any]:
        return [disclose(envelope) for envelope in self.envelopes if envelope.type == kind.TYPE]


class Running:
    """An edge in threads of this process."""

    def __init__(self, folder: Path, scanners: list[dict[str, object]]) -> None:
        self.file = folder / "scanners.json"
        self.write(scanners)
        self.edge = Edge(EdgeSettings(name="sh-01", scanners=self.file, folder=folder / "edge"))
        self.bus = Kept()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=task, args=(self._stop,)) for task in self.edge.tasks(self.bus)]
        for thread in self._threads:
            thread.start()

    def write(self, scanners: list[dict[str, object]]) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(scanners))
        fresh.replace(self.file)

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 15
        while not condition():
            assert time.monotonic() < deadline, self.edge.state()
            time.sleep(0.01)

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        self.edge.close()


def scanner(path: Path, device: str = "d1", **more: object) -> dict[str, object]:
    return {"device": device, "desk": "desk-1", "branch": "sh-01", "url": str(path), "ack": "\x06", **more}


def message(event: Event, version: int = 1) -> bytes:
    return encode(enclose(event, id_=new_id(), version=version, time=NOW, causation=None, traceparent=None))


def issued(number: str = "D000123", card: str = "k1") -> CardIssued:
    return CardIssued(branch=CHAIN, card=card, number=number, kind="design", customer=WANG)


def booked(number: str = "A0000017", appointment: str = "a1", branch: str = "hz-01") -> AppointmentBooked:
    return AppointmentBooked(
        branch=branch,
        appointment=appointment,
        number=number,
        customer=LI,
        kind="consultation",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        latest_arrival=NOW + timedelta(minutes=15),
    )
