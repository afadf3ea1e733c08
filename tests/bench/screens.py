"""Many screens in one process of their own: raw sockets that read server-sent events and note when each change came."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import socket
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import NamedTuple

from tests.bench.report import NotMeasured

OPENINGS = 64
"""So many screens open at once."""
SLOW_BUFFER = 4096
_OPEN_SECONDS = 90.0
_NUMBER = re.compile(rb"^id: (\d+)\nevent: change$", re.MULTILINE)
_READY = b"event: ready\n"


class Screen(NamedTuple):
    """One screen: the branch that it watches, its token, and whether it stops reading when it is open."""

    branch: str
    token: str = ""
    slow: bool = False


class Came(NamedTuple):
    """A screen's changes in the order in which they came, when each came, and whether its stream was ended."""

    screen: Screen
    numbers: array[int]
    times: array[float]
    ended: bool


class Watching:
    """The process of the screens, while it runs."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def wait_until_open(self) -> None:
        """Wait until every screen is live. Raises NotMeasured."""
        said = self._hear(_OPEN_SECONDS)
        if said != "open":
            raise NotMeasured(f"the screens did not open: {said}")

    def came(self, changes: int, *, seconds: float) -> list[Came]:
        """Wait until every screen that reads has so many changes, at most so long; returns what came."""
        self._pipe.send((changes, seconds))
        found: list[Came] = self._hear(seconds + 30.0)
        return found

    def _hear(self, seconds: float) -> object:
        try:
            return self._pipe.recv() if self._pipe.poll(seconds) else "nothing was heard of them"
        except EOFError as error:
            raise NotMeasured("the process of the screens ended") from error


@contextmanager
def watching(port: int, screens: Sequence[Screen]) -> Iterator[Watching]:
    """Open screens, and close them at the end."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_screens, args=(port, list(screens), theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Watching(ours)
    finally:
        ours.close()
        process.terminate()
        process.join(10)


class Reading(asyncio.Protocol):
    """One open stream."""

    def __init__(self, screen: Screen, port: int) -> None:
        self.came = Came(screen, array("q"), array("d"), ended=False)
        self.ready = asyncio.get_running_loop().create_future()
        self._port = port
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        screen = self.came.screen
        transport.write(
            f"GET /api/gateway/board/stream?branch={screen.branch} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Accept: text/event-stream\r\nAuthorization: Bearer {screen.token}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.time()
        if not self.ready.done():
            self._rest += data
            _, found, data = self._rest.partition(_READY)
            if not found:
                return
            self.ready.set_result(None)
            self._rest = b""
            if self.came.screen.slow and self._transport is not None:
                self._transport.pause_reading()
        whole, _, self._rest = (self._rest + data).rpartition(b"\n\n")
        for number in _NUMBER.findall(whole):
            self.came.numbers.append(int(number))
            self.came.times.append(now)

    def connection_lost(self, error: Exception | None) -> None:
        self.came = self.came._replace(ended=True)
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(f"{error or 'closed'}: {self._rest[:300]!r}"))


def _screens(port: int, screens: Sequence[Screen], pipe: Connection) -> None:
    asyncio.run(_watch(port, screens, pipe))


async def _watch(port: int, screens: Sequence[Screen], pipe: Connection) -> None:
    turns = asyncio.Semaphore(OPENINGS)

    async def one(screen: Screen) -> Reading:
        async with turns:
            made = socket.socket()
            if screen.slow:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BUFFER)
            made.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(made, ("127.0.0.1", port))
            _, reading = await loop.create_connection(lambda: Reading(screen, port), sock=made)
            await reading.ready
            return reading

    try:
        readings = await asyncio.gather(*(one(screen) for screen in screens))
    except OSError as error:
        pipe.send(repr(error))
        return
    pipe.send("open")
    while not pipe.poll():  # noqa: ASYNC110 - what comes through a pipe wakes no loop
        await asyncio.sleep(0.1)
    changes, seconds = pipe.recv()
    until = time.monotonic() + seconds
    waiting = [one for one in readings if not one.came.screen.slow]
    while waiting and time.monotonic() < until:
        await asyncio.sleep(0.1)
        waiting = [one for one in waiting if len(one.came.numbers) < changes and not one.came.ended]
    pipe.send([one.came for one in readings])
