"""From the last byte on the pty to the committed assignment and to the board's event.

Twenty reads a second from one scanner, and a hundred from twenty; embedded, and
on a private RabbitMQ with every service in its own processes behind nginx.

The commit is seen from outside: a listener is woken by the hint that follows
every commit of triage and looks for new assignments, so the figure includes
that look. The floor is `bare_scan`, seen in the same way. Processor time a read
tells more than the clock where the machine has other work.
"""

from __future__ import annotations

import http.client
import json
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
from device_gateway.edge.virtual import VirtualScanner
from embedded import chain
from embedded.client import Desk
from embedded.environment import read_environment
from embedded.system import System
from qiantai.ids import new_id
from qiantai.servers.postgres import PrivatePostgres
from qiantai.storage.roles import ensure_database
from qiantai.testing.servers import rabbitmq

from tests.bench.bare_scan import bare_edge
from tests.bench.report import NotMeasured, Report, percentile
from tests.bench.servers import postgres, processor_seconds

_SHARES = (0.5, 0.95, 0.99)
_PATIENCE = 60.0
_BRANCHES = {chain.MAIN: "desk", chain.SECOND: "desk.hz"}
"""Branches with somebody who watches their board."""
_LOOK_BACK = timedelta(seconds=0.5)
_NEW = 'SELECT customer::text, arrived_at FROM visit WHERE "to" IS NOT NULL AND arrived_at > %s'
_NEW_BARE = "SELECT code, at FROM bare_visit WHERE at > %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How much is read in which time."""

    scanners: int
    per_second: int
    reads: int

    def __str__(self) -> str:
        return f"{self.per_second}/s from {self.scanners}"

    def branch(self, number: int) -> str:
        """Return the branch of a scanner."""
        return list(_BRANCHES)[number % len(_BRANCHES)]


CASES = (Case(scanners=1, per_second=20, reads=200), Case(scanners=20, per_second=100, reads=500))


@dataclass(slots=True)
class Seen:
    """When each code was sent, its assignment committed, the board shown the arrival, and told the receiver."""

    wanted: frozenset[str]
    sent: dict[str, float] = field(default_factory=dict)
    committed: dict[str, float] = field(default_factory=dict)
    shown: dict[str, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)

    def waits(self, until: Mapping[str, float]) -> list[float]:
        """Return the milliseconds from each read."""
        return [(until[one] - at) * 1000 for one, at in self.sent.items()]


