"""The AsyncAPI 3.0 document of the events, made from the contracts."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from qiantai import codes
from qiantai.contracts import event_types
from qiantai.contracts.event import publisher_of
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.messaging.tellers import EDGE_TYPES, EDGES, exchange_of
from qiantai.wire.jsonschema import schema_for

Json = dict[str, Any]

_TEXT = {"type": "string"}
ENVELOPE: Json = {
    "type": "object",
    "description": "CloudEvents 1.0 in structured mode, content type application/cloudevents+json",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {**_TEXT, "description": "the same for every delivery of one message"},
        "source": _TEXT,
        "type": _TEXT,
        "subject": {**_TEXT, "description": "id of the aggregate; order holds per subject"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": _TEXT,
        "branch": {**_TEXT, "pattern": f"^{codes.BRANCH}$", "description": "branch code, or chain"},
        "aggregateversion": {"type": "integer", "description": "older than known is ignored"},
        "traceparent": _TEXT,
        "causationid": _TEXT,
    },
    "required": ["specversion", "id", "source", "type", "subject", "time", "branch", "aggregateversion", "data"],
}


def document(listeners: Mapping[str, Iterable[str]] | None = None) -> Json:
    """Return the document; `listeners` are the types that each service listens to."""
    types = event_types()
    messages = {type_: _message(type_, schema_for(contract), contract) for type_, contract in sorted(types.items())}
    channels = {
        type_: {
            "address": f"{type_.rsplit('.', 1)[0]}.{{branch}}",
            "parameters": {"branch": {"description": "branch code, or chain for facts that hold everywhere"}},
            "messages": {type_: {"$ref": f"#/components/messages/{type_}"}},
            "bindings": {"amqp": {"is": "routingKey", "exchange": _exchange(type_)}},
        }
        for type_ in messages
    }
    operations = {f"{publisher_of(type_)} sends {type_}": _operation("send", type_) for type_ in messages}
    for service, heard in (listeners or {}).items():
        operations.update({f"{service} receives {t}": _operation("receive", t) for t in sorted(heard)})
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Qiantai events", "version": "1", "description": "What the services tell each other."},
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _exchange(type_: str) -> Json:
    publisher = publisher_of(type_) if type_ != RebuildRequested.TYPE else "{service}"  # each asks by its own
    where = EDGES if type_ in EDGE_TYPES else exchange_of(publisher)
    return {"name": where, "type": "topic", "durable": True}


def _message(type_: str, data: Json, contract: type) -> Json:
    payload = {**ENVELOPE, "properties": {**ENVELOPE["properties"], "type": {"const": type_}, "data": data}}
    return {"name": type_, "summary": (inspect.getdoc(contract) or "").split("\n", 1)[0], "payload": payload}


def _operation(action: str, type_: str) -> Json:
    return {"action": action, "channel": {"$ref": f"#/channels/{type_}"}}
