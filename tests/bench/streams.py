"""From a committed change of a flow board to every screen that shows it, over server-sent events of the gateway.

200 screens of one branch, and 2,000 of a chain of 40 branches, at 50 changes a second: of the embedded process that
answers for all services, and of the gateway's own as it runs on servers. Beside it, what `bare_streams` needs for the
same. Then screens that are open and do not read: what they cost.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from embedded.environment import read_environment
from embedded.system import System
from qiantai.actors import Actor
from qiantai.servers.parents import ends_with_parent
from qiantai.servers.ports import free_port
from qiantai.storage.roles import ensure_database
from qiantai.web.tokens import TokenSigner

from tests.bench.bare_streams import bare_streams
from tests.bench.board_changes import Boards, Committed, Value, visitor
from tests.bench.report import NotMeasured, Report, percentile
from tests.bench.screens import Came, Screen, watching
from tests.bench.servers import below, megabytes, postgres, processor_seconds

PER_SECOND = 50
SECONDS = 10
PATIENCE = 20.0
"""Until the last change must have come."""
SLOW = 40
_PAGE = 16_000
"""Bytes of a change for screens that do not read: so many of them are more than a connection takes in."""
_STARTS = 30.0
_ACCOUNT = (
    "INSERT INTO staff (id, name, roles, branches, active, password_hash, version)"
    " SELECT 'screen-' || n, 'screen', ARRAY['receptionist'], ARRAY['*'], true, '', 1 FROM generate_series(0, %s) n"
    " ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How many screens, in how many branches."""

    screens: int
    branches: int

    def __str__(self) -> str:
        return f"{self.screens:,} screens, {self.branches} branch{'es' if self.branches > 1 else ''}"

    @property
    def names(self) -> list[str]:
        """The branches; each case has its own."""
        return [f"bench-{self.branches}-{number}" for number in range(self.branches)]


CASES = (Case(screens=200, branches=1), Case(screens=2000, branches=40))


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What serves streams."""

    port: int
    process: int


class Chain:
    """The running system with its boards, and tokens for as many screens as are wanted."""

    def __init__(self, system: System) -> None:
        self.environment = {**os.environ, **read_environment(system.folder)}
        self.url = self.environment["QIANTAI_DATABASE_DEVICE_GATEWAY"]
        self.boards = Boards(self.url)
        most = max(case.screens for case in CASES)
        with psycopg.connect(self.url) as connection:
            connection.execute(_ACCOUNT.encode(), (most,))
        self.boards.open_branches([branch for case in CASES for branch in case.names])
        signer = TokenSigner(Path(self.environment["QIANTAI_SIGNING_KEY"]).read_text(), "qiantai")
        self._tokens = [
            signer.sign(
                Actor(
                    id=f"screen-{number}",
                    name="screen",
                    roles=frozenset({"receptionist"}),
                    branches=frozenset({"*"}),
                ),
                now=time.time(),
                seconds=1200,
            )
            for number in range(most)
        ]

    def screens(self, case: Case) -> list[Screen]:
        """Return the screens of a case, each signed in with an account of its own."""
        names = case.names
        return [Screen(names[number % len(names)], self._tokens[number]) for number in range(case.screens)]


def measure(report: Report) -> None:
    """Measure embedded, the gateway alone, and the floor."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name) / "postgres") as server:
        system = System(
            Path(name) / "run",
            arguments=["--no-demo"],
            environment={"DATABASE": ensure_database(server.admin_url, "streams")},
        )
        system.folder.mkdir()
        try:
            system.start()
            chain = Chain(system)
            _all(report, system, chain)
            chain.boards.close()
        finally:
            system.stop()


def _all(report: Report, system: System, chain: Chain) -> None:
    assert system.process is not None
    web = Server(port=system.port, process=below(system.process.pid, "embedded.web:app"))
    p95: dict[tuple[str, Case], float] = {}
    with ExitStack() as stack:
        for label, given in (("embedded", web), ("gateway alone", None), ("bare fan-out", None)):
            kept = stack.enter_context(ExitStack())
            server = given or kept.enter_context((_bare if label == "bare fan-out" else _alone)(chain))
            for case in CASES:
                with report.part(f"{label}, {case}"):
                    p95[label, case] = _case(report, f"{label}, {case}", server, chain, case)
            if label != "bare fan-out":
                with report.part(f"{label}, slow screens"):
                    _slow(report, label, server, chain)
            kept.close()
    for (label, case), ours in p95.items():
        if label != "bare fan-out" and ("bare fan-out", case) in p95:
            report.ratio(f"{label}, {case}: p95 / bare fan-out", ours / p95["bare fan-out", case])


