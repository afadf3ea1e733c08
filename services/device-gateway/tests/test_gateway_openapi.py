"""The API keeps what its OpenAPI document promises."""

from __future__ import annotations

import pytest
from device_gateway.bootstrap import service
from gateway_facts import NOW, SH, unknown
from qiantai.application import snapshots
from qiantai.contracts.device_gateway import DeviceOnline
from qiantai.ids import new_id
from qiantai.testing.openapi import MODES, keeps_its_contract
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.tokens import TokenSigner


def test_the_stored_document_is_the_api() -> None:
    assert list(snapshots.faults(service())) == []


@pytest.mark.parametrize("mode", MODES)
def test_every_operation_keeps_its_contract(door: ServiceUnderTest, signer: TokenSigner, mode: object) -> None:
    door.deliver(DeviceOnline(branch=SH, device="d1", desk="desk-1", since=NOW))
    door.deliver(unknown(new_id()))
    keeps_its_contract(door, signer, mode)
