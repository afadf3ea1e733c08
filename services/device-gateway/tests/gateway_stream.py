"""The stream's application called as a server would, and a reader of its events."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

from device_gateway.streams.app import compose
from device_gateway.streams.asgi import App
from device_gateway.streams.stream import PATH, Streams
from gateway_facts import open_branches
from qiantai.actors import Actor
from qiantai.contracts import CHAIN
from qiantai.contracts.customer import CustomerRegistered
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.contracts.triage import AlertRaised
from qiantai.ids import new_id
from qiantai.inbox.processor import Processor
from qiantai.outbox.wake import Waker
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.tokens import TokenSigner
from qiantai.wire.envelope import enclose, encode

SH = "sh-01"
PATIENCE = 10


class Gateway:
    """The composed application, called as a server would."""

    def __init__(self, under_test: ServiceUnderTest, signer: TokenSigner) -> None:
        waker = Waker(under_test.settings.database_url, "device-gateway", under_test.service.channels)
        self.processor = Processor(under_test.service, under_test.engine, waker)
        self.streams = Streams(under_test.settings)
        self.app = compose(under_test.app, self.streams)
        self.settings = under_test.settings
        self.under_test = under_test
        self._signer = signer
        self._count = 0

    def scan(self, count: int = 1, branch: str = SH) -> None:
        """Let customers arrive."""
        now = datetime.now(UTC)
        for _ in range(count):
            self._count += 1
            customer = f"c{self._count}"
            named = CustomerRegistered(
                branch=CHAIN, customer=customer, number="C1", name=f"王{self._count}", kind="full", home_branch=branch
            )
            scanned = ArrivalScanned(
                branch=branch,
                scan=f"{branch}-s{self._count}",
                device="d1",
                desk="k",
                code="D000123",
                kind="design",
                customer=customer,
                appointment=None,
                device_time=now,
                gateway_time=now,
            )
            bodies = [
                encode(enclose(e, id_=new_id(), version=1, time=now, causation=None, traceparent=None))
                for e in (named, scanned)
            ]
            self.processor.process(bodies)

    def alert(self) -> None:
        """Let triage alert the supervisors."""
        now = datetime.now(UTC)
        told = AlertRaised(
            branch=SH,
            alert=new_id(),
            kind="nobody_can_receive",
            severity="urgent",
            visit=None,
            consultant=None,
            text_zh="无人可接诊",
            text_en="nobody",
            rules=("T21",),
            at=now,
        )
        self.processor.process(
            [encode(enclose(told, id_=new_id(), version=1, time=now, causation=None, traceparent=None))]
        )

    def token(
        self,
        role: str = "receptionist",
        branches: Sequence[str] = (SH,),
        *,
        id_: str = "p",
        seconds: int = 600,
        **session: Any,
    ) -> str:
        actor = Actor(id=id_, name="p", roles=frozenset({role}), branches=frozenset(branches))
        return self._signer.sign(actor, now=time.time(), seconds=seconds, session=session)

    def account(self, **change: Any) -> None:
        """Let the account li work in the branch, or work there otherwise."""
        head = self.under_test.as_("head_office")
        body = {"name": "p", "roles": ["receptionist"], "branches": [SH], **change}
        found = head.get("/api/gateway/staff/li")
        if found.status_code == 404:
            open_branches(self.under_test)
            done = head.put("/api/gateway/staff/li", {**body, "password": "for the first day"})
        else:
            done = head.put("/api/gateway/staff/li", body, etag=found.headers["ETag"])
        assert done.status_code == 200, done.json

    def open(
        self, query: str = f"branch={SH}", *, token: str | None = None, last: str | None = None, **scope: Any
    ) -> Reader:
        headers = [(b"authorization", f"Bearer {token or self.token()}".encode())] if token != "" else []
        headers += [(b"last-event-id", last.encode())] if last is not None else []
        whole = {
            "type": "http",
            "method": "GET",
            "path": PATH,
            "query_string": query.encode(),
            "headers": headers,
            **scope,
        }
        return Reader(self.app, whole)


class Reader:
    """One connection."""

    def __init__(self, app: App, scope: dict[str, Any]) -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.text = ""
        self._read = 0
        self._news = asyncio.Condition()
        self._gone = asyncio.Event()
        self.blocked: asyncio.Event | None = None
        self.task = asyncio.create_task(app(scope, self._receive, self._send))  # type: ignore[arg-type]

    async def events(self, count: int) -> list[tuple[str, Any]]:
        """Return the next events as (name, data)."""
        found: list[tuple[str, Any]] = []
        async with asyncio.timeout(PATIENCE):
            while len(found) < count:
                block, _, rest = self.text[self._read :].partition("\n\n")
                if not rest and not self.text.endswith("\n\n"):
                    await self._wait()
                    continue
                if not block:
                    await self._wait()
                    continue
                self._read += len(block) + 2
                lines = dict(line.split(": ", 1) for line in block.split("\n"))
                if "event" in lines:
                    found.append((lines["event"], json.loads(lines["data"])))
        return found

    async def end(self) -> None:
        """Close the connection and wait for the application."""
        self._gone.set()
        async with asyncio.timeout(PATIENCE):
            await self.task

    async def _wait(self) -> None:
        async with self._news:
            await self._news.wait()

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if self.blocked is not None:
            await self.blocked.wait()
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        self.text += message.get("body", b"").decode()
        async with self._news:
            self._news.notify_all()


Story = Callable[[Gateway], Coroutine[Any, Any, None]]


def aside(work: Callable[[], None]) -> Awaitable[None]:
    return asyncio.to_thread(work)


async def closed(reader: Reader) -> None:
    """Wait until the server has ended the stream."""
    async with asyncio.timeout(PATIENCE):
        await reader.task
