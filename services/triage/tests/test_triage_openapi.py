"""The API keeps what its OpenAPI document promises."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from qiantai.service import Service
from qiantai.testing.openapi import MODES, keeps_its_contract
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.tokens import TokenSigner
from triage.bootstrap import service


@pytest.mark.parametrize("mode", MODES)
def test_every_operation_keeps_its_contract(
    under_test: Callable[[Service], ServiceUnderTest], signer: TokenSigner, mode: object
) -> None:
    assert keeps_its_contract(under_test(service()), signer, mode) >= 8
