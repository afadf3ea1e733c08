"""Changes of flow boards at an even pace, committed as the gateway's worker commits them; when each was committed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from device_gateway.storage.unit_of_work import GatewayUnitOfWork
from device_gateway.streams.hub import CHANNEL
from qiantai.actors import service_actor
from qiantai.clock import HOME_ZONE, business_day
from qiantai.outbox.wake import Waker
from qiantai.storage.engine import engine_for
from qiantai.storage.unit_of_work import transaction
from qiantai.uow import Context

Json = dict[str, Any]
Value = Callable[[int], tuple[str, Json | None]]
"""The item of the n-th change and what it is from now on, None where it is gone."""
_BRANCH = "INSERT INTO branch VALUES (%s, %s, %s, 'Asia/Shanghai', 'CNY', true, 1) ON CONFLICT DO NOTHING"
_ACTOR = service_actor("device-gateway")


Committed = dict[tuple[str, int], float]
"""When each change, by branch and number, was committed: in seconds, in the order of the commits."""


class Boards:
    """Writes changes of boards on the gateway's database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = engine_for(url, pool=1)
        self._waker = Waker(url, "device-gateway", (CHANNEL,))

    def close(self) -> None:
        """Let its connections go."""
        self._waker.close()
        self._engine.dispose()

    def open_branches(self, branches: Sequence[str]) -> None:
        """Let branches be there."""
        with psycopg.connect(self._url) as connection:
            connection.cursor().executemany(_BRANCH, [(branch, branch, branch) for branch in branches])

    def change(
        self, branches: Sequence[str], value: Value, *, count: int, per_second: float, together: int = 1
    ) -> Committed:
        """Commit `count` changes, so many `together`, in the branches by turns."""
        committed = Committed()
        began = time.monotonic()
        for first in range(0, count, together):
            time.sleep(max(0.0, began + first / per_second - time.monotonic()))
            branch, now = branches[first // together % len(branches)], datetime.now(UTC)
            day = business_day(now, HOME_ZONE)
            numbers = []
            with transaction(self._engine, GatewayUnitOfWork, Context(actor=_ACTOR, now=now)) as uow:
                uow.board.lock(branch)
                for number in range(first, min(first + together, count)):
                    item, shown = value(number)
                    uow.board.put(branch, "card", item, day=day, value=shown, now=now)
                    numbers.append(uow.board._locked[branch])
            committed.update(dict.fromkeys(((branch, one) for one in numbers), time.time()))
            self._waker.wake()
        return committed


def visitor(number: int, item: str, **more: Any) -> Json:
    """Return a card as most are: somebody who waits for a consultant."""
    now = datetime.now(UTC).isoformat()
    return {
        "id": item,
        "kind": "visit",
        "customer": item,
        "name": f"客人{number:05d}",
        "phone_tail": f"{number % 10_000:04d}",
        "tab": "consultation",
        "state": "waiting",
        "since": now,
        "waiting_since": now,
        "promised_at": None,
        "arrived_at": now,
        "visit_class": "first_visit",
        "projects": [{"code": "laser", "zh": "激光", "en": "Laser"}],
        "to": {"kind": "consultant", "id": "lin.yue", "name": "林悦"},
        "why": {
            "zh": f"按轮排顺序轮到林悦：今天已接 {number % 9} 位，前面的顾问都在接待中。",
            "en": f"Lin Yue's turn by rotation: {number % 9} visitors today; those before are with visitors.",
        },
        "appointment": None,
        "flags": [],
        "missing": [],
        "due": 0,
        "currency": None,
        "read": None,
        **more,
    }
