"""Exchanges and queues of the chain, declared the same way by everybody."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import amqp
from kombu import Connection, Exchange, Queue

from qiantai.contracts.event import CHAIN
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.logs import log
from qiantai.messaging.tellers import (
    EDGE_TYPES,
    EDGES,
    branch_of_edge,
    exchange_of,
    exchange_of_edge,
    sources_of,
)
from qiantai.pace import RETRY_SECONDS
from qiantai.services import API_PREFIXES
from qiantai.wire.envelope import routing_key

EVENTS = Exchange("qiantai", type="topic", durable=True)
"""Where the release before this one publishes; heard where it is there, made by nobody."""
DEAD = Exchange("qiantai.dlx", type="direct", durable=True)
"""Where queues of that release let their dead go."""
MAX_LENGTH = 100_000
DELIVERY_LIMIT = 20
MEMBERS = int(os.environ.get("QIANTAI_QUEUE_MEMBERS", "3"))
"""Nodes that hold a queue, whoever declares it; fewer where the cluster has fewer."""


class NotDeclared(RuntimeError):
    """A queue is missing, and this user may not declare it: `qiantai queues` does it."""


def topic(name: str) -> Exchange:
    """Return a topic exchange."""
    return Exchange(name, type="topic", durable=True)


def _quorum(**more: object) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-quorum-initial-group-size": MEMBERS,
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
    edge: str | None = None
    """Name of the edge whose queues these are."""

    @property
    def aside(self) -> Exchange:
        """By which the group reaches its own queues, and nobody else's."""
        return Exchange(f"qiantai.aside.{self.group}", type="direct", durable=True)

    @property
    def work(self) -> Queue:
        """Where events arrive; what dies here is parked."""
        arguments = _quorum(
            **{
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-max-length": self.max_length,
                "x-dead-letter-exchange": self.aside.name,
                "x-dead-letter-routing-key": self.parked_name,
            }
        )
        return Queue(self.group, durable=True, queue_arguments=arguments)

    def retry(self, seconds: float) -> Queue:
        """Where a message waits for `seconds` and then returns to its work queue."""
        arguments = _quorum(
            **{
                "x-message-ttl": round(seconds * 1000),
                "x-dead-letter-exchange": self.aside.name,
                "x-dead-letter-routing-key": self.group,
            }
        )
        return Queue(self.retry_name(seconds), durable=True, queue_arguments=arguments)

    @property
    def parked(self) -> Queue:
        """Where messages wait for a person; looking counts as a delivery."""
        arguments = {
            "x-queue-type": "quorum",
            "x-quorum-initial-group-size": MEMBERS,
            "x-delivery-limit": 1_000_000,
        }
        return Queue(self.parked_name, durable=True, queue_arguments=arguments)

    def retry_name(self, seconds: float) -> str:
        """Name of the retry queue of one delay."""
        return f"{self.group}.retry.{seconds:g}s"

    @property
    def parked_name(self) -> str:
        """Name of the queue of messages that wait for a person."""
        return f"{self.group}.parked"

    @property
    def queues(self) -> list[Queue]:
        """All of them, the work queue last."""
        return [self.parked, *map(self.retry, RETRY_SECONDS), self.work]

    def declare(self, connection: Connection) -> None:
        """Make everything that is not there yet; a user who may not sees whether it is there. Raises NotDeclared.

        A queue that is there keeps the arguments that it was made with.
        """
        missing = [queue for queue in self.queues if not is_there(connection, queue)]
        before = [EVENTS.name] if is_there(connection, EVENTS) else []
        try:
            with connection.channel() as channel:
                self._declare(channel, missing, before)
        except amqp.exceptions.AccessRefused as error:
            if missing:
                raise NotDeclared(f"{missing[0].name}: {NotDeclared.__doc__}") from error
            log.debug("topology_is_given", group=self.group)

    def _declare(self, channel: Any, missing: Sequence[Queue], before: Sequence[str]) -> None:  # noqa: ANN401 - kombu's own
        for exchange in (DEAD, self.aside, topic(EDGES)):
            exchange(channel).declare()
        for name in API_PREFIXES:
            topic(exchange_of(name))(channel).declare()
        if self.edge is not None:
            self._declare_edge(channel, self.edge)
        for queue in missing:
            queue(channel).queue_declare()
        for queue in self.queues:
            queue(channel).bind_to(exchange=self.aside, routing_key=queue.name)
        self.parked(channel).bind_to(exchange=DEAD, routing_key=self.group)
        work = self.work(channel)
        for key in self.bindings:
            for source in (*before, *sources_of(key)):
                work.bind_to(exchange=source, routing_key=key)

    def _declare_edge(self, channel: Any, name: str) -> None:  # noqa: ANN401 - kombu's own
        own = topic(exchange_of_edge(name))(channel)
        own.declare()
        branch = branch_of_edge(name) or "*"
        for key in (*(routing_key(type_, branch) for type_ in EDGE_TYPES), routing_key(RebuildRequested.TYPE, CHAIN)):
            topic(EDGES)(channel).bind_to(exchange=own, routing_key=key)


def is_there(connection: Connection, thing: Queue | Exchange) -> bool:
    """Say whether a queue or an exchange is declared."""
    channel = connection.channel()
    look = thing(channel).declare if isinstance(thing, Exchange) else thing(channel).queue_declare
    try:
        look(passive=True)
    except amqp.exceptions.NotFound:
        return False  # the broker has closed the channel
    channel.close()
    return True
