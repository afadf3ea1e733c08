"""Messages that need a person are listed and sent back by each service's own route, without what they hold."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from embedded.services import all_services
from qiantai.service import Service
from qiantai.testing.service import ServiceUnderTest

_PARK = "INSERT INTO held_message (message_id, body, attempts, reason) VALUES (%s, %s, 1, %s) RETURNING message_id"


@pytest.mark.parametrize("service", all_services(), ids=lambda service: service.name)
def test_parked_messages_are_listed_and_sent_back(
    service: Service, under_test: Callable[[Service], ServiceUnderTest]
) -> None:
    under = under_test(service)
    path = f"{service.prefix}/parked"
    told = {"type": "billing.x.y.v1", "time": "2026-01-02T03:04:05+00:00", "branch": "sh-01", "data": {"name": "某人"}}
    under.rows(_PARK, "m-1", json.dumps(told).encode(), "UnknownTariff: laser")
    under.rows(_PARK, "m-2", b"\xff", "undecodable: no JSON")
    for role in ("receptionist", "branch_head", "supervisor"):
        assert under.as_(role).get(path).status_code == 403
        assert under.as_(role).post(f"{path}/replay", {}).status_code == 403
    it = under.as_("it")
    listed = it.get(path)
    assert "某人" not in listed.get_data(as_text=True)
    assert [(one["message"], one["type"], one["reason"], one["branch"]) for one in listed.json["items"]] == [
        ("m-1", "billing.x.y.v1", "UnknownTariff: laser", "sh-01"),
        ("m-2", "?", "undecodable: no JSON", None),
    ]
    for _ in range(2):  # doing it twice has one effect
        answer = it.post(f"{path}/replay", {"messages": ["m-1", "m-3"]})
    assert answer.json == {"replayed": 0}
    assert [one["message"] for one in it.get(path).json["items"]] == ["m-2"]
    assert it.post(f"{path}/replay", {}).json == {"replayed": 1}
    assert under.rows("SELECT count(*) FROM held_message WHERE retry_at IS NOT NULL") == [(2,)]
    done = "SELECT details->>'replayed' FROM audit WHERE action = 'parked.replay' ORDER BY id"
    assert under.rows(done) == [("1",), ("0",), ("1",)]
