"""Bodies of requests before a thread is taken: in bounded time, in bounded size, from whom it is worth it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest
from device_gateway.bootstrap import service
from device_gateway.storage import door as storage
from device_gateway.streams import bodies, strangers
from device_gateway.streams.app import compose
from device_gateway.streams.asgi import App
from device_gateway.streams.stream import Streams
from qiantai.actors import Actor
from qiantai.application.app import MAX_BODY
from qiantai.service import Service
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.tokens import TokenSigner

SIGN_IN = "/api/gateway/sign-in"
STAFF = "/api/gateway/staff/x"
Story = Callable[[App], Coroutine[Any, Any, None]]


class Caller:
    """One request; its body comes in parts, and never ends where it is said to be half."""

    def __init__(
        self,
        app: App,
        path: str,
        parts: Sequence[bytes],
        *headers: tuple[bytes, bytes],
        half: bool = False,
        query: bytes = b"",
    ) -> None:
        self.status = 0
        self.taken = 0
        self._parts = list(parts)
        self._half = half
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST" if path == SIGN_IN else "PUT",
            "path": path,
            "query_string": query,
            "headers": [(b"content-type", b"application/json"), *headers],
        }
        self.task = asyncio.create_task(app(scope, self._receive, self._send))  # type: ignore[arg-type]

    async def _receive(self) -> dict[str, Any]:
        if not self._parts:
            assert self._half
            await asyncio.Event().wait()
        part = self._parts.pop(0)
        self.taken += len(part)
        return {"type": "http.request", "body": part, "more_body": bool(self._parts) or self._half}

    async def _send(self, message: Any) -> None:
        self.status = message.get("status", self.status)


def length(count: int) -> tuple[bytes, bytes]:
    return b"content-length", str(count).encode()


CHUNKED = (b"transfer-encoding", b"chunked")


@pytest.fixture
def play(under_test: Callable[[Service], ServiceUnderTest]) -> Callable[[Story], None]:
    gateway = under_test(service())

    async def whole(story: Story) -> None:
        streams = Streams(gateway.settings)
        try:
            async with asyncio.timeout(30):
                await story(compose(gateway.app, streams, workers=4))
        finally:
            await streams.close()

    return lambda story: asyncio.run(whole(story))


@pytest.fixture
def bearer(signer: TokenSigner) -> tuple[bytes, bytes]:
    actor = Actor(id="p", name="p", roles=frozenset({"head_office"}), branches=frozenset({"sh-01"}))
    return b"authorization", f"Bearer {signer.sign(actor, now=time.time(), seconds=600)}".encode()


@pytest.mark.parametrize("query", ["q=王", "q=a b", "a=\x00", "a=%E7%8E%8B&b=1+1"])
def test_a_query_that_nobody_encoded_is_read_as_if_it_were(
    play: Callable[[Story], None], bearer: tuple[bytes, bytes], query: str
) -> None:
    async def story(app: App) -> None:
        caller = Caller(app, STAFF, [b"{}"], bearer, length(2), query=query.encode())
        await caller.task
        assert caller.status == 422  # that of an empty account

    play(story)


@pytest.mark.parametrize("many", [16, 200])
def test_half_bodies_take_no_thread_and_end(
    play: Callable[[Story], None], bearer: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 2.0)

    async def story(app: App) -> None:
        slow = [Caller(app, SIGN_IN, [b"{"], length(500), half=True) for _ in range(many)]
        slow += [Caller(app, STAFF, [b"{"], length(500), bearer, half=True) for _ in range(many)]
        slow += [Caller(app, STAFF, [b"{"], CHUNKED, bearer, half=True) for _ in range(many)]
        await asyncio.sleep(0)
        normal = Caller(app, SIGN_IN, [b'{"staff":"nobody",', b'"password":"x"}'], length(33))
        async with asyncio.timeout(1.0):
            await normal.task
        assert normal.status in (401, 422)
        for one in slow:
            await one.task
        assert {one.status for one in slow} == {408}

    play(story)


def test_a_body_that_will_be_refused_is_not_read(play: Callable[[Story], None], bearer: tuple[bytes, bytes]) -> None:
    part = b" " * 4096

    async def story(app: App) -> None:
        bad = (b"authorization", b"Bearer not.a.token")
        for headers, status, most in (
            ((length(500),), 401, 0),
            ((CHUNKED,), 401, len(part)),
            ((length(MAX_BODY), bad), 401, 0),
            ((CHUNKED, bad), 401, len(part)),
            ((length(MAX_BODY + 1), bearer), 413, 0),
        ):
            one = Caller(app, STAFF, [part], *headers, half=True)
            await one.task
            assert (one.status, one.taken <= most) == (status, True), headers
        stranger = Caller(app, SIGN_IN, [part] * 100, CHUNKED)
        await stranger.task
        assert (stranger.status, stranger.taken) == (413, bodies.STRANGERS_BYTES + len(part))

    play(story)


def test_a_body_in_chunks_is_read(play: Callable[[Story], None], bearer: tuple[bytes, bytes]) -> None:
    async def story(app: App) -> None:
        whole = Caller(app, SIGN_IN, [b'{"staff":"nobody",', b'"password":"x"}'], CHUNKED)
        await whole.task
        empty = Caller(app, SIGN_IN, [b""], CHUNKED)
        await empty.task
        assert (whole.status, empty.status) == (401, 422)
        long = Caller(app, STAFF, [b" " * 65536] * 17, CHUNKED, bearer)
        await long.task
        assert long.status == 413

    play(story)


def test_who_reads_the_answer_slowly_holds_no_thread(play: Callable[[Story], None]) -> None:
    async def story(app: App) -> None:
        class Slow(Caller):
            async def _send(self, _message: Any) -> None:
                await asyncio.Event().wait()

        slow = [Slow(app, SIGN_IN, [b"{}"], length(2)) for _ in range(16)]
        await asyncio.sleep(0)
        normal = Caller(app, SIGN_IN, [b"{}"], length(2))
        async with asyncio.timeout(2.0):
            await normal.task
        assert normal.status == 422
        for one in slow:
            one.task.cancel()
        await asyncio.gather(*(one.task for one in slow), return_exceptions=True)

    play(story)


def test_a_few_strangers_at_once_take_a_thread_and_the_others_wait_in_the_loop(
    play: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody else has threads all the while, and so has a device that has signed in before."""
    monkeypatch.setattr(strangers, "LONGEST_WAIT", 1.0)
    monkeypatch.setattr(strangers, "MOST_WAITING", 20)
    body, at_once, most = b'{"staff":"nobody","password":"x"}', 0, 0
    free = threading.Event()
    fits = storage.Argon2Passwords.fits

    def slow(self: storage.Argon2Passwords, password: str, hash_: str | None) -> bool:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        free.wait(20)
        at_once -= 1
        return fits(self, password, hash_)

    monkeypatch.setattr(storage.Argon2Passwords, "fits", slow)

    async def story(app: App) -> None:
        flood = [Caller(app, SIGN_IN, [body], length(len(body))) for _ in range(40)]
        await asyncio.sleep(0.5)
        assert [one.status for one in flood].count(503) == 40 - 22, "no place to wait is refused at once"
        async with asyncio.timeout(1.0):
            other = Caller(app, STAFF, [], length(0))
            await other.task
        assert other.status == 401
        cookie = (b"cookie", b"x=1; qiantai-place=sealed")
        device = Caller(app, SIGN_IN, [body], length(len(body)), cookie)
        await asyncio.sleep(1.0)
        assert [one.status for one in flood].count(503) == 40 - 2, "who waited too long is told so"
        free.set()
        await asyncio.gather(*(one.task for one in (*flood, device)))
        assert most <= 2
        assert device.status == 503, "the seal was not ours: a stranger, without a turn"
        assert sorted(one.status for one in flood) == [401, 401] + [503] * 38

    play(story)


def test_a_body_with_two_lengths_is_refused(play: Callable[[Story], None]) -> None:
    """Content-Length beside chunks, or twice: whoever stands before us may have read another body."""

    async def story(app: App) -> None:
        for two in ((length(2), CHUNKED), (CHUNKED, length(2)), (length(2), length(2))):
            for path in (SIGN_IN, STAFF, "/api/gateway/board/stream"):
                caller = Caller(app, path, [b"{}"], *two)
                await caller.task
                assert (caller.status, caller.taken) == (400, 0), (path, two)

    play(story)
