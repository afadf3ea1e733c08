"""The edge with real ptys and files: nothing is lost, nothing doubled (G3-G5)."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from device_gateway.cli import app
from device_gateway.edge.cache import Cache
from device_gateway.edge.profiles import BadScannerFile, read_profiles
from device_gateway.edge.runner import Edge
from device_gateway.edge.settings import EdgeSettings
from device_gateway.edge.spool import FILLING, FULL, OK, Spool, SpoolFull
from device_gateway.edge.virtual import VirtualScanner
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import AppointmentBooked, AppointmentCancelled
from qiantai.contracts.customer import CardIssued, CardRevoked
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
    DeviceFaulty,
    DeviceOffline,
    DeviceOnline,
    DeviceTestAsked,
    DeviceTestRead,
)
from qiantai.contracts.event import Event
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE, Outcome, Verdict
from qiantai.messaging.consumer import QueueConsumer, connect
from qiantai.messaging.local import LocalBus
from qiantai.messaging.publisher import PikaPublisher
from qiantai.messaging.tellers import exchange_of, exchange_of_edge
from qiantai.messaging.topology import ServiceTopology
from qiantai.outbox.relay import Outgoing
from qiantai.wire.envelope import Envelope, decode, disclose, enclose, encode
from typer.testing import CliRunner

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
WANG, LI = new_id(), new_id()
ACK = b"\x06"


class Kept:
    """A publisher that confirms everything, or is away."""

    at_once = 1

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.away = False

    def came_back(self) -> bool:
        return False

    def publish(self, messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        if self.away:
            raise ConnectionError("away")
        self.envelopes += [decode(message.body) for message in messages]
        return dict.fromkeys((message.id for message in messages), None)

    def close(self) -> None:
        """Nothing is held."""

    def told(self, kind: type[Event]) -> list[Any]:
        return [disclose(envelope) for envelope in self.envelopes if envelope.type == kind.TYPE]


class Running:
    """An edge in threads of this process."""

    def __init__(self, folder: Path, scanners: list[dict[str, object]]) -> None:
        self.file = folder / "scanners.json"
        self.write(scanners)
        self.edge = Edge(EdgeSettings(name="sh-01", scanners=self.file, folder=folder / "edge"))
        self.bus = Kept()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=task, args=(self._stop,)) for task in self.edge.tasks(self.bus)]
        for thread in self._threads:
            thread.start()

    def write(self, scanners: list[dict[str, object]]) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(scanners))
        fresh.replace(self.file)

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 15
        while not condition():
            assert time.monotonic() < deadline, self.edge.state()
            time.sleep(0.01)

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        self.edge.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def make(*scanners: dict[str, object]) -> Running:
        made.append(Running(tmp_path, list(scanners)))
        return made[-1]

    yield make
    for one in made:
        one.end()


def scanner(path: Path, device: str = "d1", **more: object) -> dict[str, object]:
    return {"device": device, "desk": "desk-1", "branch": "sh-01", "url": str(path), "ack": "\x06", **more}


def message(event: Event, version: int = 1) -> bytes:
    return encode(enclose(event, id_=new_id(), version=version, time=NOW, causation=None, traceparent=None))


def issued(number: str = "D000123", card: str = "k1") -> CardIssued:
    return CardIssued(branch=CHAIN, card=card, number=number, kind="design", customer=WANG)


def booked(number: str = "A0000017", appointment: str = "a1", branch: str = "hz-01") -> AppointmentBooked:
    return AppointmentBooked(
        branch=branch,
        appointment=appointment,
        number=number,
        customer=LI,
        kind="consultation",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        latest_arrival=NOW + timedelta(minutes=15),
    )


def test_a_read_becomes_an_arrival(running: Callable[..., Running], tmp_path: Path) -> None:
    desk = running(scanner(tmp_path / "scan"))
    desk.edge.cache.process([message(issued()), message(booked())])
    with VirtualScanner(tmp_path / "scan") as virtual:
        for code in ("D000123", "D000123", "A0000017", "X99999"):
            virtual.send(code)
        assert virtual.receive(4) == ACK * 4
    desk.until(lambda: desk.bus.told(DeviceOffline)[-1:] and len(desk.bus.told(ArrivalUnrecognised)) == 1)
    scans = desk.bus.told(ArrivalScanned)
    assert [(s.code, s.kind, s.customer, s.appointment) for s in scans] == [
        ("D000123", "design", WANG, None),
        ("A0000017", "appointment", LI, "a1"),
    ]
    assert {(s.branch, s.desk, s.device) for s in scans} == {("sh-01", "desk-1", "d1")}
    assert [u.reason for u in desk.bus.told(ArrivalUnrecognised)] == ["unknown_code"]
    assert {e.version for e in desk.bus.envelopes if e.type == ArrivalScanned.TYPE} == {1}
    versions = [e.version for e in desk.bus.envelopes if ".device." in e.type]
    assert versions == sorted(set(versions))


def asked(seconds: float = 60, device: str = "d1") -> bytes:
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    return message(DeviceTestAsked(branch="sh-01", device=device, request="t1", until=until))


def test_a_test_read_shows_its_bytes_and_registers_nothing(running: Callable[..., Running], tmp_path: Path) -> None:
    desk = running(scanner(tmp_path / "scan", prefix="~", suffix="#"))
    with VirtualScanner(tmp_path / "scan") as virtual:
        for sent in (b"~]C1 D000123#\r", b"D000123#\r", b"~D000123#\n"):
            desk.edge.cache.process([asked()])
            count = len(desk.bus.told(DeviceTestRead))
            virtual.send_bytes(sent)
            desk.until(lambda count=count: len(desk.bus.told(DeviceTestRead)) > count)  # type: ignore[misc]
        desk.edge.cache.process([asked(seconds=-1)])  # heard too late
        virtual.send("~D000777#")
        assert virtual.receive(1) == ACK
    good, bare, endless = desk.bus.told(DeviceTestRead)
    assert (good.code, good.prefix, good.aim, good.around, good.suffix, good.end) == (
        "D000123",
        "~",
        "]C1",
        " ",
        "#",
        "cr",
    )
    assert (bytes.fromhex(good.raw), good.request, good.fault) == (b"~]C1 D000123#\r", "t1", "")
    assert (bare.code, bare.fault, endless.code, endless.fault) == (None, "no_prefix", None, "no_end")
    desk.until(lambda: desk.bus.told(ArrivalUnrecognised))
    assert [read.code for read in desk.bus.told(ArrivalUnrecognised)] == ["D000777"]
    assert desk.bus.told(ArrivalScanned) == desk.bus.told(DeviceFaulty) == []


def test_pulled_and_plugged_in_again(running: Callable[..., Running], tmp_path: Path) -> None:
    desk = running(scanner(tmp_path / "scan"))
    for code in ("D000001", "D000002", "D000003"):
        with VirtualScanner(tmp_path / "scan") as virtual:
            virtual.send(code)
            assert virtual.receive(1) == ACK
            virtual.send_bytes(b"D00")  # pulled in mid-read
            virtual.drain()
    desk.until(lambda: desk.edge.state()["devices"]["d1"]["state"] == "offline")  # that of the third pull
    desk.until(lambda: len(desk.bus.told(DeviceOffline)) >= 3)
    assert [u.code for u in desk.bus.told(ArrivalUnrecognised)] == ["D000001", "D000002", "D000003"]
    assert len(desk.bus.told(DeviceOnline)) == 3


def test_garbage_makes_a_device_faulty_until_it_reads_again(running: Callable[..., Running], tmp_path: Path) -> None:
    desk = running(scanner(tmp_path / "ill", "ill"), scanner(tmp_path / "well", "well"))
    with VirtualScanner(tmp_path / "ill") as ill, VirtualScanner(tmp_path / "well") as well:
        for _ in range(3):
            ill.send_bytes(bytes(random.Random(1).choices(range(128, 256), k=40)) + b"\r")
        desk.until(lambda: desk.bus.told(DeviceFaulty))
        well.send("D000001")
        assert well.receive(1) == ACK
        assert {name: d["state"] for name, d in desk.edge.state()["devices"].items()} == {
            "ill": "faulty",
            "well": "online",
        }
        ill.send("D000002")
        assert ill.receive(1) == ACK
        desk.until(lambda: len(desk.bus.told(DeviceOnline)) == 3)
    [faulty] = desk.bus.told(DeviceFaulty)
    assert (faulty.device, faulty.reason, faulty.garbage_bytes) == ("ill", "garbage", 123)
    desk.until(lambda: len(desk.bus.told(ArrivalUnrecognised)) == 2)


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


def test_the_file_is_read_again_and_a_bad_edit_changes_nothing(running: Callable[..., Running], tmp_path: Path) -> None:
    desk = running()
    desk.write([scanner(tmp_path / "scan")])
    with VirtualScanner(tmp_path / "scan") as virtual:
        virtual.wait_until_open()
        desk.file.write_text("[{")
        virtual.send("D000001")
        assert virtual.receive(1) == ACK
        desk.write([])
        desk.until(lambda: not desk.edge.state()["devices"])
    desk.until(lambda: [event.reason for event in desk.bus.told(DeviceOffline)][-1:] == ["taken out of the settings"])


@pytest.mark.parametrize("url", ["loop://", "socket://127.0.0.1:9"])
def test_other_urls_of_pyserial(running: Callable[..., Running], url: str) -> None:
    desk = running({"device": "d1", "desk": "k", "branch": "sh-01", "url": url})
    expected = "online" if url == "loop://" else "offline"
    desk.until(lambda: desk.edge.state()["devices"].get("d1", {}).get("state") == expected)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"framing": "tab"}, "framing"),
        ({"colour": 1}, "colour"),
        ({"baud": "fast"}, "baud"),
        ({"branch": "hz.01"}, "branch"),
        ({"encoding": "utf-16"}, "encoding"),
    ],
)
def test_a_wrong_file_names_the_field(row: dict[str, object], named: str) -> None:
    with pytest.raises(BadScannerFile, match=named):
        read_profiles(json.dumps([{**scanner(Path("x")), **row}]))


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


def test_a_visitors_long_qr_code_is_a_read_and_the_scanner_stays_well(
    running: Callable[..., Running], tmp_path: Path
) -> None:
    desk = running(scanner(tmp_path / "tty"))
    url = b"https://weixin.example/r/abcdefghijklmnopqrstuvwxyz0123456789?utm_source=card&utm_medium=qr&x="
    with VirtualScanner(tmp_path / "tty") as wand:
        wand.wait_until_open(5)
        for number in range(4):
            wand.send_bytes(url + str(number).encode() + b"\r")
            assert wand.receive(1) == ACK
        desk.until(lambda: len(desk.bus.told(ArrivalUnrecognised)) == 4)
    assert len({read.code for read in desk.bus.told(ArrivalUnrecognised)}) == 4
    assert desk.bus.told(DeviceFaulty) == []


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


def test_the_scan_command_plays_reads(running: Callable[..., Running], tmp_path: Path) -> None:
    desk = running(scanner(tmp_path / "scan"))
    done = CliRunner().invoke(app, ["scan", "D000001", "D000002", "--port", str(tmp_path / "scan")])
    assert done.exit_code == 0, done.output
    desk.until(lambda: len(desk.bus.told(ArrivalUnrecognised)) == 2)
    assert not (tmp_path / "scan").exists()


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
