"""RabbitMQ's management API: `http://user:password@host:15672`."""

from __future__ import annotations

import base64
import json
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from embedded.errors import CannotGoOn


class ManagementRefuses(CannotGoOn):
    """RabbitMQ's management API does not answer, or refuses."""


def ask(management: str, what: str) -> list[dict[str, Any]]:
    """Return what the API lists: `nodes`, `queues`. Raises ManagementRefuses."""
    found: list[dict[str, Any]] = json.loads(_call(management, what, None))
    return found


def take_over(management: str, definitions: object) -> None:
    """Make users and permissions what the definitions say; what they do not name stays. Raises ManagementRefuses."""
    _call(management, "definitions", json.dumps(definitions).encode())


def _call(management: str, what: str, body: bytes | None) -> bytes:
    parts = urlsplit(management)
    host = parts.netloc.rsplit("@", 1)[-1]
    known = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    request = urllib.request.Request(  # noqa: S310 - the operator's own address
        urlunsplit((parts.scheme, host, f"{parts.path.rstrip('/')}/api/{what}", "", "")),
        data=body,
        headers={
            "Authorization": "Basic " + base64.b64encode(known.encode()).decode(),
            "Content-Type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the operator's own address
            got: bytes = answer.read()
    except (OSError, HTTPException) as error:
        raise ManagementRefuses(f"the management API at {host}: {error}") from error
    return got
