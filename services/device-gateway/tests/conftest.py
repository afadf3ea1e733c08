"""The gateway under test, and the helpers beside the tests importable under pytest's importlib mode."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from device_gateway.bootstrap import service
from qiantai import clock
from qiantai.service import Service
from qiantai.testing.service import ISSUER, ServiceUnderTest
from qiantai.web.tokens import TokenSigner

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.append(HERE)

from gateway_edge import Running  # noqa: E402
from gateway_facts import NOW, open_branches  # noqa: E402
from gateway_stream import Gateway, Story  # noqa: E402


@pytest.fixture
def board(under_test: Callable[[Service], ServiceUnderTest], monkeypatch: pytest.MonkeyPatch) -> ServiceUnderTest:
    """The gateway, which takes facts and shows them, at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return under_test(service())


@pytest.fixture
def door(
    under_test: Callable[[Service], ServiceUnderTest],
    signer: TokenSigner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> ServiceUnderTest:
    """The gateway with its signing key, which lets people in."""
    key = tmp_path / "key.json"
    key.write_text(json.dumps(signer._key.as_dict(private=True)))
    monkeypatch.setenv("QIANTAI_SIGNING_KEY", str(key))
    monkeypatch.setenv("QIANTAI_ISSUER", ISSUER)
    return under_test(service())


@pytest.fixture
def branches(door: ServiceUnderTest) -> None:
    """The chain's branches are there."""
    open_branches(door)


@pytest.fixture
def play(under_test: Callable[[Service], ServiceUnderTest], signer: TokenSigner) -> Callable[[Story], None]:
    """Play a story with the gateway's streams in a loop of its own."""
    gateway = Gateway(under_test(service()), signer)

    async def whole(story: Story) -> None:
        try:
            await story(gateway)
        finally:
            await gateway.streams.close()

    return lambda story: asyncio.run(whole(story))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Make edges with scanners that are ended afterwards."""
    made: list[Running] = []

    def make(*scanners: dict[str, object]) -> Running:
        made.append(Running(tmp_path, list(scanners)))
        return made[-1]

    yield make
    for one in made:
        one.end()
