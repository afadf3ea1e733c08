"""The stream beside everything else as one ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from a2wsgi import WSGIMiddleware

from device_gateway.streams.asgi import App, Message, Receive, Scope, Send
from device_gateway.streams.stream import PATH, Streams


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
