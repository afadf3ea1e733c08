"""What a benchmark found is kept however it ends, and a peer that is slow or ill does not end the run."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.peer import Patience, Peer
from tests.bench.report import NotMeasured, Report
from tests.bench.screens import Reading, Screen

ROOT = Path(__file__).parents[2]
RUN = """
import time
from pathlib import Path
from tests.bench.report import Report, end_on_signals
end_on_signals()
try:
    with Report("short") as report:
        report.figure("floor, 1/s", 2.0)
        report.ratio("ours / floor", 0.5)
        time.sleep(60)
finally:
    Path("servers-stopped").touch()
"""
SLOW_PEER = """
import sys, time
from pathlib import Path
queue, consumed, effects = Path("queue"), Path("consumed"), Path("effects")
def add(what):
    with effects.open("a") as file:
        file.write(what + chr(10))
if sys.argv[1] == "work":
    time.sleep(0.3)
    consumed.touch()
    time.sleep(0.5)
    queue.touch()
    time.sleep(60)
elif queue.exists():  # what is sent earlier is lost
    add(sys.argv[1])
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAR", str(tmp_path))
    return tmp_path


def kept(place: Path, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((place / "bench" / f"{name}.json").read_text())
    return found


def peer(place: Path, script: str) -> Peer:
    (place / "peer.py").write_text(script)
    patience = Patience(to_come=20.0, warm=0.2, to_end=20.0)
    return Peer([sys.executable, str(place / "peer.py")], os.environ, place / "peer.log", patience)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_run_keeps_what_it_has_and_stops_its_servers(place: Path, number: signal.Signals) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", RUN], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    printed = [run.stdout.readline() for _ in range(4)]
    run.send_signal(number)
    assert run.wait(10) == 128 + number
    run.stdout.close()
    assert [line.split() for line in printed[2:]] == [["floor,", "1/s", "2.00"], ["ours", "/", "floor", "0.50", "×"]]
    assert (place / "servers-stopped").exists()
    assert kept(place, "short") == {
        "name": "short",
        "state": "stopped",
        "figures": {"floor, 1/s": 2.0},
        "ratios": {"ours / floor": 0.5},
        "not_measured": {},
    }


def test_every_figure_is_kept_at_once(place: Path) -> None:
    with Report("one") as report:
        report.figure("first", 1.0)
        assert kept(place, "one")["figures"] == {"first": 1.0}
        assert kept(place, "one")["state"] == "running"
    assert kept(place, "one")["state"] == "complete"


def test_a_part_that_cannot_be_measured_is_named_and_the_rest_goes_on(place: Path) -> None:
    with Report("parts") as report:
        with report.part("a peer"):
            raise NotMeasured("it did not come")
        report.figure("after it", 2.0)
    found = kept(place, "parts")
    assert found["not_measured"] == {"a peer": "it did not come"}
    assert found["figures"] == {"after it": 2.0}
    assert found["state"] == "parts are missing"


def test_a_fault_of_one_benchmark_leaves_the_next(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Report("ill") as report:
        report.figure("before", 1.0)
        raise ValueError("a fault")
    assert kept(place, "ill")["state"] == "failed: ValueError('a fault')"
    assert "a fault" in capsys.readouterr().err


def test_the_warm_up_waits_for_a_slow_peer_and_is_repeated_until_it_has_an_effect(place: Path) -> None:
    def effects(kind: str) -> int:
        path = place / "effects"
        return path.read_text().split().count(kind) if path.exists() else 0

    with peer(place, SLOW_PEER) as slow:
        slow.warm_up((place / "consumed").exists, lambda: effects("warm") > 0)
        assert slow.seconds(lambda: effects("send") > 0) > 0


def test_a_peer_whose_worker_ends_is_not_waited_for(place: Path) -> None:
    began = time.monotonic()
    with peer(place, "raise SystemExit(3)") as gone, pytest.raises(NotMeasured, match="ended with 3"):
        gone.warm_up(lambda: False, lambda: False)
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_screen_counts_each_change_once_wherever_the_stream_is_cut(size: int) -> None:
    event = b"id: 4\nevent: ready\ndata: {}\n\n"
    changes = b"".join(b'21\r\nid: %d\nevent: change\ndata: {"id: 9": 1}\n\n\r\n' % number for number in (5, 6, 7))
    stream = b"HTTP/1.1 200 OK\r\n\r\n" + event + changes + b"8\r\n: beat\n\n\r\n"

    async def read() -> Reading:
        reading = Reading(Screen("sh-01"), 80)
        for start in range(0, len(stream), size):
            reading.data_received(stream[start : start + size])
        return reading

    reading = asyncio.run(read())
    assert reading.ready.done()
    assert list(reading.came.numbers) == [5, 6, 7]
