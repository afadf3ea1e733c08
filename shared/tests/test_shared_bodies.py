"""JSON bodies say each key once, are bounded in depth and in the length of numbers, and of the right kind."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiantai.web.bodies import DEEPEST, NotOurJson, load_json

plain = st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.text(max_size=20)
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))


@given(values)
def test_what_is_written_is_read(value: Any) -> None:
    wrapped = {"value": value}
    try:
        assert load_json(json.dumps(wrapped)) == wrapped
    except NotOurJson:
        assert json.dumps(wrapped).count("[") + json.dumps(wrapped).count("{") > DEEPEST


@given(st.text(alphabet='[]{}",:\\\\0123456789eE+-. truefalsn', max_size=200))
def test_any_text_is_a_value_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        load_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
        '{"a":' * 50 + "1" + "}" * 50,
        "1" * 5000,
        "1" * 31,
        "-" + "1" * 31,
        "0." + "1" * 40,
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
    ],
)
def test_what_is_too_deep_or_no_number_is_refused_quickly(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(NotOurJson):
        load_json(text)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text", ['{"a":1,"b":{},"a":2}', '{"b":[{"a":null,"\\u0061":null}]}', '{"a":1,"a":1}'])
def test_a_key_that_stands_twice_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(NotOurJson, match='the key "a" stands twice'):
        load_json(text)
    assert load_json('{"a":{"a":1},"b":{"a":1}}') == {"a": {"a": 1}, "b": {"a": 1}}


def test_brackets_in_texts_are_no_depth() -> None:
    said = "[{" * 1000 + '\\"'
    assert load_json(json.dumps({"a": [said, said]})) == {"a": [said, said]}
