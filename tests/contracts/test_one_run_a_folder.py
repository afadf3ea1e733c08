"""A run has its folder, its database and its port for itself; what goes wrong at the start is one line."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from embedded import backup
from embedded.folder import held
from qiantai.servers.ports import free_port
from qiantai.servers.postgres import PrivatePostgres


def qiantai(folder: Path, *arguments: str, port: int | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "VAR": str(folder), "PORT": str(port or free_port()), "DATABASE": "", "BROKER": ""}
    command = [sys.executable, "-m", "embedded.cli", *arguments]
    return subprocess.run(command, env=environment, text=True, capture_output=True, check=False, timeout=120)


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that a command ended with."""
    assert (done.returncode, done.stdout) == (1, ""), done.stdout + done.stderr
    [line] = done.stderr.splitlines()[-1:]
    assert line.startswith("cannot go on: ")
    assert "Traceback" not in done.stderr
    return line


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[Path]:
    with held(tmp_path, "`qiantai run` at http://127.0.0.1:8093"):
        yield tmp_path


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_second_start_in_a_folder_touches_nothing(command: str, taken: Path) -> None:
    line = refused(qiantai(taken, command))
    assert f"http://127.0.0.1:8093, pid {os.getpid()}" in line
    assert [path.name for path in taken.iterdir()] == ["run.lock"]


def test_a_folder_is_free_again_when_its_holder_is_gone(tmp_path: Path) -> None:
    for _ in range(2):
        with held(tmp_path, "somebody"):
            assert (tmp_path / "run.lock").read_text() == f"somebody, pid {os.getpid()}\n"


def test_a_taken_port_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = refused(qiantai(tmp_path, "run", port=port))
    assert f"port {port} " in line
    assert "PORT=" in line
    assert [path.name for path in tmp_path.iterdir()] == ["run.lock"]


def test_a_database_that_ends_by_itself_is_started_again(open_folder: Path) -> None:
    server = PrivatePostgres(open_folder).start()
    try:
        assert server.watch() is None, "it runs"
        with psycopg.connect(server.admin_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS it")
        first = server.pid
        os.kill(first, signal.SIGKILL)
        seen = set()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            seen.add(server.watch())
            try:
                with psycopg.connect(server.admin_url, connect_timeout=2) as connection:
                    assert connection.execute("SELECT it FROM kept").fetchone() == (7,)
                    break
            except psycopg.OperationalError:
                time.sleep(0.1)
        else:
            pytest.fail("it stays away")
        assert -signal.SIGKILL in seen
        assert server.pid != first
    finally:
        server.stop()


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    file = tmp_path / "whole.backup"
    with tarfile.open(file, "w") as archive:
        for name, text in (("dump", "x" * 5000), ("about.json", "{}"), ("secrets.json", "{}")):
            (tmp_path / name).write_text(text)
            archive.add(tmp_path / name, arcname=name)
    return file


def test_a_whole_backup_opens_and_a_cut_one_never_does(whole: Path) -> None:
    with backup.unpacked(whole) as place:
        assert {path.name for path in place.iterdir()} == {"dump", "about.json", "secrets.json"}
    content = whole.read_bytes()
    end = len(content.rstrip(b"\0"))
    for length in (0, 100, 512, 3000, 512 + 5120, 512 + 5120 + 1024, end, end + 600):
        whole.write_bytes(content[:length])
        with pytest.raises(backup.NotRestored), backup.unpacked(whole):
            pytest.fail(f"{length} bytes were taken for a backup")


def test_restore_of_what_is_no_backup_makes_nothing(whole: Path, tmp_path: Path) -> None:
    whole.write_bytes(whole.read_bytes()[:3000])
    for file in (whole, tmp_path / "nowhere", tmp_path):
        assert str(file) in refused(qiantai(tmp_path / "var", "restore", str(file)))
        assert not (tmp_path / "var").exists()


def test_backup_of_a_folder_where_nothing_ran_makes_nothing(tmp_path: Path) -> None:
    assert "VAR=" in refused(qiantai(tmp_path / "var", "backup", str(tmp_path / "file")))
    assert not (tmp_path / "var").exists()


class _SomebodyElse(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>something else</html>")


@pytest.mark.parametrize("somebody", [True, False])
@pytest.mark.parametrize("command", ["tour", "seed"])
def test_who_asks_at_the_wrong_address_hears_of_the_port(tmp_path: Path, command: str, somebody: bool) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    with ThreadingHTTPServer(("127.0.0.1", 0), _SomebodyElse) as server:
        if somebody:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        else:
            server.server_close()
        line = refused(qiantai(tmp_path, command, port=server.server_port))
        if somebody:
            server.shutdown()
    assert f"http://127.0.0.1:{server.server_port} " in line
    assert "PORT=" in line