@contextmanager
def _bare(chain: Chain) -> Iterator[Server]:
    port = free_port()
    with bare_streams(chain.url, port) as process:
        yield Server(port=port, process=process)


@contextmanager
def _alone(chain: Chain) -> Iterator[Server]:
    """Run the gateway's own web process, as on servers."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--host", "127.0.0.1", "--http", "1", "--no-ws", "--no-access-log"),
        *("--log-level", "warning", "--workers-kill-timeout", "10", "--backlog", "4096", "--backpressure", "4096"),
        *("--interface", "asgi", "--port", str(port), "device_gateway.web:app"),
    ]
    process = subprocess.Popen(command, env=chain.environment, preexec_fn=ends_with_parent(signal.SIGTERM))  # noqa: PLW1509 - prctl only
    try:
        _wait_for(port, process)
        yield Server(port=port, process=process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1.0):
                return
        except OSError:
            time.sleep(0.1)
    raise NotMeasured("the gateway did not start")


def _case(report: Report, label: str, server: Server, chain: Chain, case: Case) -> float:
    """Tell how long changes are under way, and what the screens cost; returns the p95 in milliseconds."""
    before = megabytes(server.process)
    began = time.monotonic()
    with watching(server.port, chain.screens(case)) as screens:
        screens.wait_until_open()
        report.figure(f"{label}: all open after, s", time.monotonic() - began)
        opened = megabytes(server.process)
        used = processor_seconds(server.process)
        count = -(PER_SECOND * SECONDS // -case.branches) * case.branches  # as many in each branch
        committed = chain.boards.change(case.names, _waiting(case.screens), count=count, per_second=PER_SECOND)
        came = screens.came(len(committed) // case.branches, seconds=PATIENCE)
        used = processor_seconds(server.process) - used
        after = megabytes(server.process)
    waits = _waits(came, committed)
    report.figure(f"{label}: memory of a stream, open, KB", (opened - before) * 1024 / case.screens)
    report.figure(f"{label}: memory of the process, before, MB", before)
    report.figure(f"{label}: memory of the process, open, MB", opened)
    report.figure(f"{label}: memory of the process, after the changes, MB", after)
    report.figure(f"{label}: processor µs a change and screen", used * 1_000_000 / len(waits))
    for share in (0.5, 0.95, 0.99):
        report.figure(f"{label}: commit to screen, p{int(share * 100)} ms", percentile(waits, share))
    return percentile(waits, 0.95)


def _waiting(salt: int) -> Value:
    return lambda number: (f"bench-{salt}-{number % 200}", visitor(number, f"bench-{salt}-{number % 200}"))


def _waits(came: Sequence[Came], committed: Committed) -> list[float]:
    """Return milliseconds from commit to screen. Raises NotMeasured where a change did not come, or came twice."""
    waits = []
    for screen, numbers, times, ended in came:
        expected = [number for branch, number in committed if branch == screen.branch]
        if list(numbers) != expected:
            why = "ended" if ended else "open"
            raise NotMeasured(f"a screen (now {why}) has {len(numbers)} changes of {len(expected)}")
        waits += [(at - committed[screen.branch, number]) * 1000 for number, at in zip(numbers, times, strict=True)]
    return waits


def _slow(report: Report, label: str, server: Server, chain: Chain) -> None:
    """Tell what screens that do not read cost, beside one that does: all have missed more than a queue holds."""
    case = CASES[0]
    reads, *rest = chain.screens(case)
    grown = {}
    for slow in (0, SLOW):
        before = megabytes(server.process)
        with watching(server.port, [reads, *(one._replace(slow=True) for one in rest[:slow])]) as screens:
            screens.wait_until_open()
            committed = chain.boards.change(case.names, _long, count=400, per_second=100)
            waits = _waits([screens.came(len(committed), seconds=PATIENCE)[0]], committed)
            grown[slow] = megabytes(server.process) - before
        report.figure(f"{label}, {slow} slow screens: commit to another screen, p95 ms", percentile(waits, 0.95))
    report.figure(f"{label}: memory of a slow screen behind by 6.4 MB, KB", (grown[SLOW] - grown[0]) * 1024 / SLOW)


def _long(number: int) -> tuple[str, dict[str, object]]:
    return "bench-long", {**visitor(number, "bench-long"), "why": {"zh": "长" * (_PAGE // 3), "en": f"{number}"}}
