"""The live stream of the flow board (G7), as a reader of server-sent events sees it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import pytest
from device_gateway.streams import feed, hub, stream
from device_gateway.streams.stream import Streams
from gateway_stream import PATIENCE, SH, Gateway, Reader, Story, aside, closed


def test_an_arrival_reaches_every_open_stream_of_its_branch(
    play: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "POLL_SECONDS", 60 * PATIENCE)  # by the announcement, not by the look beside it

    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        readers = [gateway.open() for _ in range(50)]
        other = gateway.open(f"branch={SH}&view=screen", token=gateway.token("screen"))
        for reader in (*readers, other):
            assert (await reader.events(1))[0][0] == "ready"
        assert readers[0].headers[b"content-type"].startswith(b"text/event-stream")
        await aside(gateway.scan)
        for reader in readers:
            [(name, change)] = await reader.events(1)
            assert (name, change["sequence"], change["kind"], change["id"]) == ("change", 2, "card", f"{SH}-s2")
            assert change["value"]["name"] == "王2"
        [(_, change)] = await other.events(1)
        assert (change["value"]["label"], "name" in change["value"]) == ("王**", False)
        for reader in (*readers, other):
            await reader.end()

    play(story)


def test_an_alert_reaches_only_those_who_may_read_it(play: Callable[[Story], None]) -> None:
    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        supervisor = gateway.open(token=gateway.token("supervisor"))
        others = [gateway.open(token=gateway.token(role)) for role in ("consultant", "screen")]
        others.append(gateway.open(f"branch={SH}&view=screen", token=gateway.token("supervisor")))
        for reader in (supervisor, *others):
            assert [name for name, _ in await reader.events(1)] == ["ready"]
        await aside(gateway.alert)
        await aside(gateway.scan)
        [(_, alert), (_, card)] = await supervisor.events(2)
        assert (alert["kind"], alert["value"]["severity"], card["kind"]) == ("alert", "urgent", "card")
        for reader in others:
            [(_, change)] = await reader.events(1)
            assert change["kind"] == "card"
        back = gateway.open(token=gateway.token("consultant"), last="1")
        assert [data.get("kind") for _, data in await back.events(2)] == ["card", None]
        for reader in (supervisor, *others, back):
            await reader.end()

    play(story)


def test_a_reader_that_comes_back_misses_nothing(play: Callable[[Story], None]) -> None:
    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        first = gateway.open()
        await first.events(1)
        await first.end()
        await aside(lambda: gateway.scan(5))
        for last in ("1", "3", "6"):  # from memory
            again = gateway.open(last=last)
            events = await again.events(7 - int(last))
            assert [data["sequence"] for name, data in events if name == "change"] == list(range(int(last) + 1, 7))
            assert [name for name, _ in events].count("ready") == 1
            await again.end()
        await gateway.streams.close()
        gateway.streams._hub = None
        again = gateway.open(last="2")
        assert [data["sequence"] for name, data in await again.events(5) if name == "change"] == [3, 4, 5, 6]
        await again.end()

    play(story)


def test_boards_that_come_back_at_once_are_admitted_a_few_at_a_time(
    play: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    admit, at_once, most = Streams._admit, 0, 0

    async def counted(self: Streams, *given: Any) -> Any:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            return await admit(self, *given)
        finally:
            at_once -= 1

    monkeypatch.setattr(Streams, "_admit", counted)

    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        readers = [gateway.open() for _ in range(60)]
        for reader in readers:
            assert [name for name, _ in await reader.events(1)] == ["ready"]
        assert 1 < most <= stream.OPENINGS
        for reader in readers:
            await reader.end()

    play(story)


def test_what_boards_have_missed_is_read_once_for_all_of_them(
    play: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_PAGE", 4)
    asked: list[object] = []
    ask = hub.Hub._ask

    async def counted(self: hub.Hub, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        asked.extend([values] if query == hub._BEFORE else [])
        return await ask(self, query, values)

    monkeypatch.setattr(hub.Hub, "_ask", counted)

    async def story(gateway: Gateway) -> None:  # the process is new, its boards are not
        await aside(lambda: gateway.scan(12))
        readers = {gateway.open(last=str(2 + n % 3)): 2 + n % 3 for n in range(30)}
        for reader, last in readers.items():
            events = await reader.events(12 - last + 1)
            assert [data["sequence"] for name, data in events if name == "change"] == list(range(last + 1, 13))
        assert len(asked) <= 5, "pages of four, not of each board"
        for reader in readers:
            await reader.end()

    play(story)


def test_a_reader_that_was_away_too_long_starts_anew(
    play: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(gateway: Gateway) -> None:
        await aside(lambda: gateway.scan(5))
        with psycopg.connect(gateway.settings.database_url) as connection:
            connection.execute("DELETE FROM board_change WHERE sequence < 4")
        for last in ("1", "99", "nonsense"):
            reader = gateway.open(last=last)
            assert await reader.events(1) == [("reset", {})]
            await asyncio.wait_for(reader.task, PATIENCE)
        reader = gateway.open(last="3")
        assert [data["sequence"] for _, data in await reader.events(3)] == [4, 5, 5]
        await reader.end()
        monkeypatch.setattr(feed, "RING", 2)
        await gateway.streams.close()
        gateway.streams._hub = None
        await aside(lambda: gateway.scan(3))
        reader = gateway.open(last="3")  # more than is kept in memory: the whole board is less
        assert await reader.events(1) == [("reset", {})]
        reader = gateway.open(last="6")
        assert [data["sequence"] for _, data in await reader.events(3)] == [7, 8, 8]
        await reader.end()

    play(story)


def test_a_quiet_stream_is_kept_alive(play: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(stream, "STREAM_SECONDS", 0.5)

    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        reader = gateway.open()
        await reader.events(1)
        await asyncio.wait_for(reader.task, PATIENCE)  # ends by itself: its reader comes again with a fresh token
        assert ": beat\n\n" in reader.text

    play(story)


def test_a_lost_connection_to_the_database_is_made_anew(play: Callable[[Story], None]) -> None:
    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        reader = gateway.open()
        await reader.events(1)
        with psycopg.connect(gateway.settings.database_url, autocommit=True) as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND (query LIKE '%board_change c ON%' OR query LIKE '%board_sequence%')"
            ).fetchall()
        assert ended
        await aside(gateway.scan)
        assert [data["sequence"] for _, data in await reader.events(1)] == [2]
        await reader.end()

    play(story)


def test_everything_else_goes_to_the_other_application(play: Callable[[Story], None]) -> None:
    async def story(gateway: Gateway) -> None:
        reader = Reader(
            gateway.app,
            {
                "type": "http",
                "http_version": "1.1",
                "method": "GET",
                "path": "/api/gateway/health",
                "raw_path": b"/api/gateway/health",
                "query_string": b"",
                "root_path": "",
                "scheme": "http",
                "headers": [],
                "server": ("h", 80),
                "client": ("c", 1),
            },
        )
        reader._receive = None  # type: ignore[assignment,method-assign]
        await asyncio.wait_for(reader.task, PATIENCE)
        assert (reader.status, json.loads(reader.text)["service"]) == (200, "device-gateway")

    play(story)


def test_a_stream_tells_browsers_what_every_answer_tells(play: Callable[[Story], None]) -> None:
    async def story(gateway: Gateway) -> None:
        await aside(gateway.scan)
        good, bad = gateway.open(), gateway.open(token="")
        await good.events(1)
        await closed(bad)
        for reader in (good, bad):
            assert reader.headers[b"x-content-type-options"] == b"nosniff"
            assert b"frame-ancestors 'none'" in reader.headers[b"content-security-policy"]
        await good.end()

    play(story)
