"""Waking the relay right after a commit, on a connection of its own.

NOTIFY inside the business transaction would serialise every commit; here a
thread sends one hint for all commits since the last. A lost hint costs the
relay's polling interval, nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import psycopg

from qiantai.logs import log
from qiantai.pace import SESSION


def channel_of(service: str) -> str:
    """Return the notification channel of a service's outbox."""
    return "outbox_" + service.replace("-", "_")


class Waker:
    """Sends wake-up hints for one service, also to its own `channels`; `wake` returns at once."""

    def __init__(self, url: str, service: str, channels: Sequence[str] = ()) -> None:
        self._url = url
        self.channels = tuple(channels)
        hints = ", ".join(f"pg_notify('{name}', '')" for name in (channel_of(service), *channels))
        self._statement = f"SELECT {hints}".encode()
        self._hint = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False

    def after_commit(self, *, told: bool) -> None:
        """After a commit that changed something: wake the relay if it told anything, `channels` in any case."""
        if told or self.channels:
            self.wake()

    def wake(self) -> None:
        """Say that rows were committed."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
                    self._thread.start()
        self._hint.set()

    def wake_now(self) -> None:
        """Send one hint and wait until it is out; for short commands."""
        with psycopg.connect(self._url, autocommit=True, **SESSION) as connection:
            connection.execute(self._statement)

    def close(self) -> None:
        """Let the thread end and its connection go."""
        self._closed = True
        self._hint.set()

    def _run(self) -> None:
        connection: psycopg.Connection | None = None
        while True:
            self._hint.wait()
            self._hint.clear()
            if self._closed:
                break
            try:
                if connection is None or connection.closed:
                    connection = psycopg.connect(self._url, autocommit=True, **SESSION)
                connection.execute(self._statement)
            except psycopg.Error as error:
                log.warning("wake_hint_lost", error=str(error))
                if connection is not None:
                    connection.close()
                connection = None
        if connection is not None:
            connection.close()
