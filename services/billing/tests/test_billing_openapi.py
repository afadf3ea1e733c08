"""The API keeps what its OpenAPI document promises."""

from __future__ import annotations

import time
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from qiantai.actors import Actor
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.tokens import TokenSigner

OPERATIONS = 15


@pytest.fixture
def authorization(signer: TokenSigner) -> str:
    """The header of somebody who may do everything in billing."""
    head = Actor(id="head-1", name="head", roles=frozenset({"head_office"}), branches=frozenset({"*"}))
    return f"Bearer {signer.sign(head, now=time.time(), seconds=3600)}"


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_every_operation_keeps_its_contract(
    billing: ServiceUnderTest, authorization: str, mode: schemathesis.GenerationMode
) -> None:
    document = schemathesis.openapi.from_wsgi("/api/billing/openapi.json", billing.app)
    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == OPERATIONS
    for operation in operations:
        _try_out(operation, mode, authorization)


def _try_out(operation: Any, mode: schemathesis.GenerationMode, authorization: str) -> None:  # noqa: ANN401
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=15)
    def keeps_its_contract(case: Any) -> None:
        # a well-formed request may still be refused with 422: an unknown customer, a product without a price
        case.call_and_validate(headers={"Authorization": authorization}, excluded_checks=[positive_data_acceptance])

    keeps_its_contract()
