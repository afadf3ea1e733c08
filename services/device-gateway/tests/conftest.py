"""The gateway under test, and the helpers in `gateway_facts` importable under pytest's importlib mode."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
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

from gateway_facts import NOW, open_branches  # noqa: E402


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
