"""The stream beside everything else as one ASGI application."""

from __future__ import annotations

import asyncio
import string
from collections.abc import Callable, Iterable
from urllib.parse import quote_from_bytes

from a2wsgi import WSGIMiddleware
from qiantai.application.app import TWO_LENGTHS
from qiantai.both import Both

from device_gateway.domain.errors import TooBusy
from device_gateway.streams.asgi import App, Message, Receive, Scope, Send, answer, refuse
from device_gateway.streams.bodies import Gone, TooSlow, has_two_lengths, read_body
from device_gateway.streams.stopping import UnderWay, when_told_to_stop
from device_gateway.streams.strangers import Strangers
from device_gateway.streams.stream import PATH, SEND_SECONDS, Streams

_TIMEOUT = Both("Request Timeout", "等待太久没有收到完整的请求，请重试。")
_BAD = Both("Bad Request", "请求有误")
_AS_IT_IS = string.punctuation
"""Signs of a query that stay; what nobody may send as it is, such as 王, is taken as if it had been encoded."""


def compose(wsgi_app: Callable[..., Iterable[bytes]], streams: Streams, *, workers: int = 16) -> App:
    """Return one ASGI application: the stream natively, everything else through threads.

    A thread never waits for a caller: it gets the whole body and puts its answer down.
    """
    rest = WSGIMiddleware(wsgi_app, workers=workers, send_queue_size=0)
    under_way = UnderWay()
    strangers = Strangers()

    async def request(scope: Scope, receive: Receive, send: Send) -> None:
        scope["query_string"] = quote_from_bytes(scope["query_string"], safe=_AS_IT_IS).encode()
        try:
            body = await read_body(scope, receive, streams.verifier.actor)
            async with strangers.turn(scope, _in_time(send)) as answered:
                with under_way:
                    await rest(scope, body, answered)  # type: ignore[arg-type]
        except TooSlow:
            await _closing(scope, send, 408, "request-timeout", _TIMEOUT)
        except Gone:
            return
        except TooBusy as error:
            await refuse(scope, send, error)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(streams, under_way, receive, send)
        elif scope["type"] != "http":
            return
        elif has_two_lengths(scope):
            await _closing(scope, send, 400, "bad-request", _BAD, detail=TWO_LENGTHS)
        elif scope["path"] == PATH:
            await streams(scope, receive, send)
        else:
            await request(scope, receive, send)

    return app


async def _closing(
    scope: Scope, send: Send, status: int, code: str, title: Both, *, detail: Both | None = None
) -> None:
    """Answer with a problem; the connection ends, because nobody knows where the next request begins."""
    await answer(scope, send, status, code, title, headers=[(b"connection", b"close")], detail=detail)


def _in_time(send: Send) -> Send:
    async def sent(message: Message) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await send(message)

    return sent


async def _lifespan(streams: Streams, under_way: UnderWay, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await streams.close()
            await under_way.over()
            await send({"type": "lifespan.shutdown.complete"})
            return
        when_told_to_stop(streams.end)
        await send({"type": "lifespan.startup.complete"})
