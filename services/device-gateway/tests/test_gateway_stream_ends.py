"""Who is given a live stream, and when it ends."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from device_gateway.bootstrap import service
from device_gateway.streams import hub, stopping, stream
from device_gateway.streams.app import compose
from device_gateway.streams.stream import Streams
from gateway_stream import PATIENCE, SH, Gateway, Reader, Story, aside, closed
from qiantai.contracts.device_gateway import ArrivalUnrecognised
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.wire.envelope import enclose, encode


def test_who_may_listen(play: Callable[[Story], None]) -> None:
    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        cases = [
            (gateway.open(token=""), 401),
            (gateway.open(token="x.y.z"), 401),
            (gateway.open(token=gateway.token("service")), 403),
            (gateway.open(token=gateway.token(branches=["hz-01"])), 403),
            (gateway.open("branch=hz-01", token=gateway.token(branches=["hz-01"])), 404),
            (gateway.open(""), 422),
            (gateway.open("branch=%00"), 422),
            (gateway.open(method="POST"), 405),
        ]
        for reader, status in cases:
            await asyncio.wait_for(reader.task, PATIENCE)
            assert reader.status == status
            assert reader.headers[b"content-type"] == b"application/problem+json"
            assert json.loads(reader.text)["status"] == status
        screen = gateway.open(token=gateway.token("screen"))  # without asking for the screen's view
        await screen.events(1)
        now = datetime.now(UTC)
        unknown = ArrivalUnrecognised(
            branch=SH,
            scan="u1",
            device="d1",
            desk="k",
            code="X1234",
            reason="unknown_code",
            device_time=now,
            gateway_time=now,
        )
        body = encode(enclose(unknown, id_=new_id(), version=1, time=now, causation=None, traceparent=None))
        await aside(lambda: gateway.processor.process([body]))
        await aside(gateway.scan)
        [(_, change)] = await screen.events(1)
        assert (change["kind"], change["value"]["label"]) == ("card", "王**")
        await screen.end()

    play(story)


def test_a_slow_reader_is_dropped_and_the_others_are_not(
    play: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "SEND_SECONDS", 0.5)

    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        slow, quick = gateway.open(), gateway.open()
        await slow.events(1)
        await quick.events(1)
        slow.blocked = asyncio.Event()
        await aside(lambda: gateway.scan(3))
        assert len(await quick.events(3)) == 3
        async with asyncio.timeout(PATIENCE):
            while not slow.task.done():
                await asyncio.sleep(0.05)
                if len(gateway.streams._hub._feeds[SH].readers) == 1:  # type: ignore[union-attr]
                    slow.blocked.set()
        await quick.end()
        assert not gateway.streams._hub._feeds[SH].readers  # type: ignore[union-attr]

    play(story)


def test_a_stream_ends_with_its_token(play: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LEEWAY_SECONDS", 0.0)

    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        long, short = gateway.open(), gateway.open(token=gateway.token(seconds=2))
        assert (await short.events(1))[0][0] == (await long.events(1))[0][0] == "ready"
        await closed(short)
        assert not long.task.done()
        await long.end()

    play(story)


@pytest.mark.parametrize(
    "change", [{"active": False}, {"branches": ["hz-01"]}, {"roles": ["nurse"]}, {"password": "another horse"}], ids=str
)
def test_a_stream_ends_when_the_account_changes(
    play: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    monkeypatch.setattr(hub, "SESSIONS_SECONDS", 0.1)

    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        await aside(gateway.account)
        other, mine = gateway.open(), gateway.open(token=gateway.token(id_="li", gen=1))
        assert (await mine.events(1))[0][0] == (await other.events(1))[0][0] == "ready"
        await aside(lambda: gateway.account(**change))
        await closed(mine)
        again = gateway.open(token=gateway.token(id_="li", gen=1))
        await closed(again)
        assert again.status == 401
        assert not other.task.done()
        await other.end()

    play(story)


def test_streams_of_an_account_and_of_a_branch_are_limited(play: Callable[[Story], None]) -> None:
    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        gateway.streams._most = {"account": 2, "branch": 3}
        mine = [gateway.open() for _ in range(2)]
        for reader in mine:
            await reader.events(1)
        third = gateway.open()
        await closed(third)
        assert (third.status, third.headers[b"retry-after"]) == (429, b"30")
        assert json.loads(third.text)["type"].endswith("too-many-streams")
        assert json.loads(third.text)["facts"]["of"] == "account"
        hers = gateway.open(token=gateway.token(id_="q"))
        await hers.events(1)
        full = gateway.open(token=gateway.token(id_="r"))
        await closed(full)
        assert (full.status, json.loads(full.text)["facts"]["of"]) == (429, "branch")
        await mine[0].end()
        again = gateway.open()
        assert (await again.events(1))[0][0] == "ready"
        for reader in (mine[1], hers, again):
            await reader.end()
        assert not gateway.streams._open

    play(story)


def test_a_process_that_stops_waits_for_the_threads_of_its_requests(under_test: Callable[[Service], Any]) -> None:
    begun, go_on, told = threading.Event(), threading.Event(), []

    def slow(_environ: Any, start_response: Any) -> list[bytes]:
        begun.set()
        go_on.wait(PATIENCE)
        start_response("200 OK", [])
        return [b"done"]

    async def story() -> None:
        app = compose(slow, Streams(under_test(service()).settings))
        said: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        said.put_nowait({"type": "lifespan.startup"})

        async def hear(message: Any) -> None:
            told.append(message["type"])

        life = asyncio.create_task(app({"type": "lifespan"}, said.get, hear))
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": "/",
            "query_string": b"",
            "headers": [],
        }
        reader = Reader(app, {**scope, "raw_path": b"/", "root_path": "", "scheme": "http", "server": ("h", 80)})
        await aside(lambda: begun.wait(PATIENCE) and None)
        said.put_nowait({"type": "lifespan.shutdown"})
        await asyncio.sleep(0.1)
        assert told == ["lifespan.startup.complete"], "its answer would have no loop to go to"
        go_on.set()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(life, reader.task)
        assert told[-1] == "lifespan.shutdown.complete"
        assert reader.status == 200

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        asyncio.run(story())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_loop_with_too_much_to_do_hears_that_it_is_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "AGAIN_SECONDS", 0.01)

    async def story() -> None:
        loop, server_stops, streams_end = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, server_stops.set)
        stopping.when_told_to_stop(streams_end.set)
        for _ in range(100_000):  # as answers of other threads that come before the loop's next turn
            loop.call_soon_threadsafe(int)
        signal.raise_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            await streams_end.wait()
            await server_stops.wait()

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        asyncio.run(story())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_stream_is_refused_in_the_callers_language(play: Callable[[Story], None]) -> None:
    async def story(gateway: Gateway) -> None:
        for more, language, titles in (
            ([(b"accept-language", b"zh-CN,zh;q=0.9")], b"zh", {"请先登录。", "不支持这种操作"}),
            ([], b"en", {"Sign in first.", "Method Not Allowed"}),
        ):
            readers = [gateway.open(headers=more), gateway.open(headers=more, method="POST")]
            for reader in readers:
                await asyncio.wait_for(reader.task, PATIENCE)
                assert (reader.headers[b"content-language"], reader.headers[b"vary"]) == (language, b"Accept-Language")
            assert {json.loads(reader.text)["title"] for reader in readers} == titles

    play(story)
