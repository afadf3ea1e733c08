"""PgBouncer before PostgreSQL: in session mode all goes on, in the other modes nothing starts."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
from customer.bootstrap import service
from embedded import setup
from psycopg.conninfo import conninfo_to_dict
from qiantai.outbox.source import OutboxSource
from qiantai.outbox.wake import Waker
from qiantai.servers.parents import ends_with_parent
from qiantai.servers.ports import free_port
from qiantai.servers.postgres import _as_its_own_user
from qiantai.service import Service
from qiantai.services import setting_of
from qiantai.storage.outbox import SHARDS
from qiantai.storage.pooler import SharedSessions, refuse_shared_sessions
from qiantai.testing.service import ServiceUnderTest

START_SECONDS = 20


@pytest.fixture
def customer(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    return under_test(service())


@pytest.fixture
def pooled(customer: ServiceUnderTest, open_folder: Path) -> Iterator[Callable[..., str]]:
    """Give the service's URL through a PgBouncer in some mode, with so many sessions to PostgreSQL."""
    binary = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    assert binary is not None, "install pgbouncer (make flows does it as root on Debian)"
    open_folder.chmod(0o755)
    own = conninfo_to_dict(customer.settings.database_url)
    with ExitStack() as stack:

        def start(mode: str, size: int = 10) -> str:
            port = free_port()
            config = open_folder / f"{mode}-{size}.ini"
            config.write_text(
                f"[databases]\n* = host={own['host']} port={own.get('port', 5432)} user={own['user']}"
                f" password={own['password']}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
                f"auth_type = any\npool_mode = {mode}\ndefault_pool_size = {size}\nunix_socket_dir =\n"
            )
            process = subprocess.Popen(
                [binary, "-q", str(config)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - prctl only
                **_as_its_own_user(),
            )
            stack.callback(process.wait, 10)
            stack.callback(process.kill)
            url = f"postgresql://{own['user']}:{own['password']}@127.0.0.1:{port}/{own['dbname']}"
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline:
                with suppress(psycopg.OperationalError):
                    psycopg.connect(url).close()
                    return url
                time.sleep(0.05)
            pytest.fail("PgBouncer does not answer")

        yield start


def start_web(customer: ServiceUnderTest, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import customer.web"],
        env={setting_of("customer"): url, "QIANTAI_JWKS": customer.settings.jwks},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_postgresql_itself_is_no_pooler(customer: ServiceUnderTest) -> None:
    refuse_shared_sessions(customer.settings.database_url)


def test_in_session_mode_locks_and_hints_are_as_without_a_pooler(
    customer: ServiceUnderTest, pooled: Callable[..., str]
) -> None:
    url = pooled("session")
    refuse_shared_sessions(url)
    started = start_web(customer, url)
    assert (started.returncode, started.stderr) == (0, "")
    one, other = OutboxSource(url, "customer"), OutboxSource(url, "customer")
    try:
        assert not [*one.claim(10, without=()), *other.claim(10, without=())]
        assert (len(one._shards), other._shards) == (SHARDS, [])
        Waker(url, "customer").wake_now()
        began = time.monotonic()
        one.wait(20)
        assert time.monotonic() - began < 10
    finally:
        one.close()
        other.close()


@pytest.mark.parametrize(("mode", "size"), [("transaction", 1), ("transaction", 10), ("statement", 10)])
def test_a_pooler_that_shares_sessions_is_refused_in_words(
    customer: ServiceUnderTest, pooled: Callable[..., str], mode: str, size: int
) -> None:
    url = pooled(mode, size)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(SharedSessions, match="is a pooler that gives each transaction another session"):
            refuse_shared_sessions(url)
    assert time.monotonic() - began < 10
    started = start_web(customer, url)
    assert started.returncode == 1
    [line] = started.stderr.splitlines()
    told = json.loads(line)
    assert (told["event"], told["service"]) == ("database_refused", "customer")
    assert "pool_mode = session" in told["error"]
    assert str(conninfo_to_dict(url)["password"]) not in line


def test_a_migration_through_such_a_pooler_is_refused(pooled: Callable[..., str], tmp_path: Path) -> None:
    with pytest.raises(SharedSessions):
        setup.migrate(tmp_path, pooled("transaction"), None, say=lambda _text: None)
