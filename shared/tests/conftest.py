"""The example services on a database of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from qiantai.storage.engine import engine_for
from qiantai.testing import example
from qiantai.testing.databases import Databases
from qiantai.testing.service import ServiceUnderTest, settings_for_tests
from qiantai.web.tokens import TokenSigner


@pytest.fixture
def urls(databases: Databases) -> Iterator[dict[str, str]]:
    """URLs of the example services by name."""
    made = databases.fresh(example.teller(), example.listener(), make=example.make_tables)
    yield made
    databases.drop(made[example.TELLER])


@pytest.fixture
def engines(urls: dict[str, str]) -> Iterator[dict[str, sa.Engine]]:
    """Engines of the example services by name."""
    made = {name: engine_for(url, pool=5) for name, url in urls.items()}
    yield made
    for engine in made.values():
        engine.dispose()


@pytest.fixture
def teller(urls: dict[str, str], signer: TokenSigner, jwks: Path) -> Iterator[ServiceUnderTest]:
    """The telling service with its web border."""
    made = ServiceUnderTest(example.teller(), settings_for_tests(example.TELLER, urls[example.TELLER], jwks), signer)
    yield made
    made.close()
