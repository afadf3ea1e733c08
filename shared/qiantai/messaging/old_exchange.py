"""Taking away the exchange of the release before, once nobody publishes to it."""

from __future__ import annotations

import contextlib
import time

from kombu import Consumer, Queue
from kombu.message import Message

from qiantai.ids import new_id
from qiantai.messaging.consumer import connect
from qiantai.messaging.topology import EVENTS, is_there

_BEAT = 5.0
"""Seconds between two heartbeats while listening."""


class StillUsed(RuntimeError):
    """Somebody publishes to the exchange of the release before: bring it up to date first."""


def forget_old_exchange(broker: str, seconds: float) -> None:
    """Take it away with all that is bound to it, after so many silent seconds. Raises StillUsed."""
    heard: list[str] = []

    def hear(message: Message) -> None:
        heard.append(str((message.delivery_info or {}).get("routing_key")))

    with connect(broker) as connection:
        if not is_there(connection, EVENTS):
            return
        with connection.channel() as channel:
            ear = Queue(f"qiantai.listens.{new_id()}", EVENTS, "#", exclusive=True, auto_delete=True)(channel)
            ear.declare()
            with Consumer(channel, [ear], no_ack=True, on_message=hear):
                until = time.monotonic() + seconds
                while not heard and (left := until - time.monotonic()) > 0:
                    with contextlib.suppress(TimeoutError):
                        connection.drain_events(timeout=min(left, _BEAT))
                    connection.heartbeat_check()
            if heard:
                raise StillUsed(f"{StillUsed.__doc__} ({heard[0]})")
            EVENTS(channel).delete()
