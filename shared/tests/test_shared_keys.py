"""Topic keys match on the embedded bus as they do at the broker."""

from __future__ import annotations

import pytest
from qiantai.messaging.keys import matches


@pytest.mark.parametrize(
    ("binding", "key", "taken"),
    [
        ("triage.visit.assigned.*", "triage.visit.assigned.sh-01", True),
        ("triage.visit.assigned.sh-01", "triage.visit.assigned.hz-01", False),
        ("rebuild.triage.#", "rebuild.triage.customer.customer.updated.chain", True),
        ("rebuild.triage.#", "rebuild.triage", True),
        ("rebuild.triage.#", "rebuild.triages.x", False),
        ("#", "a", True),
        ("#.a", "a", True),
        ("#.a", "b.c.a", True),
        ("#.a.#", "b.a", True),
        ("a.*.#", "a.b", True),
        ("a.*.#", "a", False),
        ("*", "a.b", False),
        ("a.b", "a", False),
        ("a+b", "aab", False),
    ],
)
def test_keys_match_as_the_broker_matches_them(binding: str, key: str, taken: bool) -> None:
    assert matches(binding, key) is taken
