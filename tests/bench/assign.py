"""Assignments a second through the use case, beside a bare loop that locks one row, inserts one row and commits.

Desks take arrivals in rounds, as many a branch as it has consultants to receive
them; between the rounds, unmeasured, every consultation ends.
"""

from __future__ import annotations

import multiprocessing
import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.ids import new_id
from qiantai.pace import evenly
from qiantai.servers.postgres import PrivatePostgres
from qiantai.storage.engine import engine_for
from qiantai.storage.migrations import upgrade
from qiantai.storage.roles import ensure_database, ensure_role, url_with
from qiantai.storage.together import Together
from qiantai.storage.unit_of_work import transaction
from qiantai.uow import Context
from triage.bootstrap import service
from triage.domain.events import Finish
from triage.script.replay import replay
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.happen import happen
from triage.usecases.jobs import keep_days
from triage.usecases.model import Said
from triage.usecases.register_visit import RegisterVisit, read_ahead, register_visit

from tests.bench.report import NotMeasured, Report, percentile

CASES = ((1, 8), (10, 8), (50, 8), (200, 8), (1, 32), (10, 32), (200, 32))
"""Branches and desks; each case has branches of its own."""
DESKS_A_PROCESS = 8
CONSULTANTS = 40
ARRIVALS = 1280
WARM = 10
"""Arrivals of each desk before the measured ones: a process that has been running for a while."""
TAKES = 2
"""Of each kind in turn: what else the machine does hits both."""
ARRIVALS_A_BRANCH = 32
"""In one round; consultants enough that everybody is received."""
BRANCHES_A_ROUND = 10
_PEOPLE, _DAY, _BUSY_AT_MOST = 30, 500, 20
"""Of the day for the pure engine."""


class Desk(NamedTuple):
    """What a desk does: for one arrival at a branch, and to branches between the rounds, each to its share."""

    receive: Callable[[str], None]
    end_all: Callable[[str], None]
    look: Callable[[str], None]
    """Sees what the others did; each process for itself."""


Work = Callable[[str, list[str]], AbstractContextManager[Desk]]


class Turn(NamedTuple):
    """One measured arrival, in seconds of the machine's clock."""

    round: int
    began: float
    ended: float


class _Measured:
    """The turns of one kind of work, and how long its rounds took."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.seconds = 0.0

    def add(self, turns: Sequence[Turn]) -> None:
        """Add the rounds of one take."""
        rounds: dict[int, list[Turn]] = {}
        for turn in turns:
            rounds.setdefault(turn.round, []).append(turn)
            self.times.append(turn.ended - turn.began)
        self.seconds += sum(max(one.ended for one in part) - min(one.began for one in part) for part in rounds.values())

    @property
    def rate(self) -> float:
        """How many a second within the rounds."""
        return len(self.times) / self.seconds

    @property
    def p99(self) -> float:
        """In milliseconds."""
        return percentile(self.times, 0.99) * 1000


def measure(report: Report) -> None:
    """Measure the engine alone, then branches with desks at once."""
    report.figure("pure engine, decisions a second", _engine())
    with tempfile.TemporaryDirectory() as folder:
        server = PrivatePostgres(Path(folder)).start()
        try:
            for case, (branches, desks) in enumerate(CASES):
                names = [f"{case}-{number}" for number in range(branches)]
                url = _prepare(server.admin_url, names)
                label = f"{branches} branch{'es' if branches > 1 else ''}, {desks} desks"
                with report.part(label):
                    floor, ours = _Measured(), _Measured()
                    for _ in range(TAKES):
                        _desks(_bare_loop, url, names, desks, floor)
                        _desks(_assignments, url, names, desks, ours)
                    report.figure(f"bare row-lock loop, {label}, 1/s", floor.rate)
                    report.figure(f"assignments, {label}, 1/s", ours.rate)
                    report.figure(f"bare row-lock loop, {label}, p99 ms", floor.p99)
                    report.figure(f"assignments, {label}, p99 ms", ours.p99)
                    report.ratio(f"assignments / bare loop, {label}", ours.rate / floor.rate)
        finally:
            server.stop()


def _engine() -> float:
    """Return decisions a second of a day with many arrivals and thirty consultants, without I/O."""
    people = [{"id": f"c{place}", "shift": "day", "scope": "*", "barred": []} for place in range(_PEOPLE)]
    events: list[dict[str, Any]] = []
    for number in range(_DAY):
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


def _prepare(admin_url: str, branches: list[str]) -> str:
    """Let branches with consultants begin their day; returns the database's URL."""
    made = service()
    database = ensure_database(admin_url, "bench")
    owner = ensure_role(database, made.name, "bench")
    url = url_with(database, user="triage", password="bench")
    upgrade(made, owner)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (branch text PRIMARY KEY, turn bigint NOT NULL)")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bare_row (id text PRIMARY KEY, branch text, turn bigint, at timestamptz)"
        )
        connection.execute("INSERT INTO bare SELECT unnest(%s::text[]), 0", [branches])
        connection.execute(
            "INSERT INTO project VALUES ('filler', 'f', 'f', false, 'injection', 'minimal', 0, true, 1)"
            " ON CONFLICT DO NOTHING"
        )
        connection.execute(
            "INSERT INTO known_branch (code, timezone, active, version)"
            " SELECT unnest(%s::text[]), 'Asia/Shanghai', true, 1 ON CONFLICT DO NOTHING",
            [branches],
        )
        connection.execute(
            "INSERT INTO consultant (branch, staff, name, shift, barred, designated, place, active, version)"
            " SELECT b, 'c' || c, 'c' || c, 'day', '{}', '{}', c, true, 1"
            " FROM unnest(%s::text[]) b, generate_series(1, %s) c",
            [branches, CONSULTANTS],
        )
    engine = engine_for(url)
    with transaction(engine, TriageUnitOfWork, _context()) as uow:
        keep_days(uow)
    engine.dispose()
    return url


