"""A small client of the public APIs, for the demo chain and the tour."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from embedded.errors import CannotGoOn

_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.1


class Refused(RuntimeError):
    """The API refused a request."""

    def __init__(self, method: str, path: str, status: int, body: Any) -> None:  # noqa: ANN401 - a JSON value
        super().__init__(f"{method} {path}: {status} {json.dumps(body, ensure_ascii=False)[:800]}")
        self.status = status
        self.body = body

    @property
    def key_reused(self) -> bool:
        """Whether the key was used for another request; asking again does not help."""
        return isinstance(self.body, dict) and str(self.body.get("type")).endswith(":idempotency-key-reused")


class NobodyThere(CannotGoOn):
    """No Qiantai answers at an address."""


def look_for(address: str) -> None:
    """See that a Qiantai answers at an address. Raises NobodyThere."""
    try:
        Desk(address).get("/api/gateway/jwks")["keys"]
    except Refused as refusal:
        if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE and isinstance(refusal.body, dict):
            return  # it is there, and will answer in a moment
        why: Exception = refusal
    except (http.client.HTTPException, OSError, ValueError, LookupError, TypeError) as error:
        why = error
    else:
        return
    raise NobodyThere(f"no Qiantai answers at {address} ({why}): name the port of the run with PORT=")


class Desk:
    """Somebody signed in at one address; one kept-alive connection a thread."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._netloc = urlsplit(address).netloc
        self._local = threading.local()
        self.headers: dict[str, str] = {}

    def sign_in(self, staff: str, password: str) -> Desk:
        """Sign in and return the desk."""
        return self._entered("/api/gateway/sign-in", {"staff": staff, "password": password})

    def change_password(self, staff: str, password: str, other: str) -> Desk:
        """Take another password, sign in with it and return the desk."""
        return self._entered("/api/gateway/password", {"staff": staff, "password": password, "new_password": other})

    def get(self, path: str, **query: str) -> Any:  # noqa: ANN401 - a JSON value
        """GET, with a query."""
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, None, {})

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:  # noqa: ANN401
        """POST a JSON body."""
        return self._send("POST", path, {} if body is None else body, {"Idempotency-Key": key} if key else {})

    def put(self, path: str, body: Any, *, etag: int | None = None) -> Any:  # noqa: ANN401
        """PUT a JSON body, over the version that was loaded where one is given."""
        return self._send("PUT", path, body, {} if etag is None else {"If-Match": f'"{etag}"'})

    def patch(self, path: str, body: Any, *, version: int) -> Any:  # noqa: ANN401
        """PATCH what was loaded at a version."""
        return self._send("PATCH", path, body, {"If-Match": f'"{version}"'})

    def patiently(self, path: str, body: Any, *, key: str) -> Any:  # noqa: ANN401
        """POST again until what the request speaks of is known to the service."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return self.post(path, body, key=key)
            except Refused as refusal:
                if refusal.status not in (404, 422) or refusal.key_reused or time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)

    def _entered(self, path: str, words: Mapping[str, str]) -> Desk:
        """Enter as soon as it is one's turn: few passwords are checked at the same moment."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                answer = self.post(path, words)
            except Refused as refusal:
                if refusal.status != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                self.headers = {"Authorization": f"Bearer {answer['token']}"}
                return self

    def _send(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Any:  # noqa: ANN401
        payload = None if body is None else json.dumps(body).encode()
        every = {**self.headers, **headers, **({"Content-Type": "application/json"} if payload is not None else {})}
        for attempt in (1, 2):
            connection = self._connection()
            try:
                connection.request(method, path, payload, every)
                response = connection.getresponse()
                raw = response.read()
                break
            except (http.client.HTTPException, OSError):
                self._local.connection = None
                if attempt == 2:  # noqa: PLR2004 - a kept-alive connection may have been closed; once is enough
                    raise
        answer = json.loads(raw) if raw else None
        if response.status >= 400:  # noqa: PLR2004
            raise Refused(method, path, response.status, answer)
        return answer

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self._netloc, timeout=30)
            self._local.connection = connection
        return connection
