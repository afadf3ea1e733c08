"""Idempotency-Key: the same request, repeated, has one effect and gets the same answer."""

from __future__ import annotations

import hashlib
import re

from flask import Request, Response
from psycopg.types.json import Jsonb

from qiantai.both import Both
from qiantai.errors import Refusal
from qiantai.storage.statements import Statements

_KEY = re.compile(r"^[\x21-\x7e]{1,100}$")
_A_KEY = Both("1 to 100 visible ASCII characters", "请用 1 到 100 个可见的 ASCII 字符。")
_BEGIN = (
    "INSERT INTO idempotency_key (actor, key, fingerprint) VALUES (:actor, :key, :fingerprint)"
    " ON CONFLICT (actor, key) DO NOTHING RETURNING true"
)
_FIND = "SELECT fingerprint, status, headers, body FROM idempotency_key WHERE actor = :actor AND key = :key"
_FINISH = (
    "UPDATE idempotency_key SET status = :status, headers = :headers, body = :body WHERE actor = :actor AND key = :key"
)


class IdempotencyKeyReused(Refusal):
    """This Idempotency-Key was used for another request; take a new key."""

    zh = "这个 Idempotency-Key 已用于另一个请求，请换一个新的。"


class IdempotencyKeyMalformed(Refusal):
    """The Idempotency-Key is malformed."""

    zh = "Idempotency-Key 的格式不对。"


class IdempotencyKeyMissing(Refusal):
    """Send an Idempotency-Key, so that a repeated request counts once."""

    zh = "请带上 Idempotency-Key，以免重复提交被算两次。"
    status = 428


def key_of(request: Request, *, required: bool) -> str | None:
    """Return the request's key. Raises when it is missing but needed, or malformed."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        if required:
            raise IdempotencyKeyMissing(fields={"Idempotency-Key": _A_KEY})
        return None
    if not _KEY.match(key):
        raise IdempotencyKeyMalformed(fields={"Idempotency-Key": _A_KEY})
    return key


def fingerprint_of(request: Request) -> str:
    """Return a digest of what makes a request the same request."""
    head = f"{request.method} {request.full_path} {request.headers.get('If-Match', '')}\n".encode()
    return hashlib.sha256(head + request.get_data(cache=True)).hexdigest()


def begin(statements: Statements, actor: str, key: str, fingerprint: str) -> Response | None:
    """Take the key; returns the earlier answer where there is one.

    A request running at the same time with the same key is waited for.
    """
    if statements.fetch(_BEGIN, {"actor": actor, "key": key, "fingerprint": fingerprint}):
        return None
    [found] = statements.fetch(_FIND, {"actor": actor, "key": key})
    if found.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    response = Response(bytes(found.body or b""), status=found.status, headers=dict(found.headers or {}))
    response.headers["Idempotency-Replayed"] = "true"
    return response


def keep(statements: Statements, actor: str, key: str, fingerprint: str, response: Response) -> None:
    """Take the key with its answer; the transaction fails when it has been taken meanwhile."""
    row = {"actor": actor, "key": key, "fingerprint": fingerprint, **_kept(response)}
    statements.insert_later("idempotency_key", [row])


def finish(statements: Statements, actor: str, key: str, response: Response) -> None:
    """Keep the answer for a repeated request."""
    statements.update_later("idempotency_key", _FINISH, {"actor": actor, "key": key, **_kept(response)})


def _kept(response: Response) -> dict[str, object]:
    kept = {name: value for name, value in response.headers.items() if name in ("Content-Type", "ETag", "Location")}
    return {"status": response.status_code, "headers": Jsonb(kept), "body": response.get_data()}
