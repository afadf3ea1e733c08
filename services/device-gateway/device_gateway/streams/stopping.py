"""Being told to stop: a server waits for what it is answering, and an open stream would never end by itself.

It waits no longer than for the last byte, though: a thread whose end nobody hears of would keep the process.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
AGAIN_SECONDS = 0.5
"""A loop hears of signals through a pipe, which is full while hundreds of streams are written to: it is told again."""


def when_told_to_stop(work: Callable[[], None]) -> None:
    """Call `work` in this loop when the process is told to stop, beside what the server does then."""
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        earlier = signal.getsignal(number)

        def told(number: int, frame: FrameType | None, earlier: object = earlier) -> None:
            loop.call_soon_threadsafe(work)
            loop.call_soon_threadsafe(loop.call_later, AGAIN_SECONDS, signal.raise_signal, number)
            if callable(earlier):
                earlier(number, frame)

        signal.signal(number, told)  # the loop's own handlers hear it too


class UnderWay:
    """Counts the requests that have threads."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    def __enter__(self) -> None:
        """One begins."""
        self._count += 1
        self._none.clear()

    def __exit__(self, *_: object) -> None:
        """One has ended."""
        self._count -= 1
        if not self._count:
            self._none.set()

    async def over(self) -> None:
        """Wait until none is left."""
        await self._none.wait()
