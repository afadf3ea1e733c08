"""Who signs in from nowhere that is known: a few at once, and the others wait where waiting costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from device_gateway.domain.errors import TooBusy
from device_gateway.domain.tries import COOKIE
from device_gateway.streams.asgi import Message, Scope, Send
from device_gateway.streams.bodies import OPEN_TO_STRANGERS

AT_ONCE = 2
"""Strangers of a process who have a thread, and with it a connection to the database."""
MOST_WAITING = 64
LONGEST_WAIT = 1.0
"""Seconds until who waits is told to come again."""
_COOKIE = f"{COOKIE}=".encode()


class Strangers:
    """Turns of requests that anybody may make and that cost something; a browser that has signed in needs none."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def turn(self, scope: Scope, send: Send) -> AsyncIterator[Send]:
        """Wait for a turn, where one is needed; it is over when the answer begins. Raises TooBusy."""
        if scope["path"] not in OPEN_TO_STRANGERS or _known(scope):
            yield send
            return
        await self._wait()
        over = False

        def end() -> None:
            nonlocal over
            if not over:
                self._turns.release()
            over = True

        async def answered(message: Message) -> None:
            end()  # how fast the answer is read is no matter of the others
            await send(message)

        try:
            yield answered
        finally:
            end()

    async def _wait(self) -> None:
        if self._waiting >= MOST_WAITING:
            raise TooBusy(facts={"retry_after": 1})
        self._waiting += 1
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._turns.acquire()
        except TimeoutError as error:
            raise TooBusy(facts={"retry_after": 1}) from error
        finally:
            self._waiting -= 1


def _known(scope: Scope) -> bool:
    """Say whether this seems to come from a device with a sealed cookie; the application looks at the seal."""
    return any(name == b"cookie" and _COOKIE in value for name, value in scope["headers"])
