"""The live stream of the flow board: server-sent events for thousands of screens (G7).

One LISTEN connection per process hears that something was committed (and looks
every second beside that), one query fetches the new changes of all watched
branches, and each change is encoded once and handed to every stream's bounded
queue. Who cannot keep up is dropped and resumes with Last-Event-ID.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import psycopg
from a2wsgi import WSGIMiddleware
from prometheus_client import Counter, Gauge
from qiantai.errors import Refusal, Unauthenticated
from qiantai.logs import log
from qiantai.permissions import may, must
from qiantai.settings import Settings
from qiantai.web.tokens import TokenVerifier

from device_gateway.domain.board import ALERT
from device_gateway.domain.errors import GatewayError, UnknownBranch
from device_gateway.domain.shown import for_screen

PATH = "/api/gateway/board/stream"
CHANNEL = "board"
HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 1.0
STREAM_SECONDS = 900.0
"""A stream ends after this time, so that its reader comes again with a token that is still good."""
SEND_SECONDS = 20.0
QUEUE = 256
RING = 2000
_BATCH = 2000
_OPEN = Gauge("qiantai_board_streams", "Open streams of the flow board")
_DROPPED = Counter("qiantai_board_streams_dropped", "Streams whose reader could not keep up")
STREAM_LISTENS_AGAIN = "board_stream_listens_again"

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_CHANGES = (
    "SELECT c.branch, c.sequence, c.change FROM unnest(%s::text[], %s::bigint[]) AS w (branch, sequence)"
    " JOIN board_change c ON c.branch = w.branch AND c.sequence > w.sequence ORDER BY c.branch, c.sequence LIMIT %s"
)
_WHERE = (
    "SELECT (SELECT sequence FROM board_sequence WHERE branch = %s),"
    " (SELECT min(sequence) FROM board_change WHERE branch = %s), EXISTS (SELECT FROM branch WHERE code = %s)"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a kind of item, encoded for desks and for wall screens."""

    sequence: int
    kind: str
    full: bytes
    screen: bytes


@dataclass(slots=True, eq=False)
class Reader:
    """One open stream."""

    screen: bool
    alerts: bool
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    over: bool = False

    def shown(self, change: Change) -> bytes:
        """Return what this reader may see of a change, nothing where that is nothing."""
        if change.kind == ALERT and not self.alerts:
            return b""
        return change.screen if self.screen else change.full

    def offer(self, change: Change) -> None:
        """Hand over a change; a full queue ends the stream."""
        data = self.shown(change)
        if self.over or not data:
            return
        if self.queue.full():
            _DROPPED.inc()
            self.end()
        else:
            self.queue.put_nowait(data)

    def end(self) -> None:
        """End the stream."""
        self.over = True
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(b"")


@dataclass(slots=True)
class Feed:
    """The newest changes of one branch, and who reads them."""

    sequence: int
    ring: deque[Change] = field(default_factory=lambda: deque(maxlen=RING))
    readers: set[Reader] = field(default_factory=set)

    def holds_after(self, sequence: int) -> bool:
        """Say whether everything after `sequence` is still in memory."""
        return sequence == self.sequence or (bool(self.ring) and self.ring[0].sequence <= sequence + 1)


