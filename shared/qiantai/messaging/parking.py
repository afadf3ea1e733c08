"""Messages that need a person: list, show and replay them, on either bus."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pika
import psycopg
from typing_extensions import override

from qiantai.messaging.addresses import addresses
from qiantai.messaging.keys import CONTENT_TYPE
from qiantai.pace import SESSION


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A message that could not be processed, and why."""

    message_id: str
    type: str
    reason: str
    body: bytes

    @property
    def time(self) -> str | None:
        """When it was told, None where it does not say so."""
        return _attribute(self.body, "time")

    @property
    def branch(self) -> str | None:
        """The branch that it is about, None where it does not say so."""
        return _attribute(self.body, "branch")


class Parking(Protocol):
    """The parking place of one service."""

    def list(self) -> Sequence[ParkedMessage]:
        """Return what is parked, oldest first."""

    def replay(self, message_ids: Sequence[str]) -> int:
        """Send these back to their service; returns how many."""

    def count(self) -> int:
        """Return how many are parked."""


def _attribute(body: bytes, name: str) -> str | None:
    """Return a text attribute of an envelope, None where there is none or no envelope."""
    try:
        value = json.loads(body).get(name)
    except (ValueError, AttributeError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _type_of(body: bytes) -> str:
    return _attribute(body, "type") or "?"


class TableParking(Parking):
    """Parking on the embedded bus: rows of `held_message` without a retry time."""

    def __init__(self, url: str) -> None:
        self._url = url

    @override
    def list(self) -> Sequence[ParkedMessage]:
        query = "SELECT message_id, reason, body FROM held_message WHERE retry_at IS NULL ORDER BY held_at"
        with psycopg.connect(self._url, **SESSION) as connection:
            rows = connection.execute(query).fetchall()
        return [ParkedMessage(row[0], _type_of(bytes(row[2])), row[1], bytes(row[2])) for row in rows]

    @override
    def replay(self, message_ids: Sequence[str]) -> int:
        """Let the retry loop of the embedded bus take these at once."""
        change = (
            "UPDATE held_message SET retry_at = now(), attempts = 0 WHERE retry_at IS NULL AND message_id = ANY(%s)"
        )
        with psycopg.connect(self._url, **SESSION) as connection:
            return connection.execute(change, (list(message_ids),)).rowcount

    @override
    def count(self) -> int:
        with psycopg.connect(self._url, **SESSION) as connection:
            row = connection.execute("SELECT count(*) FROM held_message WHERE retry_at IS NULL").fetchone()
            return int(row[0]) if row else 0


class QueueParking(Parking):
    """Parking on RabbitMQ: the queue `<group>.parked`, read without taking anything away."""

    def __init__(self, url: str, group: str) -> None:
        self._parameters = [pika.URLParameters(address) for address in addresses(url)]
        self._group = group
        self._queue = f"{group}.parked"

    @override
    def list(self) -> Sequence[ParkedMessage]:
        with pika.BlockingConnection(self._parameters) as connection:
            return [parked for _, parked in self._read(connection.channel())]

    @override
    def replay(self, message_ids: Sequence[str]) -> int:
        """Publish these to the work queue, confirmed, and only then take them out of the parking queue."""
        wanted = set(message_ids)
        with pika.BlockingConnection(self._parameters) as connection:
            reading = connection.channel()
            sending = connection.channel()
            sending.confirm_delivery()
            found = [(tag, parked) for tag, parked in self._read(reading) if parked.message_id in wanted]
            for tag, parked in found:
                sending.basic_publish(
                    f"qiantai.aside.{self._group}",
                    self._group,
                    parked.body,
                    mandatory=True,
                    properties=pika.BasicProperties(
                        message_id=parked.message_id, content_type=CONTENT_TYPE, delivery_mode=2
                    ),
                )
                reading.basic_ack(tag)
        return len(found)

    @override
    def count(self) -> int:
        with pika.BlockingConnection(self._parameters) as connection:
            return int(connection.channel().queue_declare(self._queue, passive=True).method.message_count)

    def _read(self, channel: pika.adapters.blocking_connection.BlockingChannel) -> Sequence[tuple[int, ParkedMessage]]:
        found: list[tuple[int, ParkedMessage]] = []
        while True:
            method, properties, body = channel.basic_get(self._queue)
            if method is None or properties is None or body is None:
                return found
            headers = properties.headers or {}
            reason = headers.get("x-qiantai-reason") or f"delivered too often: {headers.get('x-first-death-reason')!r}"
            parked = ParkedMessage(_id_of(body), _type_of(body), str(reason), body)
            found.append((int(method.delivery_tag or 0), parked))


def _id_of(body: bytes) -> str:
    return _attribute(body, "id") or f"sha256-{hashlib.sha256(body).hexdigest()[:32]}"
