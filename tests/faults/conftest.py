"""Fixtures of the fault tests: servers that may be killed, and the stage."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.append(HERE)

from faults_harness.proxy import TcpProxy  # noqa: E402
from faults_harness.stage import Stage, clean  # noqa: E402
from qiantai.ids import new_id  # noqa: E402
from qiantai.servers.postgres import PrivatePostgres  # noqa: E402
from qiantai.servers.rabbitmq import PrivateRabbit  # noqa: E402
from qiantai.testing.example import prepare  # noqa: E402


@pytest.fixture(scope="package")
def rabbit() -> Iterator[PrivateRabbit]:
    """A broker of these tests alone, so that it may be killed."""
    with TemporaryDirectory(prefix="qiantai-faults-rabbit-") as folder:
        broker = PrivateRabbit(Path(folder)).start()
        yield broker
        broker.stop()


@pytest.fixture(scope="package")
def postgres() -> Iterator[PrivatePostgres]:
    """A durable PostgreSQL of these tests alone, so that it may be killed."""
    with TemporaryDirectory(prefix="qiantai-faults-postgres-") as folder:
        server = PrivatePostgres(Path(folder)).start()
        yield server
        server.stop()


@pytest.fixture
def stage(
    rabbit: PrivateRabbit, postgres: PrivatePostgres, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """The example services on a fresh database and fresh queues; param "unruly": everything twice, in any order."""
    clean(rabbit.url)
    urls = prepare(postgres.admin_url, f"f{new_id().replace('-', '')}")
    made = Stage(tmp_path, urls, rabbit.url, unruly=getattr(request, "param", "") == "unruly")
    yield made
    made.close()


@pytest.fixture
def broker_proxy(rabbit: PrivateRabbit) -> Iterator[TcpProxy]:
    """A wire to the broker that can be cut."""
    proxy = TcpProxy(rabbit.port)
    yield proxy
    proxy.close()


@pytest.fixture
def database_proxy(postgres: PrivatePostgres) -> Iterator[TcpProxy]:
    """A wire to the database that can be cut."""
    proxy = TcpProxy(postgres.port)
    yield proxy
    proxy.close()
