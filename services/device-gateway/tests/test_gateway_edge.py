"""The edge reads scanners that are serial devices."""

from __future__ import annotations

import errno
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from device_gateway.cli import app
from device_gateway.domain.devices import fault_of
from device_gateway.edge.profiles import BadScannerFile, read_profiles
from device_gateway.edge.virtual import VirtualScanner
from gateway_edge import ACK, LI, WANG, Running, booked, issued, message, scanner
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
    DeviceFaulty,
    DeviceOffline,
    DeviceOnline,
    DeviceTestAsked,
    DeviceTestRead,
)
from serial import SerialException
from typer.testing import CliRunner


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


def test_a_scanner_that_is_not_there_is_called_missing(running: Callable[..., Running], tmp_path: Path) -> None:
    desk = running(scanner(tmp_path / "nowhere"))
    desk.until(lambda: [(one.device, one.reason) for one in desk.bus.told(DeviceOffline)] == [("d1", "missing")])


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (SerialException(errno.EACCES, "could not open port"), "denied"),
        (OSError(errno.EBUSY, "busy"), "busy"),
        (OSError(errno.EIO, "input/output error"), "unplugged"),
        (SerialException("Could not configure port"), "Could not configure port"),
        (ValueError(), "ValueError"),
    ],
)
def test_a_fault_is_a_word_that_people_know_or_what_the_error_says(error: Exception, why: str) -> None:
    assert fault_of(error) == why


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
    assert {one.reason for one in desk.bus.told(DeviceOffline)} <= {"unplugged", "missing"}


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
    desk.until(lambda: [event.reason for event in desk.bus.told(DeviceOffline)][-1:] == ["removed"])


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


def test_the_scan_command_plays_reads(running: Callable[..., Running], tmp_path: Path) -> None:
    desk = running(scanner(tmp_path / "scan"))
    done = CliRunner().invoke(app, ["scan", "D000001", "D000002", "--port", str(tmp_path / "scan")])
    assert done.exit_code == 0, done.output
    desk.until(lambda: len(desk.bus.told(ArrivalUnrecognised)) == 2)
    assert not (tmp_path / "scan").exists()
