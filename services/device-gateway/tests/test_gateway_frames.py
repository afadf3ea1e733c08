"""Bytes to codes: whatever a scanner sends (G1, G2, G5)."""

from __future__ import annotations

import re
import string
from itertools import pairwise

import pytest
from device_gateway.domain.cleaning import LONGEST, SHORTEST
from device_gateway.domain.codes import (
    Debounce,
    KnownAppointment,
    KnownCard,
    Recognised,
    Unrecognised,
    classify,
)
from device_gateway.domain.frames import Code, FrameFormat, FrameParser, Framing, Garbage
from hypothesis import given
from hypothesis import strategies as st

codes = st.text(string.ascii_letters + string.digits + "-._", min_size=SHORTEST, max_size=LONGEST)
framings = st.sampled_from(list(Framing))
ENDS = {Framing.CR: b"\r", Framing.LF: b"\n", Framing.CRLF: b"\r\n", Framing.STX_ETX: b"\x03"}


def framed(code: str, framing: Framing) -> bytes:
    return (b"\x02" if framing is Framing.STX_ETX else b"") + code.encode() + ENDS.get(framing, b"")


def parsed(how: FrameFormat, *chunks: bytes) -> list[Code | Garbage]:
    parser = FrameParser(how)
    found = [item for chunk in chunks for item in parser.feed(chunk)]
    return [*found, *parser.idle()]


@given(framings, st.binary(max_size=2000), st.lists(st.integers(0, 2000), max_size=6))
def test_any_bytes_in_any_chunks_give_the_same_and_only_codes(framing: Framing, data: bytes, cuts: list[int]) -> None:
    how = FrameFormat(framing=framing)
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    chunks = [data[a:b] for a, b in pairwise(places)]
    found = parsed(how, *chunks)
    assert found == parsed(how, data)
    for item in found:
        if isinstance(item, Code):
            assert SHORTEST <= len(item.text) <= LONGEST
            assert item.text.isascii()
            assert item.text.isprintable()
    assert sum(item.size for item in found if isinstance(item, Garbage)) <= len(data)


@given(st.sampled_from([Framing.CR, Framing.LF, Framing.CRLF, Framing.STX_ETX]), st.lists(codes, max_size=8))
def test_what_was_sent_is_read(framing: Framing, sent: list[str]) -> None:
    found = parsed(FrameFormat(framing=framing), b"".join(framed(code, framing) for code in sent))
    assert found == [Code(code) for code in sent]


@given(st.sampled_from([Framing.CR, Framing.LF, Framing.CRLF, Framing.STX_ETX]), st.binary(max_size=500), codes)
def test_the_code_after_any_garbage_is_read(framing: Framing, noise: bytes, code: str) -> None:
    found = parsed(FrameFormat(framing=framing), noise + ENDS[framing] + framed(code, framing))
    assert found[-1] == Code(code)


@given(st.binary(min_size=1, max_size=300), st.integers(5000, 20000))
def test_a_flood_without_an_end_is_not_held(some: bytes, size: int) -> None:
    flood = (some * size)[:size].replace(b"\r", b"x")
    parser = FrameParser(FrameFormat())
    assert parser.feed(flood) == []
    assert len(parser._held) < 1000
    assert parser.idle() == [Garbage(len(flood))]


