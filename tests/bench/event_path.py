"""Events a second from outbox insert to committed effect in another service, on RabbitMQ quorum queues.

The floor is a raw loop in the same run: pika with pipelined confirmed
publishes, pika consuming with manual acknowledgement, one psycopg commit a
message, neither outbox nor inbox. The peers publish to a handler that commits
one row; `requirements/peers.txt` gets an environment of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pika
import psycopg
import sqlalchemy as sa
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts.billing import ProjectChanged
from qiantai.inbox.processor import Processor
from qiantai.messaging.consumer import QueueConsumer, connect
from qiantai.messaging.publisher import PikaPublisher
from qiantai.messaging.tellers import exchange_of
from qiantai.messaging.topology import ServiceTopology
from qiantai.outbox.relay import Outgoing, Relay
from qiantai.outbox.source import OutboxSource
from qiantai.outbox.wake import Waker
from qiantai.servers.postgres import PrivatePostgres
from qiantai.service import Service
from qiantai.storage.engine import engine_for
from qiantai.storage.roles import ensure_database, ensure_role, url_with
from qiantai.storage.tables import service_metadata
from qiantai.storage.unit_of_work import SqlUnitOfWork, transaction
from qiantai.subscriptions import Subscriptions
from qiantai.testing.servers import rabbitmq
from qiantai.told import Told
from qiantai.uow import Context

from tests.bench.peer import Peer
from tests.bench.report import NotMeasured, Report, percentile

EVENTS = 4_000
PEER_EVENTS = 1_500
OURS = "event path, events/s"
QUEUES = {
    "celery": "peer-celery",
    "dramatiq": "peer-dramatiq",
    "faststream": "peer-faststream",
    "nameko": "evt-source-told--peer_nameko.take",
}
"""Each peer's queue."""
RATE, LATENCY_SECONDS = 100, 10
_PATIENCE = 120.0
_EFFECT = sa.text("INSERT INTO effect (code, at) VALUES (:code, clock_timestamp())")

metadata = service_metadata()
sa.Table(
    "effect",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("code", sa.Text),
    sa.Column("at", sa.DateTime(timezone=True)),
)


def _take(told: Told[ProjectChanged], uow: SqlUnitOfWork) -> None:
    uow.connection.execute(_EFFECT, {"code": told.event.code})


def _service(name: str) -> Service:
    subscriptions = Subscriptions(name)
    if name == "triage":
        subscriptions.on(ProjectChanged, _take)
    return Service(
        name=name,
        metadata=metadata,
        migrations=Path(),
        unit_of_work=SqlUnitOfWork,
        subscriptions=subscriptions,
        routes=(),
    )


def measure(report: Report) -> None:
    """Measure the path, the raw loop and the peers."""
    with tempfile.TemporaryDirectory() as folder, rabbitmq(Path(folder) / "rabbit") as broker:
        server = PrivatePostgres(Path(folder) / "postgres").start()
        try:
            urls = _prepare(server.admin_url, broker)
            with report.part("event path"):
                report.figure(OURS, _event_path(urls, broker))
            with report.part("latency"):
                for title, value in _latency(urls, broker).items():
                    report.figure(title, value)
            with report.part("raw loop"):
                _beside(report, "raw loop", _raw_loop(urls["triage"], broker))
            with report.part("peers"):
                python = _peer_environment()
                for name in QUEUES:
                    with report.part(name):
                        _beside(report, name, _peer(python, name, urls["triage"], broker))
        finally:
            server.stop()


def _beside(report: Report, name: str, rate: float) -> None:
    report.figure(f"{name}, events/s", rate)
    if OURS in report.figures:
        report.ratio(f"event path / {name}", report.figures[OURS] / rate)


def _prepare(admin_url: str, broker: str) -> dict[str, str]:
    database = ensure_database(admin_url, "bench")
    urls = {}
    for name in ("billing", "triage"):
        engine = engine_for(ensure_role(database, name, "bench"), pool=1)
        urls[name] = url_with(database, user=name, password="bench")
        metadata.create_all(engine)
        engine.dispose()
    with connect(broker) as connection:
        for name in ("billing", "triage"):
            ServiceTopology(name, _service(name).subscriptions.bindings()).declare(connection)
    return urls


@contextmanager
def _process(target: Callable[..., None], *arguments: Any) -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=target, args=arguments, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join(10)


def _relay_process(url: str, broker: str) -> None:
    Relay(OutboxSource(url, "billing"), PikaPublisher(broker, exchange=exchange_of("billing"))).run(threading.Event())


def _consumer_process(url: str, broker: str) -> None:
    service = _service("triage")
    processor = Processor(service, engine_for(url, pool=2))
    QueueConsumer(broker, ServiceTopology("triage", service.subscriptions.bindings()), processor.process).run(
        threading.Event()
    )


def _fact(number: int) -> ProjectChanged:
    return ProjectChanged(
        branch="sh-01",
        code=f"p{number}",
        name_zh="项目" * 60,
        name_en="project " * 40,
        major=False,
        project_class="-",
        department="-",
        rank=number,
        minutes=1,
    )


def _tell(engine: sa.Engine, numbers: range, waker: Waker) -> None:
    with transaction(engine, SqlUnitOfWork, Context(actor=service_actor("billing"), now=clock.now())) as uow:
        for number in numbers:
            uow.outbox.append(_fact(number), version=1)
    waker.wake()


