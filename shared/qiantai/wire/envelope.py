"""The envelope: CloudEvents 1.0 attributes around the data of one event, as JSON bytes."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import marshmallow as ma

from qiantai import codes
from qiantai.contracts.event import CHAIN, Event, event_types, publisher_of
from qiantai.wire import data as wire_data
from qiantai.wire.fields import Instant

MAX_BODY = 256 * 1024
MAX_VERSION = 10_000_000
"""No aggregate changes so often: what claims more is no fact."""
_COUNTED_BY_THE_CLOCK = "device-gateway.device."
"""A device's versions begin at the clock's seconds, so that they grow where the edge's disk was lost."""
_COUNTED_BY_THE_DAY = ("triage.consultant.", "triage.alert.")
"""What follows from a ledger entry has its place: days since the beginning of 2020, a hundred thousand entries each."""
_DAY, _FIRST_DAY, _A_DAY = 86_400, 18_262, 100_000


class Undecodable(ValueError):
    """The bytes are no envelope that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message: who tells what about which aggregate, and why."""

    id: str
    type: str
    subject: str
    time: datetime
    branch: str
    version: int
    """Version of the aggregate after this fact; older than known is ignored."""
    data: dict[str, Any]
    traceparent: str | None = None
    causation: str | None = None
    """Id of the message or request that led here."""

    @property
    def routing_key(self) -> str:
        """`<type without version>.<branch>`, so that a branch can bind to its own keys."""
        return routing_key(self.type, self.branch)


def routing_key(type_: str, branch: str) -> str:
    """Return the topic key of a type in a branch."""
    return f"{type_.rsplit('.', 1)[0]}.{branch}"


class _EnvelopeSchema(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    specversion = ma.fields.String(required=True, validate=ma.validate.Equal("1.0"))
    id = ma.fields.String(required=True, validate=ma.validate.Length(1, 100))
    source = ma.fields.String(required=True)
    type = ma.fields.String(required=True, validate=ma.validate.Length(1, 120))
    subject = ma.fields.String(required=True)
    time = Instant(required=True)
    branch = ma.fields.String(required=True, validate=ma.validate.Regexp(rf"{codes.BRANCH}\Z"))
    aggregateversion = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(0, 2**31 - 1))
    data = ma.fields.Dict(required=True)
    traceparent = ma.fields.String(allow_none=True, load_default=None)
    causationid = ma.fields.String(allow_none=True, load_default=None)


_schema = _EnvelopeSchema()


def encode(envelope: Envelope) -> bytes:
    """Return the envelope as bytes of JSON (structured CloudEvents mode)."""
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": envelope.id,
        "source": f"urn:qiantai:{publisher_of(envelope.type)}",
        "type": envelope.type,
        "subject": envelope.subject,
        "time": envelope.time.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"urn:qiantai:schema:{envelope.type}",
        "branch": envelope.branch,
        "aggregateversion": envelope.version,
    }
    if envelope.traceparent:
        attributes["traceparent"] = envelope.traceparent
    if envelope.causation:
        attributes["causationid"] = envelope.causation
    attributes["data"] = envelope.data
    return json.dumps(attributes, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=200)  # on the embedded bus several services take the same message
def decode(body: bytes) -> Envelope:
    """Return the envelope that the bytes hold. Raises Undecodable with the reason."""
    if len(body) > MAX_BODY:
        raise Undecodable(f"{len(body)} bytes, more than {MAX_BODY}")
    try:
        found = json.loads(body)
        if b"\\u" in body:  # only an escape can bring them in
            _must_be_storable(found)
        values = _schema.load(found)
    except (ValueError, RecursionError, ma.ValidationError) as error:
        raise Undecodable(str(error)[:500]) from error
    _must_be_plausible(values["type"], values["aggregateversion"])
    return Envelope(
        id=values["id"],
        type=values["type"],
        subject=values["subject"],
        time=values["time"],
        branch=values["branch"],
        version=values["aggregateversion"],
        data=values["data"],
        traceparent=values["traceparent"],
        causation=values["causationid"],
    )


def _must_be_plausible(type_: str, version: int) -> None:
    """Refuse a version that would only silence what follows it."""
    most: float = MAX_VERSION
    if type_.startswith(_COUNTED_BY_THE_CLOCK):
        most = time.time() + _DAY
    elif type_.startswith(_COUNTED_BY_THE_DAY):
        most = (time.time() // _DAY - _FIRST_DAY + 3) * _A_DAY
    if version > most:
        raise Undecodable(f"version {version} of {type_}: nothing changes so often")


def _must_be_storable(value: object) -> None:
    """Refuse NUL and half characters: no database and no header takes them."""
    if isinstance(value, str):
        if "\x00" in value:
            raise Undecodable("text with a NUL character")
        value.encode()
    elif isinstance(value, dict):
        for name, inner in value.items():
            _must_be_storable(name)
            _must_be_storable(inner)
    elif isinstance(value, list):
        for inner in value:
            _must_be_storable(inner)


def enclose(
    event: Event, *, id_: str, version: int, time: datetime, causation: str | None, traceparent: str | None
) -> Envelope:
    """Put an event into its envelope; strict."""
    return Envelope(
        id=id_,
        type=event.TYPE,
        subject=event.subject,
        time=time,
        branch=event.branch or CHAIN,
        version=version,
        data=wire_data.dump(event),
        traceparent=traceparent,
        causation=causation,
    )


def disclose(envelope: Envelope) -> Event | None:
    """Return the event in an envelope, None for a type that is not known here. Raises Undecodable."""
    contract = event_types().get(envelope.type)
    if contract is None:
        return None
    try:
        return wire_data.load(contract, envelope.data)
    except ma.ValidationError as error:
        raise Undecodable(f"{envelope.type}: {error.messages}"[:500]) from error
