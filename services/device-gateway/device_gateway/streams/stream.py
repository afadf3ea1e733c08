"""One open stream: admitted, caught up, followed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Iterable
from urllib.parse import parse_qs

import psycopg
from prometheus_client import Gauge
from qiantai.both import Both
from qiantai.errors import Refusal, Unauthenticated
from qiantai.permissions import may, must
from qiantai.settings import Settings
from qiantai.web.problems import DATABASE_AWAY
from qiantai.web.tokens import TokenVerifier

from device_gateway.domain.errors import BranchMissing, TooManyStreams
from device_gateway.streams.asgi import SECURITY, Receive, Scope, Send, answer, refuse
from device_gateway.streams.feed import Change, Feed, Reader
from device_gateway.streams.hub import Hub

PATH = "/api/gateway/board/stream"
HEARTBEAT_SECONDS = 15.0
STREAM_SECONDS = 900.0
"""A stream ends after this time, or with its token, so that its reader comes again with one that is still good."""
LEEWAY_SECONDS = 5.0
"""So long after its end a token is still taken."""
SEND_SECONDS = 20.0
OPENINGS = 8
"""So many are admitted at once: whoever asks for something else is not behind a thousand boards that come back."""
_ONLY_GET = Both("Method Not Allowed", "不支持这种操作")
_ACCOUNT, _BRANCH = "account", "branch"
_OPEN = Gauge("qiantai_board_streams", "Open streams of the flow board")


class Streams:
    """The ASGI application of the stream."""

    def __init__(self, settings: Settings, per_account: int = 100, per_branch: int = 1000) -> None:
        self._url = settings.database_url
        self.verifier = TokenVerifier(settings.jwks, settings.issuer)
        self._hub: Hub | None = None
        self._ending = False
        self._openings = asyncio.Semaphore(OPENINGS)
        self._most = {_ACCOUNT: per_account, _BRANCH: per_branch}
        self._open: Counter[tuple[str, str]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream."""
        if scope["method"] != "GET":
            await answer(scope, send, 405, "method-not-allowed", _ONLY_GET, headers=[(b"allow", b"GET")])
            return
        if self._hub is None:
            self._hub = Hub(self._url)
        try:
            async with self._openings:
                branch, reader, after = await self._admit(self._hub, scope)
                feed = await self._hub.feed(branch)
            places = ((_ACCOUNT, reader.actor.id), (_BRANCH, branch))
            self._must_have_room(places)
        except Refusal as error:
            await refuse(scope, send, error)
            return
        except (psycopg.Error, OSError):
            await answer(scope, send, 503, "database-away", DATABASE_AWAY, headers=[(b"retry-after", b"2")])
            return
        self._open.update(places)  # no await since there was room
        try:
            with _OPEN.track_inprogress():
                await self._serve(self._hub, branch, feed, reader, after, receive, send)
        finally:
            self._open.subtract(places)
            self._open = +self._open

    def end(self) -> None:
        """End every stream, for good: the process stops."""
        self._ending = True
        if self._hub is not None:
            self._hub.end()

    async def close(self) -> None:
        """End every stream."""
        if self._hub is not None:
            await self._hub.close()

    def _must_have_room(self, places: Iterable[tuple[str, str]]) -> None:
        for place in places:
            most = self._most[place[0]]
            if self._open[place] >= most:
                raise TooManyStreams(facts={"open": most, "of": place[0], "retry_after": 30})

    async def _admit(self, hub: Hub, scope: Scope) -> tuple[str, Reader, int | None]:
        headers = {name.lower(): value for name, value in scope["headers"]}
        kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Unauthenticated
        session = await asyncio.to_thread(self.verifier.session, token.strip())
        actor = await hub.live(session)
        must(actor, "board.read")
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        branch = query.get("branch", [""])[0]
        if not branch or "\0" in branch:
            raise BranchMissing(fields={"branch": Both("which branch?", "请说明是哪家门店。")})
        actor.must_work_in(branch)
        screen = query.get("view", [""])[0] == "screen" or not may(actor, "customer.read")
        last = headers.get(b"last-event-id", b"").decode("latin-1")
        after = None if not last else int(last) if last.isascii() and last.isdigit() and len(last) < 19 else -1  # noqa: PLR2004
        return branch, Reader(screen, may(actor, "alert.read") and not screen, session, actor), after

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
                    *SECURITY,
                    (b"x-accel-buffering", b"no"),
                    (b"x-content-type-options", b"nosniff"),
                ],
            }
        )
        gone = asyncio.create_task(_until_gone(receive, reader))
        try:
            async with asyncio.timeout(min(STREAM_SECONDS, max(reader.session.expires - time.time(), LEEWAY_SECONDS))):
                await _push(send, b"retry: 1000\n\n")
                if await self._catch_up(hub, branch, feed, reader, after, send):
                    await self._follow(reader, send)
        except (psycopg.Error, OSError):  # its time is over, or the database is away: the reader comes again
            pass
        finally:
            feed.readers.discard(reader)
            gone.cancel()
        with contextlib.suppress(Exception):  # the reader may be gone
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _catch_up(self, hub: Hub, branch: str, feed: Feed, reader: Reader, after: int | None, send: Send) -> bool:
        """Send what was missed and register the reader; says whether the stream goes on."""
        after = feed.sequence if after is None else after
        if not await hub.look_back(branch, feed, after):
            await _push(send, b"event: reset\ndata: {}\n\n")
            return False
        missed = _joined((change for change in feed.ring if change.sequence > after), reader)
        ready = f'id: {feed.sequence}\nevent: ready\ndata: {{"sequence":{feed.sequence}}}\n\n'.encode()
        feed.readers.add(reader)  # no await since the ring was looked at: nothing is missed, nothing doubled
        await _push(send, missed + ready)
        return True

    async def _follow(self, reader: Reader, send: Send) -> None:
        while not (reader.over or self._ending):
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


async def _until_gone(receive: Receive, reader: Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.end()


async def _push(send: Send, body: bytes) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": True})


def _joined(changes: Iterable[Change], reader: Reader) -> bytes:
    return b"".join(reader.shown(change) for change in changes)
