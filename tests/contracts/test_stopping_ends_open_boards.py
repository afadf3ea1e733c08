"""A gateway that is told to stop: open boards end at once, what is being answered is answered, the process goes."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
from device_gateway.bootstrap import service
from device_gateway.streams.stream import PATH
from embedded.run import _GRANIAN
from qiantai.actors import Actor
from qiantai.servers.parents import ends_with_parent
from qiantai.servers.ports import free_port
from qiantai.service import Service
from qiantai.services import setting_of
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.tokens import TokenSigner

BRANCH = "sh-01"
_START_SECONDS = 60
_GONE_SECONDS = 6.0
"""Under load; alone it takes less than two. A server that waits for a stream kills it after ten."""


class Server:
    """The gateway as a run starts it."""

    def __init__(self, gateway: ServiceUnderTest, token: str, log: Path) -> None:
        self.port = free_port()
        self._token = token
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", *_GRANIAN, "--interface", "asgi"),
                    *("--port", str(self.port), "device_gateway.web:app"),
                ],
                env={
                    setting_of("device-gateway"): gateway.settings.database_url,
                    "QIANTAI_JWKS": gateway.settings.jwks,
                    "QIANTAI_ISSUER": gateway.settings.issuer,
                },
                stdout=output,
                stderr=output,
                preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - prctl only
            )
        self._wait()

    def ask(self, path: str) -> http.client.HTTPResponse:
        """Return the answer to a GET, its body not yet read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers={"Authorization": f"Bearer {self._token}"})
        return connection.getresponse()

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError):
                if self.ask("/api/gateway/health").status == 200:
                    return
            time.sleep(0.05)
        pytest.fail(f"the gateway did not start:\n{self.log()}")


@pytest.fixture
def gateway(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    made = under_test(service())
    with psycopg.connect(made.settings.database_url) as connection:
        connection.execute("INSERT INTO board_sequence (branch, sequence) VALUES (%s, 0)", (BRANCH,))
    return made


@pytest.fixture
def server(gateway: ServiceUnderTest, signer: TokenSigner, tmp_path: Path) -> Iterator[Server]:
    actor = Actor(id="p", name="p", roles=frozenset({"receptionist", "it"}), branches=frozenset({"*"}))
    made = Server(gateway, signer.sign(actor, now=time.time(), seconds=600), tmp_path / "gateway.log")
    yield made
    made.process.kill()
    made.process.wait(10)


def test_open_boards_end_and_requests_are_answered_when_the_process_is_told_to_stop(
    server: Server, gateway: ServiceUnderTest
) -> None:
    boards = [server.ask(f"{PATH}?branch={BRANCH}") for _ in range(3)]
    for board in boards:
        assert board.status == 200
        while not board.readline().startswith(b"event: ready"):
            pass
    answered: list[int] = []
    with closing(psycopg.connect(gateway.settings.database_url)) as other:
        other.execute("LOCK TABLE device IN ACCESS EXCLUSIVE MODE")
        asking = threading.Thread(target=lambda: answered.append(server.ask("/api/gateway/devices").status))
        asking.start()
        time.sleep(0.5)  # the request is under way
        server.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        for board in boards:
            board.read()
        assert server.process.poll() is None, "somebody still waits for an answer"
    asking.join(10)
    assert answered == [200]
    assert server.process.wait(10) == 0
    assert time.monotonic() - began < _GONE_SECONDS
    assert "refused to gracefully stop" not in server.log()
