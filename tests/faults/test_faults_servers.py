"""Private servers end with the process that started them, also when it is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

PROGRAM = """
import sys, time
from pathlib import Path
from qiantai.servers.postgres import PrivatePostgres
from qiantai.servers.rabbitmq import PrivateRabbit
postgres = PrivatePostgres(Path(sys.argv[1]) / "postgres", fast=True).start()
rabbit = PrivateRabbit(Path(sys.argv[1]) / "rabbit").start()
print(postgres.pid, rabbit._server.pid, rabbit._epmd.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("signal", ["terminate", "kill"])
def test_nothing_is_left_of_a_process_that_is_killed(signal: str) -> None:
    with TemporaryDirectory(prefix="qiantai-servers-") as folder:
        with subprocess.Popen([sys.executable, "-c", PROGRAM, folder], stdout=subprocess.PIPE, text=True) as owner:
            assert owner.stdout is not None
            started = [Path("/proc", pid) for pid in owner.stdout.readline().split()]
            assert len(started) == 3
            beam = _descendants(started[1])
            assert beam
            getattr(owner, signal)()
        deadline = time.monotonic() + 30
        while any(_lives(one) for one in (*started, *beam)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert [one for one in (*started, *beam) if _lives(one)] == []


def _lives(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _descendants(process: Path) -> list[Path]:
    children = [Path("/proc", pid) for pid in (process / "task" / process.name / "children").read_text().split()]
    return children + [one for child in children for one in _descendants(child)]