class Hub:
    """All feeds of a process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._feeds: dict[str, Feed] = {}
        self._listening: asyncio.Task[None] | None = None
        self._asking: psycopg.AsyncConnection | None = None
        self._turn = asyncio.Lock()

    async def feed(self, branch: str) -> Feed:
        """Return the feed of a branch. Raises UnknownBranch, psycopg.Error."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        if branch not in self._feeds:
            [row] = await self._ask(_WHERE, (branch, branch, branch))
            if row[0] is None and not row[2]:
                raise UnknownBranch(facts={"branch": branch})
            self._feeds.setdefault(branch, Feed(sequence=row[0] or 0))
        return self._feeds[branch]

    async def earlier(self, branch: str, after: int) -> Sequence[Change] | None:
        """Return changes after a number from the database, None when they are not kept any more."""
        [row] = await self._ask(_WHERE, (branch, branch, branch))
        newest, oldest = row[0] or 0, row[1]
        if after > newest or (after < newest and (oldest is None or after < oldest - 1)):
            return None
        rows = await self._ask(_CHANGES, ([branch], [after], _BATCH))
        return [encoded(number, change) for _, number, change in rows]

    async def close(self) -> None:
        """End every stream."""
        for feed in self._feeds.values():
            for reader in list(feed.readers):
                reader.end()
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        if self._asking is not None:
            await self._asking.close()

    async def _ask(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        async with self._turn:
            if self._asking is None or self._asking.closed:
                self._asking = await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=5)
            return await (await self._asking.execute(query.encode(), values)).fetchall()

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, connect_timeout=5
                ) as connection:
                    await connection.execute(f'LISTEN "{CHANNEL}"'.encode())
                    while True:
                        await self._pump(connection)
                        async for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                            pass
            except (psycopg.Error, OSError) as error:
                log.warning(STREAM_LISTENS_AGAIN, error=repr(error)[:300])
                await asyncio.sleep(POLL_SECONDS)

    async def _pump(self, connection: psycopg.AsyncConnection) -> None:
        """Hand out what is new in all watched branches, with one query a batch."""
        while True:
            watched = {branch: feed.sequence for branch, feed in self._feeds.items()}
            if not watched:
                return
            values = (list(watched), list(watched.values()), _BATCH)
            rows = await (await connection.execute(_CHANGES.encode(), values)).fetchall()
            for branch, number, change in rows:
                self._hand_out(self._feeds[branch], encoded(number, change))
            if len(rows) < _BATCH:
                return

    def _hand_out(self, feed: Feed, change: Change) -> None:
        if change.sequence <= feed.sequence:
            return
        feed.sequence = change.sequence
        feed.ring.append(change)
        for reader in feed.readers:
            reader.offer(change)


def encoded(number: int, change: dict[str, Any]) -> Change:
    """Return a change as server-sent events; nothing for a screen that may not see it."""
    gone = change["value"] is None
    value = None if gone else for_screen(change["kind"], change["value"])
    shown = value is not None or (gone and change["kind"] not in (ALERT, "unrecognised"))
    screen = _event(number, {**change, "value": value}) if shown else b""
    return Change(number, change["kind"], _event(number, change), screen)


def _event(number: int, change: dict[str, Any]) -> bytes:
    data = json.dumps({"sequence": number, **change}, ensure_ascii=False, separators=(",", ":"))
    return f"id: {number}\nevent: change\ndata: {data}\n\n".encode()


