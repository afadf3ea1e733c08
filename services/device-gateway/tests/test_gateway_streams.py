"""The live stream of the flow board (G7), as a reader of server-sent events sees it."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from device_gateway.bootstrap import service
from device_gateway.streams import feed, hub, stopping, stream
from device_gateway.streams.app import compose
from device_gateway.streams.asgi import App
from device_gateway.streams.stream import PATH, Streams
from gateway_facts import open_branches
from qiantai.actors import Actor
from qiantai.contracts import CHAIN
from qiantai.contracts.customer import CustomerRegistered
from qiantai.contracts.device_gateway import ArrivalScanned, ArrivalUnrecognised
from qiantai.contracts.triage import AlertRaised
from qiantai.ids import new_id
from qiantai.inbox.processor import Processor
from qiantai.outbox.wake import Waker
from qiantai.service import Service
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.tokens import TokenSigner
from qiantai.wire.envelope import enclose, encode

SH = "sh-01"
PATIENCE = 10


class Gateway:
    """The composed application, called as a server would."""

    def __init__(self, under_test: ServiceUnderTest, signer: TokenSigner) -> None:
        waker = Waker(under_test.settings.database_url, "device-gateway", under_test.service.channels)
        self.processor = Processor(under_test.service, under_test.engine, waker)
        self.streams = Streams(under_test.settings)
        self.app = compose(under_test.app, self.streams)
        self.settings = under_test.settings
        self.under_test = under_test
        self._signer = signer
        self._count = 0

    def scan(self, count: int = 1, branch: str = SH) -> None:
        """Let customers arrive."""
        now = datetime.now(UTC)
        for _ in range(count):
            self._count += 1
            customer = f"c{self._count}"
            named = CustomerRegistered(
                branch=CHAIN, customer=customer, number="C1", name=f"王{self._count}", kind="full", home_branch=branch
            )
            scanned = ArrivalScanned(
                branch=branch,
                scan=f"{branch}-s{self._count}",
                device="d1",
                desk="k",
                code="D000123",
                kind="design",
                customer=customer,
                appointment=None,
                device_time=now,
                gateway_time=now,
            )
            bodies = [
                encode(enclose(e, id_=new_id(), version=1, time=now, causation=None, traceparent=None))
                for e in (named, scanned)
            ]
            self.processor.process(bodies)

    def alert(self) -> None:
        """Let triage alert the supervisors."""
        now = datetime.now(UTC)
        told = AlertRaised(
            branch=SH,
            alert=new_id(),
            kind="nobody_can_receive",
            severity="urgent",
            visit=None,
            consultant=None,
            text_zh="无人可接诊",
            text_en="nobody",
            rules=("T21",),
            at=now,
        )
        self.processor.process(
            [encode(enclose(told, id_=new_id(), version=1, time=now, causation=None, traceparent=None))]
        )

    def token(
        self,
        role: str = "receptionist",
        branches: Sequence[str] = (SH,),
        *,
        id_: str = "p",
        seconds: int = 600,
        **session: Any,
    ) -> str:
        actor = Actor(id=id_, name="p", roles=frozenset({role}), branches=frozenset(branches))
        return self._signer.sign(actor, now=time.time(), seconds=seconds, session=session)

    def account(self, **change: Any) -> None:
        """Let the account li work in the branch, or work there otherwise."""
        head = self.under_test.as_("head_office")
        body = {"name": "p", "roles": ["receptionist"], "branches": [SH], **change}
        found = head.get("/api/gateway/staff/li")
        if found.status_code == 404:
            open_branches(self.under_test)
            done = head.put("/api/gateway/staff/li", {**body, "password": "for the first day"})
        else:
            done = head.put("/api/gateway/staff/li", body, etag=found.headers["ETag"])
        assert done.status_code == 200, done.json

    def open(
        self, query: str = f"branch={SH}", *, token: str | None = None, last: str | None = None, **scope: Any
    ) -> Reader:
        headers = [(b"authorization", f"Bearer {token or self.token()}".encode())] if token != "" else []
        headers += [(b"last-event-id", last.encode())] if last is not None else []
        whole = {
            "type": "http",
            "method": "GET",
            "path": PATH,
            "query_string": query.encode(),
            "headers": headers,
            **scope,
        }
        return Reader(self.app, whole)


class Reader:
    """One connection."""

    def __init__(self, app: App, scope: dict[str, Any]) -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.text = ""
        self._read = 0
        self._news = asyncio.Condition()
        self._gone = asyncio.Event()
        self.blocked: asyncio.Event | None = None
        self.task = asyncio.create_task(app(scope, self._receive, self._send))  # type: ignore[arg-type]

    async def events(self, count: int) -> list[tuple[str, Any]]:
        """Return the next events as (name, data)."""
        found: list[tuple[str, Any]] = []
        async with asyncio.timeout(PATIENCE):
            while len(found) < count:
                block, _, rest = self.text[self._read :].partition("\n\n")
                if not rest and not self.text.endswith("\n\n"):
                    await self._wait()
                    continue
                if not block:
                    await self._wait()
                    continue
                self._read += len(block) + 2
                lines = dict(line.split(": ", 1) for line in block.split("\n"))
                if "event" in lines:
                    found.append((lines["event"], json.loads(lines["data"])))
        return found

    async def end(self) -> None:
        """Close the connection and wait for the application."""
        self._gone.set()
        async with asyncio.timeout(PATIENCE):
            await self.task

    async def _wait(self) -> None:
        async with self._news:
            await self._news.wait()

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if self.blocked is not None:
            await self.blocked.wait()
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        self.text += message.get("body", b"").decode()
        async with self._news:
            self._news.notify_all()


Story = Callable[[Gateway], Coroutine[Any, Any, None]]


@pytest.fixture
def play(under_test: Callable[[Service], ServiceUnderTest], signer: TokenSigner) -> Callable[[Story], None]:
    gateway = Gateway(under_test(service()), signer)

    async def whole(story: Story) -> None:
        try:
            await story(gateway)
        finally:
            await gateway.streams.close()

    return lambda story: asyncio.run(whole(story))


def aside(work: Callable[[], None]) -> Awaitable[None]:
    return asyncio.to_thread(work)


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


async def closed(reader: Reader) -> None:
    """Wait until the server has ended the stream."""
    async with asyncio.timeout(PATIENCE):
        await reader.task


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
