"""What the edge keeps on disk: reads that wait, numbers that it knows."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from device_gateway.edge.cache import Cache
from device_gateway.edge.runner import Edge
from device_gateway.edge.settings import EdgeSettings
from device_gateway.edge.spool import FILLING, FULL, OK, Spool, SpoolFull
from device_gateway.edge.virtual import VirtualScanner
from gateway_edge import ACK, LI, NOW, WANG, Running, booked, issued, message, scanner
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import AppointmentCancelled
from qiantai.contracts.customer import CardRevoked
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
)
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE, Outcome, Verdict
from qiantai.messaging.consumer import QueueConsumer, connect
from qiantai.messaging.local import LocalBus
from qiantai.messaging.publisher import PikaPublisher
from qiantai.messaging.tellers import exchange_of, exchange_of_edge
from qiantai.messaging.topology import ServiceTopology
from qiantai.outbox.relay import Outgoing
from qiantai.wire.envelope import decode, disclose


def test_reads_wait_on_disk_while_the_broker_is_away_and_go_in_order(
    running: Callable[..., Running], tmp_path: Path
) -> None:
    desk = running(scanner(tmp_path / "scan"))
    desk.bus.away = True
    sent = [f"D{number:06d}" for number in range(30)]
    with VirtualScanner(tmp_path / "scan") as virtual:
        for code in sent:
            virtual.send(code)
        assert virtual.receive(30) == ACK * 30
        assert desk.edge.spool.waiting >= 30
        desk.bus.away = False
        desk.until(lambda: desk.edge.spool.waiting == 0)
    assert [u.code for u in desk.bus.told(ArrivalUnrecognised)] == sent


def test_the_cache_takes_events_in_any_order(tmp_path: Path) -> None:
    events = [
        message(issued()),
        message(CardRevoked(branch=CHAIN, card="k1", number="D000123", customer=WANG, reason="lost"), 2),
        message(issued("D000124", "k2")),
        message(booked()),
        message(AppointmentCancelled(branch="hz-01", appointment="a1", customer=LI, reason="ill"), 2),
        message(booked("A0000025", "a2")),
    ]
    for seed in range(12):
        mixed = [*events, *events]
        random.Random(seed).shuffle(mixed)
        cache = Cache(tmp_path / f"{seed}.db")
        assert all(outcome is DONE for one in mixed for outcome in cache.process([one]))
        states = [
            getattr(found, "state", None)
            for found in (
                cache.card("D000123"),
                cache.card("D000124"),
                cache.card("x"),
                cache.appointment("A0000017"),
                cache.appointment("A0000025"),
            )
        ]
        assert states == ["lost", "in_use", None, "cancelled", "booked"], seed
        cache.forget_past(NOW + timedelta(days=30))
        assert cache.appointment("A0000025") is None
        cache.end()


def test_letters_of_a_number_have_no_case(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c.db")
    cache.process([message(issued("K77a", "k1")), message(booked())])
    for read in ("K77A", "k77a", "K77a"):
        assert cache.card(read) is not None, read
    assert cache.appointment("a0000017") is not None
    cache.end()


def test_what_the_edge_keeps_is_for_its_own_account_alone(tmp_path: Path) -> None:
    """Codes and card numbers: also in files of an earlier run, and in those that SQLite lays beside them."""
    before = os.umask(0o022)
    try:
        (tmp_path / "cache.db").touch(0o644)
        (tmp_path / "cache.db-wal").touch(0o644)
        kept = Spool(tmp_path / "spool.db", limit=10), Cache(tmp_path / "cache.db")
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
        assert {*modes} >= {"spool.db", "spool.db-wal", "cache.db", "cache.db-wal"}
        assert set(modes.values()) == {"0o600"}, modes
        del kept
    finally:
        os.umask(before)


def test_a_message_that_cannot_be_read_is_parked_and_the_rest_taken(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    outcomes = cache.process([b"{", message(issued())])
    assert [outcome.verdict for outcome in outcomes] == [Verdict.PARK, Verdict.DONE]
    assert cache.card("D000123") is not None
    cache.end()


def test_a_broken_cache_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "cache.db").write_bytes(b"no database" * 1000)
    cache = Cache(tmp_path / "cache.db")
    assert cache.must_ask("customer")
    cache.end()


def test_the_edge_is_a_subscriber_of_the_local_bus(running: Callable[..., Running]) -> None:
    desk = running()
    bus = LocalBus([desk.edge.subscriber])
    key = f"rebuild.edge-sh-01.customer.card.issued.{CHAIN}"
    assert not desk.edge.subscriber.listens_to("billing.charge.opened.sh-01")
    assert bus.publish([Outgoing(1, "m", key, message(issued()))]) == {1: None}
    assert desk.edge.cache.card("D000123") is not None
    desk.until(lambda: [e.data["publisher"] for e in desk.bus.envelopes] == ["customer", "appointment"])


def test_the_alarm_comes_long_before_the_spool_is_full(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", limit=20, alarm_share=0.25)
    states = []
    for _ in range(20):
        spool.tell(issued(), version=1, now=NOW)
        states.append(spool.state)
    assert (states.index(FILLING), states.index(FULL)) == (4, 19)
    with pytest.raises(SpoolFull):
        spool.tell(issued(), version=1, now=NOW)
    spool.mark([row.id for row in spool.claim(50, without=())][:18])
    assert (spool.waiting, spool.state) == (2, OK)
    spool.end()


def test_a_waiting_relay_wakes_at_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", limit=20)
    assert spool.claim(1, without=()) == []
    spool.tell(issued(), version=1, now=NOW)  # between claim and wait
    began = time.monotonic()
    spool.wait(60)
    assert spool.claim(1, without=())
    threading.Timer(0.05, lambda: spool.tell(issued(), version=1, now=NOW)).start()
    spool.wait(60)
    assert time.monotonic() - began < 30
    assert [row.id for row in spool.claim(5, without=(1,))] == [2]
    spool.end()


_EDGE = """
import sys, threading
from pathlib import Path
from device_gateway.edge.runner import Edge
from device_gateway.edge.settings import EdgeSettings
folder = Path(sys.argv[1])
Edge(EdgeSettings(name="x", scanners=folder / "scanners.json", folder=folder)).run_scanners(threading.Event())
"""


def answered(virtual: VirtualScanner, process: subprocess.Popen[bytes]) -> bool:
    """Say whether the read was acknowledged before the process died."""
    while virtual.receive(1, seconds=0.1) != ACK:
        if process.poll() is not None:
            return virtual.receive(1, seconds=0.1) == ACK
    return True


@pytest.mark.parametrize(
    "failpoints", ["spool.before_commit=kill@9", "spool.after_commit=kill@9", "scan.before_ack=kill@7", "by hand"]
)
def test_killed_at_any_moment_nothing_is_lost_and_nothing_doubled(tmp_path: Path, failpoints: str) -> None:
    (tmp_path / "scanners.json").write_text(json.dumps([scanner(tmp_path / "scan")]))
    sent = [f"D{number:06d}" for number in range(20)]
    acknowledged: list[str] = []
    environment = {**os.environ, "QIANTAI_FAILPOINTS": "" if failpoints == "by hand" else failpoints}
    waiting = list(sent)
    while waiting:
        process = subprocess.Popen(
            [sys.executable, "-c", _EDGE, str(tmp_path)], env=environment, stderr=subprocess.DEVNULL
        )
        try:
            with VirtualScanner(tmp_path / "scan") as virtual:
                while waiting:
                    virtual.send(waiting[0], seconds=30)
                    if failpoints == "by hand" and len(waiting) % 7 == 0:
                        process.send_signal(signal.SIGKILL)
                    if not answered(virtual, process):
                        break
                    acknowledged.append(waiting.pop(0))
        finally:
            process.kill()
            process.wait()
        if waiting:
            waiting.pop(0)  # the one that was under way may be there or not
        environment["QIANTAI_FAILPOINTS"] = ""
    spool = Spool(tmp_path / "spool.db", limit=1000)
    events = [disclose(decode(row.body)) for row in spool.claim(1000, without=())]
    codes = [event.code for event in events if isinstance(event, ArrivalUnrecognised)]
    spool.end()
    assert codes == sorted(set(codes))
    assert set(acknowledged) <= set(codes)
    assert len(acknowledged) < len(sent)  # it did die


def test_an_edge_of_its_own_speaks_with_rabbitmq(tmp_path: Path, rabbitmq_url: str) -> None:
    name = f"sh-01--{new_id()[-8:]}"
    file = tmp_path / "scanners.json"
    file.write_text(json.dumps([scanner(tmp_path / "scan")]))
    edge = Edge(EdgeSettings(name=name, scanners=file, folder=tmp_path / "edge", broker_url=rabbitmq_url))
    heard: list[bytes] = []

    def hear(bodies: Sequence[bytes]) -> list[Outcome]:
        heard.extend(bodies)
        return [DONE] * len(bodies)

    desk = QueueConsumer(
        rabbitmq_url, ServiceTopology(f"test-{name}", ["device-gateway.#", "chain.rebuild.requested.chain"]), hear
    )
    with connect(rabbitmq_url) as connection:  # as `migrate` does before anything runs
        ServiceTopology(edge.settings.group, edge.subscriber.bindings, edge=name).declare(connection)
    stop = threading.Event()
    tasks = [*edge.tasks(PikaPublisher(rabbitmq_url, exchange=exchange_of_edge(name))), desk.run]
    threads = [threading.Thread(target=task, args=(stop,)) for task in tasks]
    for thread in threads:
        thread.start()
    owner = PikaPublisher(rabbitmq_url, exchange=exchange_of("customer"))
    try:
        deadline = time.monotonic() + 30
        key = f"rebuild.edge-{name}.customer.card.issued.{CHAIN}"
        assert owner.publish([Outgoing(1, new_id(), key, message(issued()))]) == {1: None}
        while edge.cache.card("D000123") is None and time.monotonic() < deadline:
            time.sleep(0.05)
        with VirtualScanner(tmp_path / "scan") as virtual:
            virtual.send("D000123")
            assert virtual.receive(1) == ACK
        while time.monotonic() < deadline and not any(ArrivalScanned.TYPE.encode() in one for one in heard):
            time.sleep(0.05)
    finally:
        stop.set()
        owner.close()
        for thread in threads:
            thread.join(20)
        edge.close()
    [scan] = [event for one in heard if isinstance(event := disclose(decode(one)), ArrivalScanned)]
    assert (scan.customer, scan.code) == (WANG, "D000123")


def test_what_was_confirmed_a_moment_ago_is_sent_again_with_the_same_id(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", limit=100)
    request = RebuildRequested(branch=CHAIN, request="r", publisher="customer", consumer="x", types=())
    spool.tell(request, version=1, now=NOW)
    [message] = spool.claim(10, without=())
    spool.mark([message.id])
    assert spool.claim(10, without=()) == []
    spool.send_again()
    assert spool.claim(10, without=()) == [message]
    assert spool.waiting == 1
    spool.end()
