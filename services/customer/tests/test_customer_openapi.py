"""The API keeps what its OpenAPI document promises."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from customer.bootstrap import service
from qiantai.application import snapshots
from qiantai.service import Service
from qiantai.testing.openapi import MODES, keeps_its_contract
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.tokens import TokenSigner


def test_the_stored_document_is_the_api() -> None:
    assert list(snapshots.faults(service())) == []


@pytest.mark.parametrize("mode", MODES)
def test_every_operation_keeps_its_contract(
    under_test: Callable[[Service], ServiceUnderTest], signer: TokenSigner, mode: object
) -> None:
    keeps_its_contract(under_test(service()), signer, mode)
