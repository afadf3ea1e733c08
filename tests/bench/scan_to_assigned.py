"""From the last byte on the pty to the committed assignment and to the board's event, at twenty reads a second.

The commit is seen from outside: a listener is woken by the hint that follows
every commit of triage and looks for new assignments, so the figure includes
that look. Embedded, and on a private RabbitMQ and PostgreSQL with every
service in its own processes behind nginx.
"""

from __future__ import annotations

import http.client
import json
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
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
from qiantai.testing.servers import rabbitmq

from tests.bench.report import percentile, report

READS, PER_SECOND = 200, 20
_SHARES = (0.5, 0.95, 0.99)
_PATIENCE = 60.0
_NEW = "SELECT customer::text FROM visit WHERE \"to\" IS NOT NULL AND arrived_at > now() - interval '5 seconds'"


def main() -> None:
    """Measure embedded and on real servers."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        figures.update(_measure(System(Path(folder) / "embedded"), "embedded"))
        with rabbitmq(Path(folder) / "rabbit") as broker:
            server = PrivatePostgres(Path(folder) / "postgres").start()
            try:
                environment = {"BROKER": broker, "DATABASE": server.admin_url}
                figures.update(_measure(System(Path(folder) / "servers", environment=environment), "real servers"))
            finally:
                server.stop()
    ratios = {
        f"read to assignment p95 / 30 ms, {label}": figures[f"{label}: read to assignment, p95 ms"] / 30
        for label in ("embedded", "real servers")
    }
    report("scan_to_assigned", figures, ratios)


def _measure(system: System, label: str) -> dict[str, float]:
    system.folder.mkdir(parents=True, exist_ok=True)
    system.start()
    try:
        cards = _expected_customers(system)
        return {
            f"{label}: {name}, p{int(share * 100)} ms": percentile(values, share)
            for name, values in _read_all(system, cards).items()
            for share in _SHARES
        }
    finally:
        system.stop()


def _expected_customers(system: System) -> dict[str, str]:
    """Register customers with cards and an appointment today; returns customer by card."""
    desk = Desk(system.address).sign_in("head", chain.PASSWORD)
    start = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=5)

    def one(number: int) -> tuple[str, str]:
        phone = f"136{int(new_id()[-7:], 16) % 10**8:08d}"
        body = {"branch": chain.MAIN, "name": f"测{number}", "phones": [{"number": phone}]}
        customer = desk.post("/api/customers/", body)["id"]
        card = f"D{new_id()[-10:].upper()}"
        desk.post(f"/api/customers/{customer}/cards", {"branch": chain.MAIN, "number": card, "kind": "design"})
        booking = {
            "branch": chain.MAIN,
            "customer": customer,
            "kind": "consultation",
            "projects": ["laser"],
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(minutes=30)).isoformat(),
        }
        desk.patiently("/api/appointments/", booking, key=new_id())
        return card, str(customer)

    with ThreadPoolExecutor(6) as pool:
        made = dict(pool.map(one, range(READS)))
    time.sleep(2.0)  # the edge has heard of every card before the first read
    return made


def _read_all(system: System, cards: dict[str, str]) -> dict[str, list[float]]:
    sent: dict[str, float] = {}
    committed: dict[str, float] = {}
    shown: dict[str, float] = {}
    stop = threading.Event()
    watchers = [
        threading.Thread(target=_watch_commits, args=(system, set(cards.values()), committed, stop)),
        threading.Thread(target=_watch_board, args=(system, set(cards.values()), shown, stop)),
    ]
    for watcher in watchers:
        watcher.start()
    time.sleep(1.0)
    with VirtualScanner(system.folder / "devices" / "scanner-1") as scanner:
        scanner.wait_until_open()
        began = time.monotonic()
        for number, (card, customer) in enumerate(cards.items()):
            time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
            scanner.send(card)
            sent[customer] = time.time()
        deadline = time.monotonic() + _PATIENCE
        while (len(committed) < len(cards) or len(shown) < len(cards)) and time.monotonic() < deadline:
            time.sleep(0.05)
    stop.set()
    for watcher in watchers:
        watcher.join(5)
    if len(committed) < len(cards) or len(shown) < len(cards):
        raise SystemExit(f"of {len(cards)} reads {len(committed)} were assigned and {len(shown)} shown")
    return {
        "read to assignment": [(committed[c] - at) * 1000 for c, at in sent.items()],
        "read to board event": [(shown[c] - at) * 1000 for c, at in sent.items()],
    }


def _watch_commits(system: System, wanted: set[str], committed: dict[str, float], stop: threading.Event) -> None:
    url = read_environment(system.folder)["QIANTAI_DATABASE_TRIAGE"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("LISTEN outbox_triage")
        while not stop.is_set():
            for _ in connection.notifies(timeout=0.2, stop_after=1):
                pass
            rows = connection.execute(_NEW).fetchall()
            now = time.time()
            for (customer,) in rows:
                if customer in wanted:
                    committed.setdefault(customer, now)


def _watch_board(system: System, wanted: set[str], shown: dict[str, float], stop: threading.Event) -> None:
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    connection = http.client.HTTPConnection(urlsplit(system.address).netloc, timeout=30)
    connection.request("GET", f"/api/gateway/board/stream?branch={chain.MAIN}", headers=desk.headers)
    response = connection.getresponse()
    while not stop.is_set():
        line = response.readline()
        if not line.startswith(b"data:"):
            continue
        now = time.time()
        text = json.dumps(json.loads(line[5:]))
        if '"consultation"' not in text:
            continue
        for customer in wanted - shown.keys():
            if customer in text:
                shown[customer] = now


if __name__ == "__main__":
    main()
