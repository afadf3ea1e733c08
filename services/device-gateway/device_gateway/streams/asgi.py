"""What an ASGI application says: the types, and answers that are problems."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from qiantai.both import Both
from qiantai.errors import Refusal
from qiantai.web.headers import HEADERS
from qiantai.web.languages import language_of
from qiantai.web.problems import CONTENT_TYPE, details

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
SECURITY = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
"""As on every answer."""
App = Callable[[Scope, Receive, Send], Awaitable[None]]


async def refuse(scope: Scope, send: Send, error: Refusal) -> None:
    """Answer with the problem details of a refusal."""
    headers = [(b"www-authenticate", b"Bearer")] if error.status == 401 else []  # noqa: PLR2004
    if "retry_after" in error.facts:
        headers.append((b"retry-after", str(error.facts["retry_after"]).encode()))
    about = {"detail": error.detail, "fields": error.fields, "facts": error.facts}
    await answer(scope, send, error.status, error.code, error.title, headers=headers, **about)


async def answer(
    scope: Scope,
    send: Send,
    status: int,
    code: str,
    title: Both,
    *,
    headers: Sequence[tuple[bytes, bytes]] = (),
    **about: Any,  # noqa: ANN401 - what problem details have
) -> None:
    """Answer with problem details in the caller's language."""
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    language = language_of(accepted)
    body = json.dumps(details(language, status, code, title, **about), ensure_ascii=False)
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", CONTENT_TYPE.encode()),
                (b"content-language", language.encode()),
                (b"vary", b"Accept-Language"),
                (b"cache-control", b"no-store"),
                *SECURITY,
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body.encode()})
