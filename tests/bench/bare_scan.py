"""The bare path of a read: one process takes bytes, keeps them on disk, and each is one locking transaction.

As little as could do it: no inbox, no outbox, no rules. With a broker the
transaction is made by a second process that consumes from a quorum queue.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pika
import psycopg
import serial
from device_gateway.edge.profiles import DeviceProfile
from device_gateway.edge.reader import open_port
from device_gateway.edge.spool import open_sqlite
from qiantai.ids import new_id
from qiantai.messaging.publisher import PikaPublisher
from qiantai.outbox.relay import Outgoing

from tests.bench.report import NotMeasured

_QUEUE = "bare-scan"
_TABLES = """
CREATE TABLE IF NOT EXISTS bare_branch (branch text PRIMARY KEY, turn bigint NOT NULL);
CREATE TABLE IF NOT EXISTS bare_visit (id text PRIMARY KEY, code text NOT NULL, turn bigint, at timestamptz NOT NULL);
CREATE INDEX IF NOT EXISTS bare_visit_at ON bare_visit (at);
INSERT INTO bare_branch VALUES ('sh-01', 0) ON CONFLICT DO NOTHING;
"""
Take = Callable[[str], None]


@contextmanager
def bare_edge(url: str, broker: str | None, folder: Path, devices: Sequence[str]) -> Iterator[int]:
    """Run the bare path in a process tree of its own; gives the process id at its root."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLES.encode())
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_edge, args=(url, broker, str(folder / "bare.db"), list(devices), ready))
    process.start()
    try:
        if not ready.wait(120) or process.pid is None:
            raise NotMeasured("the bare path did not start")
        yield process.pid
    finally:
        process.terminate()
        process.join(10)


def _edge(url: str, broker: str | None, path: str, devices: list[str], ready: Any) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # and its consumer with it
    spool, lock = open_sqlite(Path(path)), threading.Lock()
    spool.execute("CREATE TABLE IF NOT EXISTS spool (code TEXT)")
    waiting: SimpleQueue[str] = SimpleQueue()

    def read(device: str) -> None:
        port, data = _opened(DeviceProfile(device=device, desk="d", branch="sh-01", url=device)), b""
        while True:
            try:
                data += port.read(1) + port.read(port.in_waiting)
            except (serial.SerialException, OSError):  # unplugged
                return
            *codes, data = data.split(b"\r")
            for code in codes:
                with lock:
                    spool.execute("INSERT INTO spool VALUES (?)", (code.decode(),))
                waiting.put(code.decode())

    for device in devices:
        threading.Thread(target=read, args=(device,), daemon=True).start()
    if broker is None:
        take = _committing(url)
        ready.set()
    else:
        _declare(broker)
        multiprocessing.get_context("spawn").Process(target=_consume, args=(url, broker, ready), daemon=True).start()
        publisher = PikaPublisher(broker, exchange="")
        take = lambda code: publisher.publish([Outgoing(0, new_id(), _QUEUE, code.encode())])  # type: ignore[assignment,return-value] # noqa: E731
    while True:
        take(waiting.get())


def _opened(profile: DeviceProfile) -> Any:
    while True:
        try:
            return open_port(profile, timeout=1.0)
        except OSError:
            time.sleep(0.05)


def _committing(url: str) -> Take:
    """Return what commits one read and gives the hint."""
    database, hints = psycopg.connect(url, autocommit=True), psycopg.connect(url, autocommit=True)

    def take(code: str) -> None:
        with database.transaction():
            query = "SELECT turn FROM bare_branch WHERE branch = 'sh-01' FOR UPDATE"
            row = database.execute(query).fetchone()
            database.execute("UPDATE bare_branch SET turn = turn + 1 WHERE branch = 'sh-01'")
            values = (new_id(), code, row and row[0])
            database.execute("INSERT INTO bare_visit VALUES (%s, %s, %s, clock_timestamp())", values)
        hints.execute("SELECT pg_notify('bare', '')")

    return take


def _declare(broker: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(broker)) as connection:
        connection.channel().queue_declare(_QUEUE, durable=True, arguments={"x-queue-type": "quorum"})


def _consume(url: str, broker: str, ready: Any) -> None:
    commit = _committing(url)
    channel = pika.BlockingConnection(pika.URLParameters(broker)).channel()
    channel.basic_qos(prefetch_count=200)

    def take(_channel: Any, method: Any, _properties: Any, body: bytes) -> None:
        commit(body.decode())
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(_QUEUE, take)
    ready.set()
    channel.start_consuming()
