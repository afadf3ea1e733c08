"""A service's outbox table as the relay's source."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg
from typing_extensions import override

from qiantai import metrics
from qiantai.outbox.relay import Outgoing, Source
from qiantai.outbox.wake import channel_of
from qiantai.pace import MOMENTS, SESSION
from qiantai.storage.outbox import SHARDS

_LOCK_SPACE = 0x51A0
"""First key of the advisory locks that guard the shards; the second is service and shard."""

_CLAIM = (
    "SELECT id, message_id, routing_key, body FROM outbox"
    " WHERE published_at IS NULL AND shard = ANY(%s) AND id <> ALL(%s) ORDER BY id LIMIT %s"
)
_SEND_AGAIN = (
    "UPDATE outbox SET published_at = NULL"
    " WHERE published_at > (SELECT max(published_at) FROM outbox) - make_interval(secs => %s) AND shard = ANY(%s)"
)
_SHARDS_AGAIN_SECONDS = 2.0


class OutboxSource(Source):
    """Unpublished rows of the shards that this process holds.

    One PostgreSQL session holds the shards' advisory locks, so they are free
    the moment it ends; another relay takes them over.
    """

    def __init__(self, url: str, service: str) -> None:
        self._url = url
        self._service = service
        self._connection: psycopg.Connection | None = None
        self._shards: list[int] = []
        self._looked_at = 0.0

    @override
    def claim(self, limit: int, *, without: Sequence[int]) -> Sequence[Outgoing]:
        """Return the oldest unpublished rows of the held shards."""
        connection = self._session()
        self._take_free_shards(connection)
        if not self._shards:
            return ()
        rows = connection.execute(_CLAIM, (self._shards, list(without), limit)).fetchall()
        return [Outgoing(*row) for row in rows]

    @override
    def mark(self, ids: Sequence[int]) -> None:
        """Mark rows as published; a lost mark only publishes them again."""
        self._session().execute("UPDATE outbox SET published_at = now() WHERE id = ANY(%s)", (list(ids),))
        metrics.PUBLISHED.labels(self._service).inc(len(ids))

    @override
    def send_again(self) -> None:
        """Let the rows of the last moments before the newest mark wait once more; the inbox knows them."""
        connection = self._session()
        self._take_free_shards(connection)
        connection.execute(_SEND_AGAIN, (MOMENTS, self._shards))

    @override
    def wait(self, seconds: float) -> None:
        """Wait for a wake-up hint."""
        for _ in self._session().notifies(timeout=seconds, stop_after=1):
            pass

    @override
    def close(self) -> None:
        """End the session and with it the shard locks."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _session(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            self._shards = []
            self._looked_at = 0.0
            self._connection = psycopg.connect(self._url, autocommit=True, **SESSION)
            self._connection.execute("SET synchronous_commit = off")
            self._connection.execute(f'LISTEN "{channel_of(self._service)}"'.encode())
        return self._connection

    def _take_free_shards(self, connection: psycopg.Connection) -> None:
        now = time.monotonic()
        if len(self._shards) == SHARDS or now - self._looked_at < _SHARDS_AGAIN_SECONDS:
            return
        self._looked_at = now
        for shard in set(range(SHARDS)) - set(self._shards):
            row = connection.execute(
                "SELECT pg_try_advisory_lock(%s, hashtext(current_schema() || ':' || %s::text))", (_LOCK_SPACE, shard)
            ).fetchone()
            if row and row[0]:
                self._shards.append(shard)