@pytest.mark.parametrize(
    ("how", "data", "expected"),
    [
        (FrameFormat(), b"]C1D000123\r\n", [Code("D000123")]),
        (FrameFormat(), b"  D000123 \r", [Code("D000123")]),
        (FrameFormat(), b"ABC\r", [Code("ABC")]),
        (FrameFormat(), b"A" * 65 + b"\r", [Code("A" * 53 + "...fcf7ae6e")]),
        (FrameFormat(), b"\x1dD000123\r", [Code("D000123")]),
        (FrameFormat(), b"]C1\x1dD000123\x1d\r", [Code("D000123")]),
        (FrameFormat(), b"D000\x1d123\r", [Garbage(9)]),
        (FrameFormat(prefix=b"<", suffix=b">"), b"<" + b"A" * 3000 + b"\r", [Garbage(3002)]),
        (FrameFormat(), b"D0\x000123\r", [Garbage(8)]),
        (FrameFormat(), "卡号1234\r".encode(), [Garbage(11)]),
        (FrameFormat(encoding="utf-8"), "卡号1234\r".encode(), [Garbage(11)]),
        (FrameFormat(), b"\r\r\n\r", []),
        (FrameFormat(prefix=b"<", suffix=b">"), b"<D000123>\r", [Code("D000123")]),
        (FrameFormat(prefix=b"<", suffix=b">"), b"000123>\r", [Garbage(8)]),
        (
            FrameFormat(framing=Framing.STX_ETX),
            b"xx\x02D000123\x03\r\n\x02D00\x02D000124\x03",
            [Garbage(2), Code("D000123"), Garbage(4), Code("D000124")],
        ),
        (FrameFormat(framing=Framing.IDLE), b"D000123", [Code("D000123")]),
        (FrameFormat(), b"D0001", [Garbage(5)]),
    ],
)
def test_cleaning(how: FrameFormat, data: bytes, expected: list[Code | Garbage]) -> None:
    assert parsed(how, data) == expected


def test_what_a_code_opens() -> None:
    card = KnownCard(customer="c1", kind="member", state="in_use")
    lost = KnownCard(customer="c1", kind="member", state="lost")
    booked = KnownAppointment(appointment="a1", customer="c2", state="booked")
    cancelled = KnownAppointment(appointment="a1", customer="c2", state="cancelled")
    slip = Recognised(kind="appointment", customer="c2", appointment="a1")
    assert classify(card, None) == classify(card, booked) == Recognised(kind="member", customer="c1")
    assert classify(None, booked) == classify(lost, booked) == slip
    assert classify(lost, None) == Unrecognised(reason="card_lost")
    assert classify(None, cancelled) == Unrecognised(reason="appointment_cancelled")
    assert classify(None, None) == Unrecognised(reason="unknown_code")


def test_the_same_code_within_two_seconds_is_one_read() -> None:
    debounce = Debounce(2.0)
    assert debounce.is_new("d1", "D000123", 10.0)
    assert debounce.is_new("d1", "D000123", 10.1)  # the first was not kept
    debounce.remember("d1", "D000123", 10.1)
    debounce.remember("d1", "D000124", 11.0)
    assert not debounce.is_new("d1", "D000123", 12.0)
    assert debounce.is_new("d2", "D000123", 12.0)
    assert debounce.is_new("d1", "D000123", 12.1)
    assert not debounce.is_new("d1", "D000124", 12.2)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.floats(0, 3)), max_size=40))
def test_reads_of_one_code_are_never_closer_than_the_policy(reads: list[tuple[str, str, float]]) -> None:
    debounce, at = Debounce(2.0), 0.0
    taken: dict[tuple[str, str], float] = {}
    for device, code, later in reads:
        at += later
        new = debounce.is_new(device, code, at)
        assert new == (at - taken.get((device, code), -9.0) >= 2.0)
        if new:
            debounce.remember(device, code, at)
            taken[device, code] = at


@given(
    st.text(string.ascii_letters + string.digits + "/:?&=-._", min_size=LONGEST + 1, max_size=3000), st.integers(1, 500)
)
def test_a_printable_read_of_any_length_is_a_read_and_never_a_fault(text: str, cut: int) -> None:
    """A visitor's long QR code is shown as an unrecognised read; two of one beginning are two."""
    for framing in (Framing.CR, Framing.LF, Framing.CRLF):
        data = framed(text, framing)
        [read] = parsed(FrameFormat(framing=framing), data[:cut], data[cut:])
        [other] = parsed(FrameFormat(framing=framing), framed(text + "1", framing))
        assert isinstance(read, Code)
        assert read != other
        assert len(read.text) == LONGEST
        assert read.text.startswith(text[:50])
        assert not re.fullmatch("[A-Za-z0-9-]{4,40}", read.text), "no card has this number"


def test_letters_of_a_read_have_no_case() -> None:
    debounce = Debounce(2.0)
    debounce.remember("d1", "D000123", 10.0)
    assert not debounce.is_new("d1", "d000123", 11.0)
