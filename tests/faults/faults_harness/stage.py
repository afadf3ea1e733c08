"""The stage of a fault test: the two example services around one broker, and what must hold at the end."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pika
import psycopg
import sqlalchemy as sa
from qiantai.messaging.parking import ParkedMessage, QueueParking
from qiantai.messaging.tellers import exchange_of
from qiantai.messaging.topology import DEAD
from qiantai.storage.engine import engine_for
from qiantai.testing import example
from qiantai.testing.example import BRANCH, LISTENER, OK, TELLER
from qiantai.wire.envelope import decode

from faults_harness import processes

_KEY = f"billing.project.changed.{BRANCH}"
_QUEUES = [
    group + tail
    for group in (TELLER, LISTENER)
    for tail in ("", ".parked", *(f".retry.{s:g}s" for s in processes.RETRIES))
]


def until(true: Callable[[], Any], what: str, seconds: float = 30.0) -> Any:
    """Wait until the condition holds and return what it gave; fail with `what` after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        found = true()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


@dataclass
class Process:
    """A process of the test, ended by its id."""

    forked: ForkServerProcess
    log: Path

    def signal(self, number: int) -> None:
        """Send a signal."""
        if self.forked.pid is not None and self.forked.is_alive():
            os.kill(self.forked.pid, number)

    def kill(self) -> None:
        """End it with -9."""
        self.signal(signal.SIGKILL)
        self.forked.join(10)

    def died(self, seconds: float = 30.0) -> int:
        """Wait for its end and return the exit status (negative: the signal)."""
        self.forked.join(seconds)
        if self.forked.exitcode is None:
            raise AssertionError(f"still alive after {seconds:.0f} s: {self.log.read_text(errors='replace')[-2000:]}")
        return self.forked.exitcode

    @property
    def frozen(self) -> bool:
        """Say whether it stands still after SIGSTOP."""
        return Path(f"/proc/{self.forked.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T"

    def said(self, text: str) -> int:
        """Return how often a text is in its log."""
        return self.log.read_text(errors="replace").count(text) if self.log.exists() else 0


@dataclass
class Stage:
    """Database URLs by service, the broker, the processes."""

    folder: Path
    urls: dict[str, str]
    broker: str
    unruly: bool = False
    """Workers send every message twice and in any order."""
    environment: dict[str, str] = field(default_factory=dict)
    """Added to that of every process."""
    processes: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = engine_for(self.urls[TELLER], pool=10)

    # -- processes

    def worker(
        self, name: str, *, failpoints: str = "", broker: str | None = None, database: str | None = None
    ) -> Process:
        """Start a worker of one service."""
        more = {"QIANTAI_FAILPOINTS": failpoints, "QIANTAI_BROKER": broker or self.broker}
        if database:
            more[f"QIANTAI_DATABASE_{name.upper()}"] = database
        return self._start(processes.work, (name,), more)

    def both(self) -> tuple[Process, Process]:
        """Start both workers."""
        return self.worker(TELLER), self.worker(LISTENER)

    def writer(self, count: int, things: int = 5, *, failpoints: str = "", database: str | None = None) -> Process:
        """Start a process that commits facts."""
        more = {"QIANTAI_FAILPOINTS": failpoints}
        if database:
            more[f"QIANTAI_DATABASE_{TELLER.upper()}"] = database
        return self._start(processes.write, (count, things), more)

    def _start(self, target: Callable[..., None], arguments: tuple[object, ...], more: dict[str, str]) -> Process:
        if self.unruly:
            more["FAULTS_UNRULY"] = "1"
        urls = {f"QIANTAI_DATABASE_{name.upper()}": url for name, url in self.urls.items()}
        environment = {**urls, **self.environment, **more}
        log = self.folder / f"{len(self.processes)}-{target.__name__}-{arguments[0]}.log"
        forked = processes.context().Process(target=processes.run, args=(target, arguments, environment, str(log)))
        forked.start()
        self.processes.append(Process(forked, log))
        return self.processes[-1]

    def close(self) -> None:
        """End every process of the test."""
        for process in self.processes:
            process.signal(signal.SIGCONT)
            process.kill()
        self.engine.dispose()

    # -- facts

    def tell(self, count: int = 1, *, things: int = 5, department: str = OK, prefix: str = "t") -> None:
        """Commit facts, spread over some things."""
        for place in range(count):
            example.tell(self.engine, f"{prefix}{place % things}", department)

    def publish(self, *bodies: bytes) -> None:
        """Put messages on the broker as they are, past every outbox."""
        with pika.BlockingConnection(pika.URLParameters(self.broker)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            for body in bodies:
                channel.basic_publish(
                    exchange_of(TELLER), _KEY, body, pika.BasicProperties(delivery_mode=2), mandatory=True
                )

    def rows(self, service: str, query: str) -> list[tuple[Any, ...]]:
        """Return rows of one service's schema."""
        with psycopg.connect(self.urls[service], connect_timeout=5) as connection:
            return connection.execute(query.encode()).fetchall()

    def facts(self) -> set[tuple[str, int]]:
        """Return what was committed."""
        return {(row[0], row[1]) for row in self.rows(TELLER, "SELECT code, version FROM fact")}

    def beginning(self) -> None:
        """Wait until the listener listens."""
        until(lambda: consumers(self.broker, LISTENER), "the listener")

    def effects(self) -> Counter[tuple[str, int]]:
        """Return what had its effect, and how often."""
        return Counter((row[0], row[1]) for row in self.rows(LISTENER, "SELECT code, version FROM effect"))

    def echoes(self) -> Counter[tuple[str, int]]:
        """Return whose answer came back, and how often."""
        return Counter((row[0], row[1]) for row in self.rows(TELLER, "SELECT code, version FROM echo"))

    def unsent(self, service: str) -> int:
        """Return how many outbox rows are not yet published."""
        return int(self.rows(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL")[0][0])

    def parked(self, service: str = LISTENER) -> Sequence[ParkedMessage]:
        """Return what is parked."""
        return QueueParking(self.broker, service).list()

    # -- the end

    def settled(self, *, parked: int = 0, seconds: float = 30.0) -> None:
        """Wait until everything arrived, then check that each effect is there once and all parked have reasons."""
        facts = self.facts()
        effects, echoes = len(facts) - parked, Counter[tuple[str, int]]()

        def done() -> bool:
            nonlocal echoes
            echoes = self.echoes()
            return echoes.total() >= effects and not self.unsent(TELLER) and not self.unsent(LISTENER)

        try:
            until(done, "everything told, done and answered", seconds)
        except AssertionError as error:
            raise AssertionError(
                f"{error}: {len(facts)} facts, {self.effects().total()} effects, {echoes.total()} echoes, unsent"
                f" {self.unsent(TELLER)}/{self.unsent(LISTENER)}, missing {sorted(facts - set(self.effects()))[:5]}"
            ) from error
        until(lambda: len({one.message_id for one in self.parked()}) >= parked, f"{parked} parked")
        self.check(parked=parked)

    def check(self, *, parked: int = 0) -> None:
        """Check: committed set = effect set, each once, everything parked has its reason."""
        facts, effects, echoes = self.facts(), self.effects(), self.echoes()
        put_aside = [(message, decode(message.body)) for message in self.parked()]
        aside = {(envelope.subject, envelope.version) for _, envelope in put_aside}
        assert all(message.reason for message, _ in put_aside)
        assert len(aside) == parked
        assert self.unruly or len(put_aside) == parked
        assert set(effects) | aside == facts, "what was committed has its effect or is parked"
        assert not set(effects) & aside, "nothing parked had an effect"
        assert {pair: n for pair, n in effects.items() if n > 1} == {}, "every effect once"
        assert echoes == effects, "every answer once"


def clean(broker: str) -> None:
    """Take away the queues of an earlier test."""
    with pika.BlockingConnection(pika.URLParameters(broker)) as connection:
        channel = connection.channel()
        for queue in _QUEUES:
            channel.queue_delete(queue)
        for exchange in (exchange_of(TELLER), DEAD.name):
            channel.exchange_delete(exchange)


def consumers(broker: str, queue: str) -> int:
    """Return how many consume from a queue, 0 also where it is not there."""
    with pika.BlockingConnection(pika.URLParameters(broker)) as connection:
        try:
            return int(connection.channel().queue_declare(queue, passive=True).method.consumer_count)
        except pika.exceptions.ChannelClosedByBroker:
            return 0


def kill_sessions(admin_url: str, urls: dict[str, str], *, like: str = "%") -> int:
    """End the services' sessions (those whose last statement is `like` this); returns how many."""
    database = sa.engine.make_url(urls[TELLER]).database
    with psycopg.connect(admin_url, autocommit=True) as connection:
        query = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid() AND query LIKE %s"
        )
        row = connection.execute(query, (database, like)).fetchone()
        return int(row[0]) if row else 0