def _wait_for(url: str, wanted: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute("SELECT count(*) FROM effect").fetchone()
            if row and row[0] >= wanted:
                return
            if time.monotonic() > deadline:
                raise NotMeasured(f"only {row and row[0]} of {wanted} effects")
            time.sleep(0.02)


def _clear(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE effect")


def _event_path(urls: dict[str, str], broker: str) -> float:
    _clear(urls["triage"])
    engine, waker = engine_for(urls["billing"]), Waker(urls["billing"], "billing")
    with _process(_relay_process, urls["billing"], broker), _process(_consumer_process, urls["triage"], broker):
        _tell(engine, range(1), waker)
        _wait_for(urls["triage"], 1)
        began = time.perf_counter()
        for start in range(1, EVENTS, 100):
            _tell(engine, range(start, start + 100), waker)
        _wait_for(urls["triage"], EVENTS)
        return EVENTS / (time.perf_counter() - began)


def _latency(urls: dict[str, str], broker: str) -> dict[str, float]:
    """Return percentiles from commit to committed effect at a hundred events a second."""
    _clear(urls["triage"])
    engine, waker = engine_for(urls["billing"]), Waker(urls["billing"], "billing")
    told: dict[str, float] = {}
    with _process(_relay_process, urls["billing"], broker), _process(_consumer_process, urls["triage"], broker):
        _tell(engine, range(1), waker)
        _wait_for(urls["triage"], 1)
        began = time.monotonic()
        for number in range(1, RATE * LATENCY_SECONDS):
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
            _tell(engine, range(number, number + 1), waker)
            told[f"p{number}"] = time.time()
        _wait_for(urls["triage"], RATE * LATENCY_SECONDS)
    with psycopg.connect(urls["triage"]) as connection:
        rows = connection.execute("SELECT code, extract(epoch FROM at) FROM effect").fetchall()
    waits = [(float(at) - told[code]) * 1000 for code, at in rows if code in told]
    return {f"latency at {RATE}/s, p{int(share * 100)} ms": percentile(waits, share) for share in (0.5, 0.95, 0.99)}


def _raw_consumer(url: str, broker: str) -> None:
    database = psycopg.connect(url, autocommit=True)
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=200)

    def take(_channel: Any, method: Any, _properties: Any, body: bytes) -> None:
        with database.transaction():
            database.execute("INSERT INTO effect (code, at) VALUES (%s, now())", (body[:20].decode(),))
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume("raw", take)
    channel.start_consuming()


def _raw_loop(url: str, broker: str) -> float:
    _clear(url)
    with pika.BlockingConnection(pika.URLParameters(broker)) as connection:
        channel = connection.channel()
        channel.exchange_declare("raw", "topic", durable=True)
        channel.queue_declare("raw", durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind("raw", "raw", "raw.#")
    publisher = PikaPublisher(broker, exchange="raw")
    body = b"x" * 1024
    with _process(_raw_consumer, url, broker):
        publisher.publish([Outgoing(0, "0", "raw.x", body)])
        _wait_for(url, 1)
        began = time.perf_counter()
        for start in range(1, EVENTS, 500):
            publisher.publish([Outgoing(n, str(n), "raw.x", body) for n in range(start, min(start + 500, EVENTS))])
        _wait_for(url, EVENTS)
        rate = EVENTS / (time.perf_counter() - began)
    publisher.close()
    return rate


def _peer(python: str, name: str, url: str, broker: str) -> float:
    """Return the events a second of a peer."""
    _clear(url)
    environment = {**os.environ, "BENCH_BROKER": broker, "BENCH_DATABASE": url, "BENCH_EVENTS": str(PEER_EVENTS)}
    script = str(Path(__file__).parent / "peers" / f"with_{name}.py")
    log = Path(tempfile.gettempdir()) / f"qiantai-peer-{name}.log"
    with psycopg.connect(url, autocommit=True) as database, Peer([python, script], environment, log) as peer:

        def effects(kind: str) -> int:
            [count] = database.execute(
                "SELECT count(*) FROM effect WHERE starts_with(code, %s)", (kind,)
            ).fetchone() or [0]
            return int(count)

        peer.warm_up(lambda: _consumed(broker, QUEUES[name]), lambda: effects("warm") > 0)
        return PEER_EVENTS / peer.seconds(lambda: effects("p") >= PEER_EVENTS)


def _consumed(broker: str, queue: str) -> bool:
    """Say whether somebody consumes from a queue; who does has also bound it."""
    with pika.BlockingConnection(pika.URLParameters(broker)) as connection:
        try:
            declared = connection.channel().queue_declare(queue, passive=True)
        except pika.exceptions.ChannelClosedByBroker:  # there is none yet
            return False
        return int(declared.method.consumer_count) > 0


def _peer_environment() -> str:
    folder = Path(os.environ.get("VAR", "var")) / "peers"
    python = folder / "bin" / "python"
    if not python.exists():
        uv = str(Path(sys.executable).parent / "uv")
        install = ["pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", "requirements/peers.txt"]
        try:
            subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder)], check=True)
            subprocess.run([uv, *install], check=True)
        except subprocess.CalledProcessError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise NotMeasured(f"their environment cannot be made: {error}") from error
    return str(python)