def _context() -> Context:
    return Context(actor=service_actor("triage"), now=clock.now())


def _desks(work: Work, url: str, branches: list[str], desks: int, measured: _Measured) -> None:
    """Run rounds with desks in some processes."""
    context = multiprocessing.get_context("spawn")
    count = max(2, desks // DESKS_A_PROCESS)
    gate = context.Barrier(desks)
    results: Any = context.Queue()
    processes = [
        context.Process(
            target=_one_process, args=(work, url, branches, (number, count, desks), gate, results), daemon=True
        )
        for number in range(count)
    ]
    for process in processes:
        process.start()
    try:
        turns = [turn for _ in processes for turn in results.get(timeout=300)]
    except queue.Empty:
        raise NotMeasured("the desks did not end in five minutes") from None
    finally:
        for process in processes:
            process.join(10)
            process.kill()
    measured.add(turns)


def _one_process(
    work: Work, url: str, branches: list[str], place: tuple[int, int, int], gate: Any, results: Any
) -> None:
    number, count, desks = place
    share = evenly(desks // count)
    found: list[list[Turn]] = []
    threads = [
        threading.Thread(
            target=lambda desk: found.append(_rounds(work, url, branches, (desk, share, desks), gate)),
            args=(number * share + n,),
        )
        for n in range(share)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put([turn for part in found for turn in part])


def _rounds(work: Work, url: str, branches: list[str], which: tuple[int, int, int], gate: Any) -> list[Turn]:
    """Take this desk's share of every round; between the rounds nobody is measured."""
    desk, share, desks = which
    turns = []
    a_round = ARRIVALS_A_BRANCH * min(len(branches), BRANCHES_A_ROUND)
    warm = -(-WARM * desks // a_round)
    with work(url, branches) as doing:
        for number in range(warm + ARRIVALS // a_round):
            first = number * a_round
            gate.wait()
            for place in range(first + desk, first + a_round, desks):
                began = time.monotonic()
                doing.receive(branches[place % len(branches)])
                if number >= warm:
                    turns.append(Turn(number, began, time.monotonic()))
            gate.wait()
            for branch in branches[desk::desks]:
                doing.end_all(branch)
            gate.wait()
            for branch in branches[desk % share :: share]:
                doing.look(branch)
    return turns


@contextmanager
def _bare_loop(url: str, branches: list[str]) -> Iterator[Desk]:
    with psycopg.connect(url, autocommit=True) as connection:

        def turn(branch: str) -> None:
            with connection.transaction():
                row = connection.execute("SELECT turn FROM bare WHERE branch = %s FOR UPDATE", (branch,)).fetchone()
                connection.execute("UPDATE bare SET turn = turn + 1 WHERE branch = %s", (branch,))
                values = (new_id(), branch, row and row[0])
                connection.execute("INSERT INTO bare_row VALUES (%s, %s, %s, now())", values)

        yield Desk(turn, lambda _: None, lambda _: None)


_one_for_all = threading.Lock()


def _of_process(url: str) -> tuple[sa.Engine, Together[TriageUnitOfWork]]:
    """Return what the desks of a process share."""
    with _one_for_all:
        return _shared(url)


@cache
def _shared(url: str) -> tuple[sa.Engine, Together[TriageUnitOfWork]]:
    engine = engine_for(url, pool=DESKS_A_PROCESS)
    return engine, Together(engine, TriageUnitOfWork)


@contextmanager
def _assignments(url: str, branches: list[str]) -> Iterator[Desk]:
    engine, together = _of_process(url)
    with engine.begin() as connection:
        customers = [
            str(row[0])
            for row in connection.exec_driver_sql(
                "INSERT INTO customer (id, name, version) SELECT gen_random_uuid(), 'c', 1 FROM generate_series(1, %s)"
                " RETURNING id",
                (ARRIVALS,),
            )
        ]
    with transaction(engine, TriageUnitOfWork, _context()) as uow:  # a process that has been running for a while
        for branch in branches:
            uow.days.find(branch, uow.days.today(branch, uow.now))

    def turn(branch: str) -> None:
        command = RegisterVisit(branch=branch, customer=customers.pop(), said=Said(projects=("filler",)))
        work = partial(register_visit, command)
        if together.do(_context(), work, place=branch, about=command, ahead=read_ahead) is None:
            raise AssertionError("an arrival that is not done together")

    def between(branch: str) -> None:
        with transaction(engine, TriageUnitOfWork, _context()) as uow:
            live = uow.days.lock(branch, uow.days.today(branch, uow.now))
            for visit in [one.id for one in live.day.active.values() if one.engages is not None]:
                happen(live, Finish(at=live.day.at, visit=visit, outcome="deal"), uow)

    def look(branch: str) -> None:
        with transaction(engine, TriageUnitOfWork, _context()) as uow:
            uow.days.find(branch, uow.days.today(branch, uow.now))

    yield Desk(turn, between, look)
