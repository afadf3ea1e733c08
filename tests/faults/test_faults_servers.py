"""Private servers end with the process that started them, also when it is killed."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from faults_harness.stage import until

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


TEST = """
import time
from pathlib import Path

def test_it(databases):
    (Path(__file__).parent / "at").write_text(databases.admin_url)
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
        until(lambda: not [one for one in (*started, *beam) if _lives(one)], "their end")


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_a_stopped_pytest_leaves_no_server(tmp_path: Path, workers: tuple[str, ...]) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    at = tmp_path / "at"
    plugin = ["-p", "qiantai.testing.plugin", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "base")]
    command = [sys.executable, "-m", "pytest", *plugin, *workers, "--rootdir", str(tmp_path), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        url = until(lambda: at.exists() and at.read_text(), "a database", 60)
        run.terminate()
        said, _ = run.communicate(timeout=60)
    assert "KeyboardInterrupt" in said, said
    address = psycopg.conninfo.conninfo_to_dict(url)
    with socket.socket() as probe:
        assert probe.connect_ex((str(address["host"]), int(str(address["port"])))) == errno.ECONNREFUSED
    # a worker outlives the run that it worked for by a moment
    until(lambda: not Path(str(address["passfile"])).exists(), "the end of its folder")


def _lives(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _descendants(process: Path) -> list[Path]:
    children = [Path("/proc", pid) for pid in (process / "task" / process.name / "children").read_text().split()]
    return children + [one for child in children for one in _descendants(child)]
