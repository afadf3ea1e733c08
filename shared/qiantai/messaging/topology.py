"""Exchanges and queues of the chain, declared the same way by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kombu import Connection, Exchange, Queue

from qiantai.pace import RETRY_SECONDS

EVENTS = Exchange("qiantai", type="topic", durable=True)
DEAD = Exchange("qiantai.dlx", type="direct", durable=True)
MAX_LENGTH = 100_000
DELIVERY_LIMIT = 20


def _quorum(**more: object) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-overflow": "reject-publish",
        "x-dead-letter-strategy": "at-least-once",
        **more,
    }


@dataclass(frozen=True, slots=True)
class ServiceTopology:
    """The queues of one consumer group: its work, its retries by delay, its parking."""

    group: str
    """Service name, with `.<branch>` where a branch runs its own."""
    bindings: Sequence[str]
    max_length: int = MAX_LENGTH

    @property
    def work(self) -> Queue:
        """Where events arrive; what dies here is parked."""
        arguments = _quorum(
            **{
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-max-length": self.max_length,
                "x-dead-letter-exchange": DEAD.name,
                "x-dead-letter-routing-key": self.group,
            }
        )
        return Queue(self.group, durable=True, queue_arguments=arguments)

    def retry(self, seconds: float) -> Queue:
        """Where a message waits for `seconds` and then returns to its work queue."""
        arguments = _quorum(
            **{
                "x-message-ttl": round(seconds * 1000),
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": self.group,
            }
        )
        return Queue(self.retry_name(seconds), durable=True, queue_arguments=arguments)

    def retry_name(self, seconds: float) -> str:
        """Name of the retry queue of one delay."""
        return f"{self.group}.retry.{seconds:g}s"

    @property
    def parked_name(self) -> str:
        """Name of the queue of messages that wait for a person."""
        return f"{self.group}.parked"

    def declare(self, connection: Connection) -> None:
        """Make everything that is not there yet."""
        with connection.channel() as channel:
            for exchange in (EVENTS, DEAD):
                exchange(channel).declare()
            parked = Queue(
                self.parked_name,
                DEAD,
                routing_key=self.group,
                durable=True,
                queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": 1_000_000},
            )  # looking counts
            parked(channel).declare()
            for seconds in RETRY_SECONDS:
                self.retry(seconds)(channel).declare()
            work = self.work(channel)
            work.declare()
            for key in self.bindings:
                work.bind_to(exchange=EVENTS, routing_key=key)
