"""Which sessions have ended, as the gateway has told: looked up again every few seconds, not at each request."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

import sqlalchemy as sa
from typing_extensions import override

from qiantai.actors import Actor
from qiantai.sessions import GENERATIONS, Session, SessionEnded, Sessions

AGAIN_SECONDS = 5.0
_NEWEST = sa.text(f"SELECT staff, generation FROM {GENERATIONS.table} WHERE generation > 1")  # noqa: S608 - our own table


class KnownSessions(Sessions):
    """The generations of accounts in a service's schema."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._newest: Mapping[str, int] = {}
        self._looked_at: float | None = None
        self._lock = threading.Lock()

    @override
    def live(self, session: Session) -> Actor:
        if session.generation is not None and session.generation < self._generations().get(session.actor.id, 0):
            raise SessionEnded
        return session.actor

    def _generations(self) -> Mapping[str, int]:
        looked_at = self._looked_at
        if looked_at is not None and time.monotonic() - looked_at < AGAIN_SECONDS:
            return self._newest
        if self._lock.acquire(blocking=looked_at is None):  # one looks, the others go on with what is known
            try:
                with self._engine.begin() as connection:
                    self._newest = {row.staff: row.generation for row in connection.execute(_NEWEST)}
                self._looked_at = time.monotonic()
            finally:
                self._lock.release()
        return self._newest
