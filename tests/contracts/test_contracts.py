"""Every event keeps what was agreed, is heard by somebody, and travels whole."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
import typing
from datetime import UTC, datetime
from typing import Any

import jsonschema
import marshmallow as ma
import pytest
from device_gateway.edge.cache import HEARD
from embedded.services import all_services
from hypothesis import given
from hypothesis import strategies as st
from qiantai import codes
from qiantai.contracts import event_types
from qiantai.contracts.event import Event, publisher_of
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.messaging.asyncapi import document
from qiantai.messaging.tellers import sources_of
from qiantai.services import API_PREFIXES
from qiantai.wire import data as wire_data
from qiantai.wire.envelope import Envelope, Undecodable, decode, disclose, enclose, encode, routing_key
from qiantai.wire.jsonschema import schema_for
from qiantai.wire.plain import plain, revive
from qiantai.wire.snapshots import breaks, faults

TYPES = sorted(event_types().items())
SERVICES = all_services()
NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)

_STRATEGIES = {
    datetime: st.datetimes(timezones=st.just(UTC)),
    str: st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    int: st.integers(-(2**31), 2**31 - 1),
}
for kind, strategy in _STRATEGIES.items():
    st.register_type_strategy(kind, strategy)


def events_of(contract: type[Event]) -> st.SearchStrategy[Event]:
    hints = typing.get_type_hints(contract)
    fields = {field.name: st.from_type(hints[field.name]) for field in dataclasses.fields(contract)}
    return st.builds(contract, **{**fields, "branch": st.from_regex(codes.BRANCH, fullmatch=True)})


def test_the_stored_snapshots_are_the_contracts() -> None:
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda s: s["properties"].pop("reason"), "reason: was removed"),
        (lambda s: s["properties"].update(reason={"type": "integer"}), "reason: was string, is integer"),
        (lambda s: s.update(required=[*s["required"], "more"]), "more: is required"),
        (lambda s: s["required"].remove("reason"), "reason: is optional now"),
    ],
)
def test_a_breaking_change_is_told(change: Any, told: str) -> None:
    stored = schema_for(event_types()["customer.card.revoked.v1"])
    present = copy.deepcopy(stored)
    change(present)
    assert any(told in text for text in breaks(stored, present))


def test_a_new_optional_field_breaks_nobody() -> None:
    stored = schema_for(event_types()["customer.card.revoked.v1"])
    present = copy.deepcopy(stored)
    present["properties"]["more"] = {"type": ["string", "null"]}
    assert list(breaks(stored, present)) == []


@pytest.mark.parametrize("type_", [type_ for type_, _ in TYPES if type_ != RebuildRequested.TYPE])
def test_every_event_is_told_by_a_service_and_heard_by_one(type_: str) -> None:
    heard = {name for service in SERVICES for name in service.subscriptions.types()}
    heard |= {kind.TYPE for kind in HEARD}
    assert publisher_of(type_) in API_PREFIXES
    assert type_ in heard


def test_every_rebuild_has_somebody_who_tells() -> None:
    snapshots = {service.name: {kind.TYPE for kind in service.snapshots} for service in SERVICES}
    for service in SERVICES:
        for projection in service.rebuilds.values():
            wanted = {kind.TYPE for kind in projection.types}
            assert wanted <= snapshots[projection.publisher], f"{service.name} rebuild {projection.name}"
            assert projection.copy.metadata is service.metadata
            assert {*projection.versions} <= {*projection.copy.columns.keys()}


@pytest.mark.parametrize("contract", [contract for _, contract in TYPES], ids=[type_ for type_, _ in TYPES])
def test_what_is_sent_is_what_is_read(contract: type[Event]) -> None:
    schema = schema_for(contract)

    @given(event=events_of(contract))
    def travels(event: Event) -> None:
        envelope = enclose(event, id_="m1", version=3, time=NOW, causation=None, traceparent=None)
        jsonschema.validate(envelope.data, schema)
        read = decode(encode(envelope))
        assert read == envelope
        assert disclose(read) == event
        assert revive(contract, json.loads(json.dumps(plain(event)))) == event

    travels()


def test_readers_ignore_what_they_do_not_know() -> None:
    contract = event_types()["customer.card.revoked.v1"]
    data = {"branch": "chain", "card": "1", "number": "D1", "customer": "c", "reason": "lost", "colour": "red"}
    assert wire_data.load(contract, data).number == "D1"  # type: ignore[attr-defined]


def test_senders_refuse_what_does_not_fit() -> None:
    contract: Any = event_types()["customer.card.revoked.v1"]
    with pytest.raises(ma.ValidationError, match="number"):
        wire_data.dump(contract(branch="chain", card="1", number=7, customer="c", reason="lost"))


def test_the_asyncapi_document_names_every_event() -> None:
    made = document({service.name: list(service.subscriptions.types()) for service in SERVICES})
    assert set(made["channels"]) == {type_ for type_, _ in TYPES}
    assert json.loads(json.dumps(made)) == made
    exchanges = {type_: channel["bindings"]["amqp"]["exchange"]["name"] for type_, channel in made["channels"].items()}
    assert exchanges.pop(RebuildRequested.TYPE) == "qiantai.from.{service}", "each asks by its own"
    for type_, exchange in exchanges.items():
        assert exchange in sources_of(routing_key(type_, "sh-01")), type_


@given(st.binary(max_size=300))
def test_garbage_is_undecodable_and_nothing_else(body: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(body)


@given(st.data())
def test_a_damaged_message_is_read_or_undecodable(data: st.DataObject) -> None:
    envelope = Envelope(
        id="m1",
        type="customer.card.revoked.v1",
        subject="1",
        time=NOW,
        branch="chain",
        version=1,
        data={"branch": "chain", "card": "1", "number": "D1", "customer": "c", "reason": "lost"},
    )
    body = bytearray(encode(envelope))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Undecodable):
        disclose(decode(bytes(body)))
