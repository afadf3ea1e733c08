"""What an ASGI application says: the types, and answers that are problems."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from qiantai.errors import Refusal
from qiantai.web.headers import HEADERS

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
SECURITY = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
"""As on every answer."""
App = Callable[[Scope, Receive, Send], Awaitable[None]]


async def refuse(send: Send, error: Refusal) -> None:
    """Answer with the problem details of a refusal."""
    headers = [(b"www-authenticate", b"Bearer")] if error.status == 401 else []  # noqa: PLR2004
    if "retry_after" in error.facts:
        headers.append((b"retry-after", str(error.facts["retry_after"]).encode()))
    more: dict[str, Any] = {}
    if error.fields:
        more["errors"] = [{"field": name, "message": message} for name, message in error.fields.items()]
    if error.facts:
        more["facts"] = error.facts
    await answer(send, error.status, error.code, error.title, headers=headers, **more)


async def answer(
    send: Send, status: int, code: str, title: str, *, headers: Sequence[tuple[bytes, bytes]] = (), **more: object
) -> None:
    """Answer with problem details."""
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
                *SECURITY,
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body.encode()})
