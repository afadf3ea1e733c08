"""`make run` and `make tour` embedded, with a kill -9 between."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from embedded import chain
from embedded.client import Desk
from embedded.environment import read_environment
from embedded.system import NotReady, System
from qiantai.services import API_PREFIXES
from qiantai.testing.half_sent import HalfSent

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def system(systems: Callable[..., System]) -> System:
    made = systems()
    made.start()
    return made


def test_it_says_where_to_look_and_who_may_sign_in(system: System) -> None:
    assert f"ready {system.address}" in system.lines
    for staff, _ in chain.SIGN_INS:
        assert any(line.strip().startswith(staff) for line in system.lines)


def test_the_tour_goes_well(system: System) -> None:
    done = system.command("tour")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{system.logs()}"
    assert "the tour went well" in done.stdout


def test_the_tour_leaves_everybody_elses_visitors_alone(system: System) -> None:
    """Also where every consultant is engaged with them; its own visitors are gone afterwards."""
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)

    def visits() -> dict[str, str]:
        found = desk.get("/api/triage/visits", branch=chain.MAIN, limit="200")["items"]
        return {visit["id"]: visit["stage"] for visit in found}

    people = desk.get("/api/customers/", limit="100")["items"]
    for place, one in enumerate(people[: 2 * len(chain.CONSULTANTS)]):
        arrival = {"branch": chain.MAIN, "customer": one["id"], "projects": ["laser"]}
        desk.patiently("/api/triage/visits", arrival, key=f"before-the-tour-{place}")
    before = visits()
    done = system.command("tour")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{system.logs()}"
    assert "the supervisor names" in done.stdout
    after = visits()
    assert {visit: after[visit] for visit in before} == before
    assert {after[visit] for visit in after.keys() - before.keys()} <= {"finished", "left", "payment", "leaving"}


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_commands_of_the_readme_work_each_time(system: System, readme: str, tmp_path: Path) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    [commands] = [part for part in re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE) if "call()" in part]
    script = tmp_path / "commands.sh"
    script.write_text(commands.replace("http://127.0.0.1:8000", system.address).replace("\n# ", "\nsleep 0.5\n# "))
    for _ in range(2):
        time.sleep(1)  # the phone and the reference are of the second
        done = subprocess.run(["bash", str(script)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert '"change": 2000' in done.stdout
        assert len(done.stdout.splitlines()) > 10
    script.write_text(script.read_text().replace("139${N#??}", "12"))
    assert "invalid" in subprocess.run(["bash", str(script)], capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize(
    "body", [b"2\r\n{}\r\n0\r\n\r\n", b"0\r\n\r\nGET /api/gateway/jwks HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_what_is_hidden_behind_a_length_beside_chunks_is_no_request(system: System, body: bytes) -> None:
    """The server takes the chunks and drops the length; it answers once and ends the connection."""
    head = b"POST /api/gateway/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    lengths = f"Content-Length: {len(body)}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", system.port), timeout=5) as one:
        one.sendall(head + lengths + body)
        answer = b""
        while part := one.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 4"), answer
    assert answer.count(b"HTTP/1.1 ") == 1, answer


@pytest.mark.parametrize("each", [2, 25])
def test_half_sent_requests_stop_nobody_and_end(system: System, each: int) -> None:
    slow = HalfSent(system.port)
    slow.open(each)
    try:
        for path in ("/api/triage/health", "/api/gateway/jwks", "/"):
            began = time.monotonic()
            with urllib.request.urlopen(f"{system.address}{path}", timeout=5) as answer:  # noqa: S310 - our own
                assert answer.status == 200
            assert time.monotonic() - began < 1.0, path
        assert slow.left_after(20) == []
    finally:
        slow.close()


def test_what_a_run_writes_is_for_its_own_account_alone(system: System) -> None:
    files = [path for part in ("logs", "edge") for path in (system.folder / part).iterdir()]
    files += [system.folder / name for name in ("secrets.json", "environment", "postgres/postgres.log")]
    assert {path.name for path in files} >= {"web.log", "worker.log", "spool.db", "cache.db"}
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in files if path.stat().st_mode & 0o077} == {}


def test_a_kill_at_any_moment_loses_and_doubles_nothing(system: System) -> None:
    def people() -> list[str]:
        desk = Desk(system.address).sign_in("office", chain.PASSWORD)
        ids: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = desk.get("/api/customers/", limit="200", **cursor)
            ids += [one["id"] for one in page["items"]]
            if page["next_cursor"] is None:
                return ids
            cursor = {"cursor": page["next_cursor"]}

    before = people()
    system.kill()
    system.start()
    assert people() == before
    done = system.command("tour")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{system.logs()}"


def test_a_lost_copy_is_told_again(system: System) -> None:
    environment = {**os.environ, **read_environment(system.folder)}
    with psycopg.connect(environment["QIANTAI_DATABASE_TRIAGE"], autocommit=True) as triage:
        known = triage.execute("SELECT count(*) FROM customer").fetchone()
        triage.execute("DELETE FROM customer")
        command = [str(Path(sys.executable).parent / "triage"), "rebuild", "customers"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        deadline = time.monotonic() + 30
        while triage.execute("SELECT count(*) FROM customer").fetchone() != known and time.monotonic() < deadline:
            time.sleep(0.1)
        assert triage.execute("SELECT count(*) FROM customer").fetchone() == known


@pytest.mark.parametrize("command", ["run", "migrate", "restore"])
def test_nobody_takes_the_database_from_a_run(system: System, command: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    assert system.command("backup", str(backup)).returncode == 0
    done = system.command(command, *([str(backup)] if command == "restore" else []))
    assert done.returncode == 1
    assert system.address in done.stderr.splitlines()[-1], done.stderr
    Desk(system.address).sign_in("desk", chain.PASSWORD).get("/api/customers/", limit="1")


def test_its_database_is_started_again(system: System) -> None:
    pidfile = system.folder / "postgres/data/postmaster.pid"
    pid = int(pidfile.read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    waiting = list(API_PREFIXES.values())
    deadline = time.monotonic() + 60
    while waiting:
        assert time.monotonic() < deadline, system.logs()
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{system.address}{waiting[0]}/health", timeout=5):  # noqa: S310 - our own
            waiting.pop(0)
    assert int(pidfile.read_text().split()[0]) != pid
    done = system.command("tour")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{system.logs()}"


def test_nothing_is_parked_after_all_that(system: System) -> None:
    listed = system.command("parked", "list")
    assert (listed.returncode, listed.stdout) == (0, ""), listed.stdout + listed.stderr


def test_ctrl_c_stops_everything_cleanly(system: System) -> None:
    assert system.stop() == 0
    assert system.lines[-1] == "… stopping"


def test_a_kill_while_the_demo_chain_is_loaded_doubles_nothing(systems: Callable[..., System]) -> None:
    half = systems()
    starting = threading.Thread(target=_start, args=(half,))
    starting.start()
    deadline = time.monotonic() + 60
    while not any("customers and their cards" in line for line in half.lines) and time.monotonic() < deadline:
        time.sleep(0.05)
    half.kill()
    starting.join(30)
    half.lines.clear()
    half.start()
    environment = read_environment(half.folder)
    with psycopg.connect(environment["QIANTAI_DATABASE_CUSTOMER"]) as customer:
        row = customer.execute(
            "SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM phone), (SELECT count(*) FROM card)"
        ).fetchone()
    assert row == (chain.CUSTOMERS, chain.CUSTOMERS, chain.CUSTOMERS)
    assert half.stop() == 0


def _start(system: System) -> None:
    with contextlib.suppress(NotReady):
        system.start()
