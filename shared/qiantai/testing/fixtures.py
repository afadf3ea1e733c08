"""pytest fixtures that every suite uses."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from qiantai.service import Service
from qiantai.testing import servers
from qiantai.testing.databases import Databases
from qiantai.testing.service import ISSUER, ServiceUnderTest, settings_for_tests, write_jwks
from qiantai.web.tokens import TokenSigner, new_signing_key

_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder below has a name of its own
_ROOM = 2 * 1024**3


def _in_memory() -> Path | None:
    """Return a folder in memory, where a database is copied several times as fast, if there is room in it."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if roomy else None


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Fresh databases on a private PostgreSQL.

    Not below pytest's own folder: the next pytest to start closes that to other users, and
    PostgreSQL, which does not run as root, would lose its files in the middle of a run.
    """
    with (
        TemporaryDirectory(prefix="qiantai-postgres-", dir=_in_memory()) as folder,
        servers.postgres(Path(folder)) as admin_url,
        closing(Databases(admin_url)) as made,
    ):
        yield made


@pytest.fixture(scope="session")
def rabbitmq_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a RabbitMQ that the whole session shares."""
    with servers.rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as url:
        yield url


@pytest.fixture(scope="session")
def signer() -> TokenSigner:
    """A token signer that the tests' services trust."""
    return TokenSigner(new_signing_key(), ISSUER)


@pytest.fixture(scope="session")
def jwks(signer: TokenSigner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of the public keys."""
    return write_jwks(signer, tmp_path_factory.mktemp("keys"))


@pytest.fixture
def under_test(
    databases: Databases, signer: TokenSigner, jwks: Path
) -> Iterator[Callable[[Service], ServiceUnderTest]]:
    """Make services under test, each on a fresh database that is dropped afterwards."""
    made: list[ServiceUnderTest] = []

    def make(service: Service) -> ServiceUnderTest:
        urls = databases.fresh(service)
        made.append(ServiceUnderTest(service, settings_for_tests(service.name, urls[service.name], jwks), signer))
        return made[-1]

    yield make
    for one in made:
        one.close()
        databases.drop(one.settings.database_url)
