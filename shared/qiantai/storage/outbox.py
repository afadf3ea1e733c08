"""Writing outbox rows in the transaction of the facts that they tell."""

from __future__ import annotations

import zlib

from typing_extensions import override

from qiantai.contracts.event import Event, aggregate_of
from qiantai.ids import new_id
from qiantai.storage.statements import Statements
from qiantai.telemetry import current_traceparent
from qiantai.uow import Context, Outbox
from qiantai.wire.envelope import Envelope, enclose, encode

SHARDS = 8
"""Rows are split by aggregate; one relay holds a shard at a time, so order per aggregate is kept."""


def shard_of(type_: str, subject: str) -> int:
    """Return the shard of an aggregate."""
    return zlib.crc32(f"{aggregate_of(type_)}:{subject}".encode()) % SHARDS


class PendingOutbox(Outbox):
    """Events appended during a unit of work; `write` saves them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.causation = context.causation
        """What led to the events that are appended next."""
        self.rows: list[tuple[Envelope, str]] = []

    @override
    def append(self, event: Event, *, version: int, to: str | None = None) -> None:
        envelope = enclose(
            event,
            id_=new_id(),
            version=version,
            time=self._context.now,
            causation=self.causation,
            traceparent=current_traceparent(),
        )
        key = envelope.routing_key if to is None else f"rebuild.{to}.{envelope.routing_key}"
        self.rows.append((envelope, key))

    def write(self, statements: Statements) -> bool:
        """Save what was appended with what waits already; returns whether there was anything.

        Idempotent: a second call writes nothing.
        """
        rows, self.rows = self.rows, []
        statements.insert_later(
            "outbox",
            [
                {
                    "message_id": envelope.id,
                    "shard": shard_of(envelope.type, envelope.subject),
                    "routing_key": key,
                    "body": encode(envelope),
                }
                for envelope, key in rows
            ],
        )
        return bool(rows)