class Streams:
    """The ASGI application of the stream."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self._verifier = TokenVerifier(settings.jwks, settings.issuer)
        self._hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream."""
        if scope["method"] != "GET":
            await _answer(send, 405, "method-not-allowed", "Method Not Allowed", headers=[(b"allow", b"GET")])
            return
        if self._hub is None:
            self._hub = Hub(self._url)
        try:
            branch, reader, after = await self._admit(scope)
            feed = await self._hub.feed(branch)
        except Refusal as error:
            await _refuse(send, error)
            return
        except (psycopg.Error, OSError):
            away = "The database does not answer; try again in a moment."
            await _answer(send, 503, "database-away", away, headers=[(b"retry-after", b"2")])
            return
        with _OPEN.track_inprogress():
            await self._serve(self._hub, branch, feed, reader, after, receive, send)

    async def close(self) -> None:
        """End every stream."""
        if self._hub is not None:
            await self._hub.close()

    async def _admit(self, scope: Scope) -> tuple[str, Reader, int | None]:
        headers = {name.lower(): value for name, value in scope["headers"]}
        kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Unauthenticated
        actor = await asyncio.to_thread(self._verifier.actor, token.strip())
        must(actor, "board.read")
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        branch = query.get("branch", [""])[0]
        if not branch or "\0" in branch:
            raise GatewayError("Some fields are not right; see errors.", fields={"branch": "which branch?"})
        actor.must_work_in(branch)
        screen = query.get("view", [""])[0] == "screen" or not may(actor, "customer.read")
        last = headers.get(b"last-event-id", b"").decode("latin-1")
        after = None if not last else int(last) if last.isascii() and last.isdigit() and len(last) < 19 else -1  # noqa: PLR2004
        return branch, Reader(screen=screen, alerts=may(actor, "alert.read") and not screen), after

    async def _serve(
        self, hub: Hub, branch: str, feed: Feed, reader: Reader, after: int | None, receive: Receive, send: Send
    ) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"text/event-stream; charset=utf-8"),
                    (b"cache-control", b"no-store"),
                    (b"x-accel-buffering", b"no"),
                    (b"x-content-type-options", b"nosniff"),
                ],
            }
        )
        gone = asyncio.create_task(_until_gone(receive, reader))
        try:
            async with asyncio.timeout(STREAM_SECONDS):
                await _push(send, b"retry: 1000\n\n")
                if await self._catch_up(hub, branch, feed, reader, after, send):
                    await self._follow(reader, send)
        except TimeoutError:
            pass
        finally:
            feed.readers.discard(reader)
            gone.cancel()
        with contextlib.suppress(Exception):  # the reader may be gone
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _catch_up(self, hub: Hub, branch: str, feed: Feed, reader: Reader, after: int | None, send: Send) -> bool:
        """Send what was missed and register the reader; says whether the stream goes on."""
        after = feed.sequence if after is None else after
        while not feed.holds_after(after):
            changes = await hub.earlier(branch, after) if after >= 0 else None
            if changes is None:
                await _push(send, b"event: reset\ndata: {}\n\n")
                return False
            if not changes:  # known to be newest: the feed is about to hear of it
                await asyncio.sleep(0.05)
                continue
            await _push(send, _joined(changes, reader))
            after = changes[-1].sequence
        missed = _joined((change for change in feed.ring if change.sequence > after), reader)
        ready = f'id: {feed.sequence}\nevent: ready\ndata: {{"sequence":{feed.sequence}}}\n\n'.encode()
        feed.readers.add(reader)  # no await since the ring was looked at: nothing is missed, nothing doubled
        await _push(send, missed + ready)
        return True

    async def _follow(self, reader: Reader, send: Send) -> None:
        while not reader.over:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    data = await reader.queue.get()
            except TimeoutError:
                await _push(send, b": beat\n\n")
                continue
            while not reader.queue.empty():
                data += reader.queue.get_nowait()
            if data and not reader.over:
                await _push(send, data)


def compose(wsgi_app: Callable[..., Iterable[bytes]], streams: Streams, *, workers: int = 16) -> App:
    """Return one ASGI application: the stream natively, everything else through threads."""
    rest = WSGIMiddleware(wsgi_app, workers=workers)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(streams, receive, send)
        elif scope["type"] == "http" and scope["path"] == PATH:
            await streams(scope, receive, send)
        else:

            async def received() -> Message:
                return await receive()  # the server's own awaitable is no coroutine, which threads must have

            await rest(scope, received, send)  # type: ignore[arg-type]

    return app


async def _lifespan(streams: Streams, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await streams.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "lifespan.startup.complete"})


async def _until_gone(receive: Receive, reader: Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.end()


async def _push(send: Send, body: bytes) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": True})


def _joined(changes: Iterable[Change], reader: Reader) -> bytes:
    return b"".join(reader.shown(change) for change in changes)


async def _refuse(send: Send, error: Refusal) -> None:
    headers = [(b"www-authenticate", b"Bearer")] if error.status == 401 else []  # noqa: PLR2004
    more: dict[str, Any] = {}
    if error.fields:
        more["errors"] = [{"field": name, "message": message} for name, message in error.fields.items()]
    if error.facts:
        more["facts"] = error.facts
    await _answer(send, error.status, error.code, error.title, headers=headers, **more)


async def _answer(
    send: Send, status: int, code: str, title: str, *, headers: Sequence[tuple[bytes, bytes]] = (), **more: object
) -> None:
    body = json.dumps(
        {"type": f"urn:qiantai:problem:{code}", "title": title, "status": status, **more}, ensure_ascii=False
    )
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/problem+json"),
                (b"cache-control", b"no-store"),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body.encode()})
