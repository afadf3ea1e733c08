"""Envelopes: strict when written, tolerant when read, and whatever cannot be read is undecodable."""

from __future__ import annotations

import dataclasses
import json
import random
from datetime import UTC, datetime

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiantai.clock import now
from qiantai.contracts.triage import PassedOver, VisitAssigned
from qiantai.ids import new_id
from qiantai.wire import data as wire_data
from qiantai.wire.envelope import MAX_BODY, Undecodable, decode, disclose, enclose, encode

ASSIGNED = VisitAssigned(
    branch="sh-01",
    visit="v",
    customer="c",
    to="k",
    basis="turn",
    counted=True,
    passed=(PassedOver(consultant="a", reason="busy", credit=True),),
    rules=("T10",),
    why_zh="轮到",
    why_en="turn",
    entry=1,
    decided_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def sealed() -> bytes:
    return encode(enclose(ASSIGNED, id_=new_id(), version=1, time=now(), causation=None, traceparent=None))


def test_unknown_fields_are_ignored_at_every_depth() -> None:
    values = json.loads(sealed())
    values["colour"] = values["data"]["colour"] = values["data"]["passed"][0]["colour"] = "red"
    assert disclose(decode(json.dumps(values).encode())) == ASSIGNED


@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_a_damaged_envelope_is_undecodable_and_nothing_else(chance: random.Random, hits: int) -> None:
    damaged = bytearray(sealed())
    for _ in range(hits):
        place = chance.randrange(len(damaged))
        match chance.randrange(3):
            case 0:
                damaged[place] = chance.randrange(256)
            case 1:
                del damaged[place : place + chance.randrange(9)]
            case _:
                damaged[place:place] = chance.choice(
                    [b'"', b"\\u0000", b"\\ud800", b"null", b"1e999", b"{", b"\xff", b"9" * 30]
                )
    try:
        envelope = decode(bytes(damaged))
        disclose(envelope)
    except Undecodable:
        return
    json.dumps(dataclasses.asdict(envelope), default=str, ensure_ascii=False).encode()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    st.sampled_from(["id", "type", "subject", "time", "branch", "aggregateversion", "data", "passed", "decided_at"]),
    anything,
)
def test_any_value_in_any_place_is_read_or_undecodable(name: str, value: object) -> None:
    values = json.loads(sealed())
    (values if name in values else values["data"])[name] = value
    body = json.dumps(values).encode()
    try:
        envelope = decode(body)
        disclose(envelope)
    except Undecodable:
        return
    assert envelope.routing_key.encode()
    assert 0 <= envelope.version < 2**31


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
@pytest.mark.parametrize("name", ["id", "subject", "type", "why_zh", "reason"])
def test_text_that_no_database_takes_is_undecodable(name: str, text: str) -> None:
    values = json.loads(sealed())
    where = next(place for place in (values, values["data"], values["data"]["passed"][0]) if name in place)
    where[name] = text
    with pytest.raises(Undecodable):
        decode(json.dumps(values).encode())


def test_an_oversize_message_is_not_even_parsed() -> None:
    with pytest.raises(Undecodable, match="bytes"):
        decode(b"[" * (MAX_BODY + 1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("entry", "1"),
        ("rules", ["T10"]),
        ("counted", 1),
        ("to", None),
        ("decided_at", ASSIGNED.decided_at.replace(tzinfo=None)),
    ],
)
def test_a_writer_is_strict(name: str, value: object) -> None:
    with pytest.raises(ma.ValidationError, match=name):
        wire_data.dump(dataclasses.replace(ASSIGNED, **{name: value}))  # type: ignore[arg-type]
