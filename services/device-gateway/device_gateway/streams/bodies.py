"""Bodies of requests, read in bounded time and size before a thread is taken for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from qiantai.application.app import MAX_BODY
from qiantai.errors import Refusal

from device_gateway.streams.asgi import Message, Receive, Scope

BODY_SECONDS = 10.0
"""From the headers to the last byte of a body."""
STRANGERS_BYTES = 16 * 1024
"""Nobody needs more to sign in, to change a password, to unlock a screen or to give it up."""
OPEN_TO_STRANGERS = frozenset(f"/api/gateway/{path}" for path in ("sign-in", "password", "unlock", "give-up"))
"""The paths that take a body from somebody without a token."""
_OF_LENGTH = (b"content-length", b"transfer-encoding")


class TooSlow(Exception):
    """The body did not come in time."""


class Gone(Exception):
    """Who sent this left in the middle of the body."""


def has_two_lengths(scope: Scope) -> bool:
    """Say whether a length is given and chunks are too: whoever stands before us may have read another body."""
    names = [name for name, _ in scope["headers"]]
    return set(_OF_LENGTH) <= set(names) or names.count(b"content-length") > 1


async def read_body(scope: Scope, receive: Receive, known: Callable[[str], object]) -> Receive:
    """Return what gives the whole body at once, and note its length in the headers of `scope`.

    A body that will be refused is not read: one without a token where a token is needed, one that is too long;
    the application answers by the headers. `known` refuses a token that is not good. Raises TooSlow, Gone.
    """
    headers = dict(scope["headers"])
    length = _length(headers)
    most = await _most(scope["path"], headers, length, known)
    body = bytearray()
    if length is None or 0 < length <= most:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                more = True
                while more and len(body) <= most:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
        except TimeoutError as error:
            raise TooSlow from error
    if length != 0:
        kept = [(name, value) for name, value in scope["headers"] if name not in _OF_LENGTH]
        whole = len(body) <= most and (length is None or length <= most)
        scope["headers"] = [*kept, (b"content-length", str(len(body) if whole else MAX_BODY + 1).encode())]
    return _whole(bytes(body))


async def _most(path: str, headers: dict[bytes, bytes], length: int | None, known: Callable[[str], object]) -> int:
    """Return how many bytes are read from whoever sends this."""
    kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        return STRANGERS_BYTES if path in OPEN_TO_STRANGERS else 0
    if length is not None and length <= STRANGERS_BYTES:
        return STRANGERS_BYTES  # the application looks at the token; this little is no burden
    try:
        await asyncio.to_thread(known, token.strip())
    except Refusal:
        return 0
    return MAX_BODY


def _length(headers: dict[bytes, bytes]) -> int | None:
    """Return the length that is said, None where the body comes in chunks."""
    if b"transfer-encoding" in headers:
        return None
    said = headers.get(b"content-length", b"0")
    return int(said) if said.isdigit() else 0


def _whole(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
