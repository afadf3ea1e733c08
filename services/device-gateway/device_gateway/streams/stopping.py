"""Being told to stop: a server waits for what it is answering, and an open stream would never end by itself."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def when_told_to_stop(work: Callable[[], None]) -> None:
    """Call `work` in this loop when the process is told to stop, beside what the server does then."""
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        earlier = signal.getsignal(number)

        def told(number: int, frame: FrameType | None, earlier: object = earlier) -> None:
            loop.call_soon_threadsafe(work)
            if callable(earlier):
                earlier(number, frame)

        signal.signal(number, told)  # the loop's own handlers hear it too