def measure(report: Report) -> None:
    """Measure embedded and on real servers, each beside its floor."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name) / "postgres") as server:
        folder = Path(name)
        with report.part("embedded"):
            _one_kind(report, "embedded", folder, server, None)
        with report.part("real servers"), rabbitmq(folder / "rabbit") as broker:
            _one_kind(report, "real servers", folder, server, broker)


def _one_kind(report: Report, label: str, folder: Path, server: PrivatePostgres, broker: str | None) -> None:
    place = folder / label.replace(" ", "-")
    database = ensure_database(server.admin_url, place.name)
    system = System(place, environment={"DATABASE": database, "BROKER": broker or ""})
    found = {}
    try:
        place.mkdir(parents=True)
        _write_scanners(place, CASES[0])
        system.start()
        for case in CASES:
            with report.part(f"{label}, {case}"):
                found[case] = _read_by_system(report, f"{label}, {case}", system, case)
    finally:
        system.stop()
    for case, p95 in found.items():
        with report.part(f"bare path, {label}, {case}"):
            floor = _read_by_floor(report, f"bare path, {label}, {case}", place, server, broker, case)
            report.ratio(f"{label}, {case}: read to assignment, p95 / bare path", p95 / floor)


def _read_by_system(report: Report, label: str, system: System, case: Case) -> float:
    _write_scanners(system.folder, case)
    cards = _expected_customers(system, case)
    seen = Seen(frozenset(cards.values()))
    url = read_environment(system.folder)["QIANTAI_DATABASE_TRIAGE"]
    with ExitStack() as stack:
        stack.enter_context(_watching(_watch_commits, url, "outbox_triage", _NEW, seen))
        for branch, staff in _BRANCHES.items():
            stack.enter_context(_watching(_watch_board, system.address, branch, staff, seen))
        time.sleep(1.0)
        used = _send_all(system.folder, case, cards, seen, (seen.committed, seen.told), system.process.pid)  # type: ignore[union-attr]
    report.figure(f"{label}: processor ms a read, all our processes", used * 1000 / case.reads)
    _tell(report, f"{label}: read to board event", seen.waits(seen.shown))
    _tell(report, f"{label}: read to the receiver on the board", seen.waits(seen.told))
    return _tell(report, f"{label}: read to assignment", seen.waits(seen.committed))


def _read_by_floor(
    report: Report, label: str, folder: Path, server: PrivatePostgres, broker: str | None, case: Case
) -> float:
    url = ensure_database(server.admin_url, "bare")
    devices = [str(_device(folder, number)) for number in range(case.scanners)]
    codes = {new_id(): new_id() for _ in range(case.reads)}
    seen = Seen(frozenset(codes.values()))
    with ExitStack() as stack:
        pid = stack.enter_context(bare_edge(url, broker, folder, devices))
        stack.enter_context(_watching(_watch_commits, url, "bare", _NEW_BARE, seen))
        used = _send_all(folder, case, {one: one for one in seen.wanted}, seen, (seen.committed,), pid)
    report.figure(f"{label}: processor ms a read", used * 1000 / case.reads)
    return _tell(report, label, seen.waits(seen.committed))


def _tell(report: Report, title: str, waits: Sequence[float]) -> float:
    for share in _SHARES:
        report.figure(f"{title}, p{int(share * 100)} ms", percentile(waits, share))
    return percentile(waits, 0.95)


def _device(folder: Path, number: int) -> Path:
    return folder / "devices" / f"scanner-{number + 1}"


def _write_scanners(folder: Path, case: Case) -> None:
    devices = [
        {
            "device": f"scanner-{number + 1}",
            "desk": f"desk-{number + 1}",
            "branch": case.branch(number),
            "url": str(_device(folder, number)),
        }
        for number in range(case.scanners)
    ]
    fresh = folder / "scanners.new"
    fresh.write_text(json.dumps(devices))
    fresh.replace(folder / chain.SCANNERS)


def _expected_customers(system: System, case: Case) -> dict[str, str]:
    """Register customers with cards and an appointment today; returns customer by card, in the order of the reads."""
    desk = Desk(system.address).sign_in("office", chain.PASSWORD)
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    start = min(now + timedelta(minutes=5), now.replace(hour=23, minute=59, second=59))  # still today

    def one(number: int) -> tuple[str, str]:
        branch = case.branch(number % case.scanners)
        phone = f"136{int(new_id()[-7:], 16) % 10**8:08d}"
        customer = desk.post(
            "/api/customers/", {"branch": branch, "name": f"测{number}", "phones": [{"number": phone}]}
        )["id"]
        card = f"D{new_id()[-10:].upper()}"
        desk.post(f"/api/customers/{customer}/cards", {"branch": branch, "number": card, "kind": "design"})
        booking = {
            "branch": branch,
            "customer": customer,
            "kind": "consultation",
            "projects": ["laser"],
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(minutes=30)).isoformat(),
        }
        desk.patiently("/api/appointments/", booking, key=new_id())
        return card, str(customer)

    with ThreadPoolExecutor(6) as pool:
        made = dict(pool.map(one, range(case.reads)))
    time.sleep(2.0)  # the edge has heard of every card before the first read
    return made


def _send_all(
    folder: Path,
    case: Case,
    codes: Mapping[str, str],
    seen: Seen,
    until: Sequence[Mapping[str, float]],
    pid: int,
) -> float:
    """Let the scanners read all codes at their pace; returns the processor seconds of the process tree."""
    with ExitStack() as stack:
        scanners = [stack.enter_context(VirtualScanner(_device(folder, number))) for number in range(case.scanners)]
        for scanner in scanners:
            scanner.wait_until_open(30.0)
        before, began = processor_seconds(pid), time.monotonic()
        for number, (code, one) in enumerate(codes.items()):
            time.sleep(max(0.0, began + number / case.per_second - time.monotonic()))
            scanners[number % case.scanners].send(code)
            seen.sent[one] = time.time()
        deadline = time.monotonic() + _PATIENCE
        while any(len(found) < len(codes) for found in until):
            if time.monotonic() > deadline:
                raise NotMeasured(f"of {len(codes)} reads only {[len(found) for found in until]} were seen")
            time.sleep(0.05)
        return processor_seconds(pid) - before


@contextmanager
def _watching(watch: object, *arguments: object) -> Iterator[None]:
    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=(*arguments, stop), daemon=True)  # type: ignore[arg-type]
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join(5)


def _watch_commits(url: str, channel: str, query: str, seen: Seen, stop: threading.Event) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'LISTEN "{channel}"'.encode())
        since = datetime.now(ZoneInfo("UTC"))
        while not stop.is_set():
            for _ in connection.notifies(timeout=0.2, stop_after=1):
                pass
            rows = connection.execute(query.encode(), [since - _LOOK_BACK]).fetchall()
            now = time.time()
            for one, at in rows:
                since = max(since, at)
                if one in seen.wanted:
                    seen.committed.setdefault(one, now)


def _watch_board(address: str, branch: str, staff: str, seen: Seen, stop: threading.Event) -> None:
    desk = Desk(address).sign_in(staff, chain.PASSWORD)
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request("GET", f"/api/gateway/board/stream?branch={branch}", headers=desk.headers)
    response = connection.getresponse()
    while not stop.is_set():
        line = response.readline()
        now = time.time()
        if not line.startswith(b"data:"):
            continue
        card = json.loads(line[5:]).get("value") or {}
        if card.get("customer") in seen.wanted and card.get("tab") != "appointments":
            seen.shown.setdefault(card["customer"], now)
            if card["kind"] == "visit" and card["state"] != "registered":
                seen.told.setdefault(card["customer"], now)
