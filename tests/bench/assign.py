"""Assignments a second through the use case, beside a bare loop that locks one row, inserts one row and commits.

Every assignment of the measurement also ends somebody's consultation once
the day is as full as at noon: two entries of the ledger each.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.ids import new_id
from qiantai.servers.postgres import PrivatePostgres
from qiantai.storage.database import engine_for, ensure_database, ensure_role, url_with
from qiantai.storage.migrations import upgrade
from qiantai.storage.unit_of_work import transaction
from qiantai.uow import Context
from triage.bootstrap import service
from triage.domain.events import Finish
from triage.script.replay import replay
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.duty import keep_days
from triage.usecases.following import happen
from triage.usecases.register_visit import RegisterVisit, register_visit

from tests.bench.report import percentile, report

CASES = ((1, 8), (50, 8), (10, 8), (200, 8), (1, 32), (10, 32), (200, 32))
"""Branches and desks."""
DESKS_A_PROCESS = 8
SECONDS = 5.0
CONSULTANTS = 30
BRANCHES = max(branches for branches, _ in CASES)
_BUSY_AT_MOST = 20
_ARRIVALS = 500


def main() -> None:
    """Measure the engine alone, then branches with desks at once."""
    figures: dict[str, float] = {"pure engine, decisions a second": _engine()}
    ratios: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = PrivatePostgres(Path(folder)).start()
        try:
            url = _prepare(server.admin_url)
            for branches, desks in CASES:
                names = [f"b{number}" for number in range(branches)]
                label = f"{branches} branch{'es' if branches > 1 else ''}, {desks} desks"
                floor = _desks(_bare_loop, url, names, desks)
                ours = _desks(_assignments, url, names, desks)
                figures[f"bare row-lock loop, {label}, 1/s"] = floor[0]
                figures[f"assignments, {label}, 1/s"] = ours[0]
                figures[f"bare row-lock loop, {label}, p99 ms"] = floor[1]
                figures[f"assignments, {label}, p99 ms"] = ours[1]
                ratios[f"assignments / bare loop, {label}"] = ours[0] / floor[0]
        finally:
            server.stop()
    report("assign", figures, ratios)


def _engine() -> float:
    """Return decisions a second of a day with many arrivals and thirty consultants, without I/O."""
    people = [{"id": f"c{place}", "shift": "day", "scope": "*", "barred": []} for place in range(CONSULTANTS)]
    events: list[dict[str, Any]] = []
    for number in range(_ARRIVALS):
        at = f"{9 + number // 60:02}:{number % 60:02}"
        arrival = {"visit": f"v{number}", "customer": f"k{number}", "class": "first_visit", "projects": ["filler"]}
        events.append({"at": at, "type": "arrive", **arrival, "primary": "filler"})
        if number >= _BUSY_AT_MOST:
            events.append({"at": at, "type": "finish", "visit": f"v{number - _BUSY_AT_MOST}", "outcome": "deal"})
    script = {
        "branch": "b0",
        "date": "2026-11-21",
        "timezone": "Asia/Shanghai",
        "policy": {"wait_limit_minutes": 60},
        "projects": [{"code": "filler", "class": "injection", "department": "skin"}],
        "consultants": people,
        "order": [person["id"] for person in people],
        "owners": {},
        "events": events,
    }
    began = time.perf_counter()
    lines = list(replay(script))
    return (len(lines) - 1) / (time.perf_counter() - began)


def _prepare(admin_url: str) -> str:
    made = service()
    database = ensure_database(admin_url, "bench")
    ensure_role(database, made.name, "bench")
    url = url_with(database, user="triage", password="bench")
    upgrade(made, url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (branch text PRIMARY KEY, turn bigint NOT NULL)")
        connection.execute("CREATE TABLE bare_row (id text PRIMARY KEY, branch text, turn bigint, at timestamptz)")
        connection.execute("INSERT INTO bare SELECT 'b' || n, 0 FROM generate_series(0, %s) n", [BRANCHES - 1])
        connection.execute("INSERT INTO project VALUES ('filler', 'f', 'f', false, 'injection', 'minimal', 0, true, 1)")
        connection.execute(
            "INSERT INTO consultant (branch, staff, name, shift, barred, designated, place, active, version)"
            " SELECT 'b' || b, 'c' || c, 'c' || c, 'day', '{}', '{}', c, true, 1"
            " FROM generate_series(0, %s) b, generate_series(1, %s) c",
            [BRANCHES - 1, CONSULTANTS],
        )
    engine = engine_for(url)
    with transaction(engine, TriageUnitOfWork, _context()) as uow:
        keep_days(uow)
    engine.dispose()
    return url


def _context() -> Context:
    return Context(actor=service_actor("triage"), now=clock.now())


def _desks(work: Callable[..., Any], url: str, branches: list[str], desks: int) -> tuple[float, float]:
    """Run desks in some processes; returns how many a second and p99 in milliseconds."""
    context = multiprocessing.get_context("spawn")
    count = max(2, desks // DESKS_A_PROCESS)
    gate = context.Barrier(count)
    results: Any = context.Queue()
    processes = [
        context.Process(target=_one_process, args=(work, url, branches, desks // count, number, gate, results))
        for number in range(count)
    ]
    for process in processes:
        process.start()
    found = [results.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    times = [value for part in found for value in part]
    return len(times) / SECONDS, percentile(times, 0.99) * 1000


def _one_process(
    work: Callable[..., Any], url: str, branches: list[str], desks: int, number: int, gate: Any, results: Any
) -> None:
    times: list[float] = []
    ready = threading.Barrier(desks + 1)
    threads = [
        threading.Thread(target=work, args=(url, branches, number * desks + desk, ready, times))
        for desk in range(desks)
    ]
    for thread in threads:
        thread.start()
    gate.wait()
    ready.wait()
    for thread in threads:
        thread.join()
    results.put(times)


def _bare_loop(url: str, branches: list[str], desk: int, ready: threading.Barrier, times: list[float]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        ready.wait()
        end = time.monotonic() + SECONDS
        turn = desk
        while time.monotonic() < end:
            turn += 1
            began = time.perf_counter()
            with connection.transaction():
                branch = branches[turn % len(branches)]
                row = connection.execute("SELECT turn FROM bare WHERE branch = %s FOR UPDATE", (branch,)).fetchone()
                connection.execute("UPDATE bare SET turn = turn + 1 WHERE branch = %s", (branch,))
                values = (new_id(), branch, row and row[0])
                connection.execute("INSERT INTO bare_row VALUES (%s, %s, %s, now())", values)
            times.append(time.perf_counter() - began)


def _assignments(url: str, branches: list[str], desk: int, ready: threading.Barrier, times: list[float]) -> None:
    engine = engine_for(url, pool=1)
    customers = [new_id() for _ in range(8000)]
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO customer (id, name, version) SELECT unnest(%s::uuid[]), 'c', 1", (customers,)
        )
    with transaction(engine, TriageUnitOfWork, _context()) as uow:  # a process that has been running for a while
        for branch in branches:
            uow.days.find(branch, uow.days.today(branch, uow.now))
    ready.wait()
    end = time.monotonic() + SECONDS
    turn = desk
    for customer in customers:
        if time.monotonic() >= end:
            break
        turn += 1
        began = time.perf_counter()
        with transaction(engine, TriageUnitOfWork, _context()) as uow:
            branch = branches[turn % len(branches)]
            register_visit(RegisterVisit(branch=branch, customer=customer, projects=("filler",)), uow)
            _free_somebody(uow, branch)
        times.append(time.perf_counter() - began)
    engine.dispose()


def _free_somebody(uow: TriageUnitOfWork, branch: str) -> None:
    """Keep the day as it is at noon: most consultants with a visitor, the oldest one just finished."""
    live = uow.days.lock(branch, uow.days.today(branch, uow.now))
    engaged = [visit for visit in live.day.active.values() if visit.engages is not None]
    if len(engaged) > _BUSY_AT_MOST:
        happen(live, Finish(at=live.day.at, visit=engaged[0].id, outcome="deal"), uow)


if __name__ == "__main__":
    main()
