"""JSON Schema (2020-12) of contracts, from their dataclass fields."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from datetime import date, datetime
from typing import Any

from qiantai.contracts.event import Event

Json = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: dict[object, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def schema_for(contract: type[Event]) -> Json:
    """Return the schema of an event's data; readers ignore fields that they do not know."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:qiantai:schema:{contract.TYPE}",
        "title": contract.TYPE,
        "description": inspect.getdoc(contract) or "",
        **_object(contract),
    }


def _object(kind: type) -> Json:
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    return {
        "type": "object",
        "properties": {field.name: _of(hints[field.name]) for field in fields},
        "required": sorted(field.name for field in fields if field.default is dataclasses.MISSING),
    }


def _of(hint: object) -> Json:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        inner = _of(next(argument for argument in arguments if argument is not types.NoneType))
        return {**inner, "type": [inner["type"], "null"]}
    if origin is tuple:
        return {"type": "array", "items": _of(arguments[0])}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _object(hint)
    return dict(_SCALARS[hint])
