"""Who receives a visit, in the one form that facts and ledgers have."""

from __future__ import annotations

import pytest
from qiantai.contracts.receiver import CONSULTANT, DEPARTMENT, ONLINE, SUPERVISOR, Receiver

WRITTEN = {
    "a": Receiver(CONSULTANT, "a"),
    "department:skin": Receiver(DEPARTMENT, "skin"),
    "online:net-1": Receiver(ONLINE, "net-1"),
    "supervisor": Receiver(SUPERVISOR, "supervisor"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_read_and_written(text: str) -> None:
    assert Receiver.read(text) == WRITTEN[text]
    assert WRITTEN[text].text == text
    assert Receiver.read(text).consultant == ("a" if text == "a" else None)
