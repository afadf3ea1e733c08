"""The published API keeps its promises, whatever is sent."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from device_gateway.bootstrap import service
from hypothesis import HealthCheck, given, settings
from qiantai.actors import Actor
from qiantai.contracts.device_gateway import ArrivalUnrecognised, DeviceOnline
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.testing.service import ISSUER, ServiceUnderTest
from qiantai.web.tokens import TokenSigner
from schemathesis.specs.openapi.checks import positive_data_acceptance

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def test_the_api_keeps_its_promises(
    under_test: Callable[[Service], ServiceUnderTest],
    signer: TokenSigner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = tmp_path / "key.json"
    key.write_text(json.dumps(signer._key.as_dict(private=True)))
    monkeypatch.setenv("QIANTAI_SIGNING_KEY", str(key))
    monkeypatch.setenv("QIANTAI_ISSUER", ISSUER)
    gateway = under_test(service())
    gateway.deliver(DeviceOnline(branch="sh-01", device="d1", desk="desk-1", since=NOW))
    gateway.deliver(
        ArrivalUnrecognised(
            branch="sh-01",
            scan=new_id(),
            device="d1",
            desk="desk-1",
            code="X1234",
            reason="unknown_code",
            device_time=NOW,
            gateway_time=NOW,
        )
    )
    actor = Actor(id="admin", name="admin", roles=frozenset({"head_office", "it"}), branches=frozenset({"*"}))
    headers = {"Authorization": f"Bearer {signer.sign(actor, now=time.time(), seconds=600)}"}
    operations = [
        found.ok()
        for found in schemathesis.openapi.from_wsgi("/api/gateway/openapi.json", gateway.app).get_all_operations()
    ]
    assert len(operations) == 13
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
        def keeps_its_word(case: Any) -> None:
            # what fits the document may still be refused: an unknown role, time zone or branch, a wrong password
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        keeps_its_word()
