"""A service under test: its application, its message processing, its outbox, on a real database."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from qiantai import clock
from qiantai.actors import Actor
from qiantai.application.app import create_app, runtime_of
from qiantai.contracts.event import Event
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.ids import new_id
from qiantai.inbox.processor import Outcome, Processor
from qiantai.retelling import Reteller
from qiantai.service import Service
from qiantai.settings import Settings
from qiantai.web.tokens import TokenSigner
from qiantai.wire.envelope import decode, disclose, enclose, encode

E = TypeVar("E", bound=Event)
ISSUER = "qiantai-tests"
_idle: dict[tuple[object, ...], list[Flask]] = {}
"""Applications that no test uses at the moment: making one takes longer than many a test."""


def settings_for_tests(service: str, database_url: str, jwks: Path) -> Settings:
    """Return settings for a test process."""
    return Settings(
        service=service,
        database_url=database_url,
        broker_url=None,
        jwks=str(jwks),
        issuer=ISSUER,
        branches=(),
        pool=10,
        log_level="WARNING",
        metrics_port=None,
    )


class Desk:
    """An HTTP client signed in as one person."""

    def __init__(self, client: FlaskClient, token: str | None) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def request(self, method: str, path: str, **options: Any) -> TestResponse:  # noqa: ANN401
        """Send a request; `headers` are added to the sign-in's, `etag` becomes If-Match, `key` the Idempotency-Key."""
        headers = {**self._headers, **options.pop("headers", {})}
        if (etag := options.pop("etag", None)) is not None:
            headers["If-Match"] = etag if isinstance(etag, str) else f'"{etag}"'
        if (key := options.pop("key", None)) is not None:
            headers["Idempotency-Key"] = key
        return self._client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:  # noqa: ANN401
        """Send a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:  # noqa: ANN401
        """Send a POST with a JSON body."""
        return self.request("POST", path, json={} if json is None else json, **options)

    def patch(self, path: str, json: Any = None, **options: Any) -> TestResponse:  # noqa: ANN401
        """Send a PATCH with a JSON body."""
        return self.request("PATCH", path, json=json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> TestResponse:  # noqa: ANN401
        """Send a PUT with a JSON body."""
        return self.request("PUT", path, json=json, **options)


class ServiceUnderTest:
    """One service on its own fresh database, without any bus: events are handed in and read from the outbox."""

    def __init__(self, service: Service, settings: Settings, signer: TokenSigner) -> None:
        self.service = service
        self.settings = settings
        self._signer = signer
        self.app = _application(service, settings)
        self.engine: sa.Engine = self.app.extensions["qiantai"].engine
        self.processor = Processor(service, self.engine)
        self.reteller = Reteller(service, self.engine)
        self._versions: dict[str, int] = {}

    def as_(self, role: str, *, branches: Sequence[str] = ("*",), id_: str | None = None) -> Desk:
        """Return a client signed in with a role."""
        actor = Actor(id=id_ or f"{role}-1", name=role, roles=frozenset({role}), branches=frozenset(branches))
        return Desk(self.app.test_client(), self._signer.sign(actor, now=time.time(), seconds=600))

    def nobody(self) -> Desk:
        """Return a client that has not signed in."""
        return Desk(self.app.test_client(), None)

    def deliver(self, event: Event, *, version: int | None = None, message_id: str | None = None) -> Outcome:
        """Let the service take an event as from the bus; versions count up per subject by themselves."""
        if version is None:
            version = self._versions.get(event.subject, 0) + 1
        self._versions[event.subject] = version
        envelope = enclose(
            event, id_=message_id or new_id(), version=version, time=clock.now(), causation=None, traceparent=None
        )
        outcome = self.processor.process([encode(envelope)])[0]
        while isinstance(event, RebuildRequested) and self.reteller.tell_chunk():
            pass
        return outcome

    def told(self, kind: type[E] | None = None) -> list[E]:
        """Return the events in the outbox, oldest first, of one kind where given."""
        events = [disclose(decode(bytes(row[0]))) for row in self.rows("SELECT body FROM outbox ORDER BY id")]
        return [event for event in events if event is not None and (kind is None or isinstance(event, kind))]  # type: ignore[misc]

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Return rows of a query, to see that nothing changed."""
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query, arguments)]

    def close(self) -> None:
        """Give back connections and the application."""
        self.app.extensions["qiantai"].waker.close()
        self.engine.dispose()
        if not self.service.extras:
            _idle.setdefault(_kind(self.service), []).append(self.app)


def _application(service: Service, settings: Settings) -> Flask:
    """Return an idle application of the same service with a new runtime, or a new one; extras keep what they found."""
    idle = _idle.get(_kind(service))
    if not idle:
        return create_app(service, settings)
    app = idle.pop()
    app.extensions["qiantai"] = runtime_of(service, settings)
    return app


def _kind(service: Service) -> tuple[object, ...]:
    return (service.name, service.unit_of_work, *service.routes)


def write_jwks(signer: TokenSigner, folder: Path) -> Path:
    """Write the signer's public keys where services look for them."""
    path = folder / "jwks.json"
    path.write_text(json.dumps(signer.public_keys()))
    return path
