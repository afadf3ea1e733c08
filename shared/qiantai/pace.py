"""How fast the event path goes: pauses after faults, delays of retries, heartbeats; tests shorten them."""

from __future__ import annotations

import gc
import os
import random
import sys
import threading
from typing import Any, TypeVar

FIRST_PAUSE = 0.5
LONGEST_PAUSE = float(os.environ.get("QIANTAI_LONGEST_PAUSE", "30"))
RETRY_SECONDS = tuple(float(part) for part in os.environ.get("QIANTAI_RETRY_SECONDS", "5,30,120,600,3600").split(","))
"""A message that cannot be done yet comes back after each of these, then it is parked."""
HEARTBEAT = int(os.environ.get("QIANTAI_HEARTBEAT", "60"))
"""Of consumers: handlers must be quicker than this."""
PUBLISHER_HEARTBEAT = min(10, HEARTBEAT)
ANSWER_SECONDS = float(os.environ.get("QIANTAI_ANSWER_SECONDS", "15"))
"""How long the broker may take to answer; after that the connection is thrown away."""
MOMENTS = 10.0
"""Seconds of confirmed messages that are sent again after the broker was away: it may have forgotten them."""

SESSION: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Of every PostgreSQL session: a server that vanished without a word is noticed within half a minute."""


_TURN_SECONDS = 0.0005
T = TypeVar("T")


def evenly(started: T) -> T:
    """Return what has started, its process set to answer at an even pace.

    Threads mostly wait for the database: whoever has an answer is not kept waiting for the usual 5 ms by
    another. What is there when a process starts stays: garbage is not looked for in it again and again, and
    elsewhere seldom, for a day's states are many objects and no garbage.
    """
    sys.setswitchinterval(_TURN_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    return started


class Pause:
    """Growing pauses with jitter between tries; `reset` when something worked."""

    def __init__(self) -> None:
        self.seconds = FIRST_PAUSE

    def reset(self) -> None:
        """The next fault is a new one."""
        self.seconds = FIRST_PAUSE

    def wait(self, stop: threading.Event) -> None:
        """Wait, at most until `stop`; the next wait is longer."""
        stop.wait(jittered(self.seconds))
        self.seconds = longer(self.seconds)


def longer(seconds: float) -> float:
    """Return the pause that follows one of `seconds`."""
    return min(seconds * 2, LONGEST_PAUSE)


def jittered(seconds: float) -> float:
    """Return between half and all of it, so that replicas do not come back as one."""
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
