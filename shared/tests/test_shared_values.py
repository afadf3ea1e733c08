"""Phones are exact, and people stay out of the logs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiantai.logs import _mask
from qiantai.phones import ImpossiblePhone, hidden_in, masked, to_e164


@pytest.mark.parametrize("entered", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "0086 13800138000"])
def test_a_phone_is_kept_as_e164_however_it_is_entered(entered: str) -> None:
    assert to_e164(entered) == "+8613800138000"


@pytest.mark.parametrize("entered", ["", "12", "abc", "1380013800", "++", "1" * 40])
def test_an_impossible_phone_is_refused(entered: str) -> None:
    with pytest.raises(ImpossiblePhone):
        to_e164(entered)


@given(st.text(max_size=30))
def test_any_text_is_a_phone_or_impossible(text: str) -> None:
    try:
        number = to_e164(text)
    except ImpossiblePhone:
        return
    assert number[0] == "+"
    assert number[1:].isdigit()


def test_logs_hide_people() -> None:
    fields = _mask(None, "info", {"event": "e", "detail": "call +8613800138000 now", "name": "王小明", "password": "x"})
    assert "0013" not in json.dumps(fields)
    assert fields["name"] == "***"
    assert masked("+8613800138000") == "+86138****8000"


def test_phones_in_notes_are_hidden() -> None:
    for text, hidden in (
        ("打 13800138000 或 +86 139-1234-5678。", "打 138****8000 或 +86139****5678。"),
        ("打13800138000吧", "打138****8000吧"),
        ("+64 21 123 4567", "+642****4567"),
        (
            "预约 A202611260012，订单 4200001234202611261234567890",
            "预约 A202611260012，订单 4200001234202611261234567890",
        ),
        ("2026-11-26 10:00, 12,345.00", "2026-11-26 10:00, 12,345.00"),
    ):
        assert hidden_in(text) == hidden
