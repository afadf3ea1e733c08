"""Money, phones, logs, envelopes, migrations, private servers."""

from __future__ import annotations

import dataclasses
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import marshmallow as ma
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiantai import phones
from qiantai.clock import now
from qiantai.contracts.triage import PassedOver, VisitAssigned
from qiantai.ids import new_id
from qiantai.money import Money
from qiantai.servers.postgres import PrivatePostgres
from qiantai.storage.database import ensure_database, ensure_role, role_of, url_with
from qiantai.storage.migrations import differences, upgrade, write_revision
from qiantai.testing import example
from qiantai.testing.databases import Databases
from qiantai.wire import data as wire_data
from qiantai.wire.envelope import MAX_BODY, Undecodable, decode, disclose, enclose, encode

fen = st.integers(-(10**12), 10**12)


@given(st.lists(fen, max_size=6), st.integers(0, 9))
def test_money_is_conserved(parts: list[int], times: int) -> None:
    total = Money(0)
    for part in parts:
        total = total + Money(part)
    assert total == Money(sum(parts))
    assert total - total == Money(0)
    assert total * times == Money(sum(parts) * times)
    assert Money(0) - total == -total


@pytest.mark.parametrize(
    ("minor", "text"), [(12800, "128.00 CNY"), (5, "0.05 CNY"), (-5, "-0.05 CNY"), (0, "0.00 CNY")]
)
def test_money_is_written_exactly(minor: int, text: str) -> None:
    assert str(Money(minor)) == text


@given(st.text(max_size=30))
def test_any_text_is_a_phone_or_impossible(text: str) -> None:
    try:
        number = phones.to_e164(text)
    except phones.ImpossiblePhone:
        return
    assert number[0] == "+"
    assert number[1:].isdigit()


# -- envelopes

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


# -- servers and migrations


def test_a_written_migration_makes_exactly_the_tables(databases: Databases, tmp_path: Path) -> None:
    service = dataclasses.replace(example.teller(), migrations=tmp_path / "migrations")
    url = ensure_database(databases.admin_url, f"r_{new_id().replace('-', '')}")
    ensure_role(url, service.name, "only-for-tests")
    url = url_with(url, user=role_of(service.name), password="only-for-tests")
    path = write_revision(service, url, "the tables of the example")
    assert path is not None
    assert path.name == "0001_the_tables_of_the_example.py"
    assert upgrade(service, url) == "0001"
    assert differences(service, url) == []
    assert write_revision(service, url, "nothing") is None
    databases.drop(url)


def test_a_private_postgresql_keeps_its_data_over_a_power_cut() -> None:
    with TemporaryDirectory(prefix="qiantai-small-postgres-") as folder:
        server = PrivatePostgres(Path(folder)).start()
        try:
            with psycopg.connect(server.admin_url) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 7 AS it")
            port = server.port
            server.stop(kill=True)
            server.start()
            assert server.port == port
            with psycopg.connect(server.admin_url) as connection:
                assert connection.execute("SELECT it FROM kept").fetchone() == (7,)
        finally:
            server.stop()
