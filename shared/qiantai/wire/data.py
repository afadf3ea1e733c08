"""Contracts as JSON values and back, both made from their dataclass fields; what comes in goes through marshmallow."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

import marshmallow as ma

from qiantai.contracts.event import Event
from qiantai.wire.fields import field_of

E = TypeVar("E", bound=Event)


def _inside(contract: type, **options: Any) -> ma.fields.Field[Any]:  # noqa: ANN401 - marshmallow's own options
    return ma.fields.Nested(_nested(contract), unknown=ma.EXCLUDE, **options)


def _fields(contract: type) -> dict[str, ma.fields.Field[Any]]:
    hints = typing.get_type_hints(contract)
    made = {}
    for field in dataclasses.fields(contract):
        if field.default is dataclasses.MISSING:
            made[field.name] = field_of(hints[field.name], _inside, required=True)
        else:
            made[field.name] = field_of(hints[field.name], _inside, load_default=field.default)
    return made


@cache
def _nested(contract: Any) -> type[ma.Schema]:  # noqa: ANN401 - a dataclass
    schema: type[ma.Schema] = ma.Schema.from_dict(_fields(contract), name=contract.__name__)
    return schema


@cache
def schema_of(contract: Any) -> ma.Schema:  # noqa: ANN401 - a contract
    """Return the tolerant schema of a contract: unknown fields are left out when reading."""
    return _nested(contract)(unknown=ma.EXCLUDE)


@cache
def _tuples(contract: Any) -> dict[str, Any]:  # noqa: ANN401 - a contract
    hints = typing.get_type_hints(contract)
    found: dict[str, Any] = {}
    for field in dataclasses.fields(contract):
        hint = hints[field.name]
        if typing.get_origin(hint) is tuple:
            inner = typing.get_args(hint)[0]
            found[field.name] = inner if dataclasses.is_dataclass(inner) else None
    return found


def _any(contract: type) -> Any:  # noqa: ANN401 - the caches below take any class as their key
    return contract


def _kind(value: object) -> Any:  # noqa: ANN401 - the caches below take any class as their key
    return type(value)


Check = Callable[[object], bool]
Write = Callable[[Any], Any]


def _check(hint: object) -> Check:
    """Return a test whether a value is of a field's type, so that what is sent can be read again."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        inner = _check(next(argument for argument in arguments if argument is not types.NoneType))
        return lambda value: value is None or inner(value)
    if origin is tuple:
        each = _check(arguments[0])
        return lambda value: isinstance(value, tuple) and all(map(each, value))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return lambda value: type(value) is hint and not _misfits(value)
    if hint is datetime:
        return lambda value: isinstance(value, datetime) and value.tzinfo is not None
    return lambda value: type(value) is hint


def _write(hint: object) -> Write | None:
    """Return how a value that fits is written as JSON, None where it is JSON already."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        inner = _write(next(argument for argument in arguments if argument is not types.NoneType))
        return None if inner is None else lambda value: None if value is None else inner(value)
    if origin is tuple:
        each = _write(arguments[0])
        return list if each is None else lambda value: [each(one) for one in value]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return written
    return (lambda value: value.isoformat()) if hint in (datetime, date) else None


@cache
def _fields_of(contract: Any) -> tuple[tuple[str, Check, Write | None], ...]:  # noqa: ANN401 - a dataclass
    hints = typing.get_type_hints(contract)
    return tuple(
        (field.name, _check(hints[field.name]), _write(hints[field.name])) for field in dataclasses.fields(contract)
    )


def _misfits(value: object) -> list[str]:
    return [name for name, fits, _ in _fields_of(_kind(value)) if not fits(getattr(value, name))]


def written(value: object) -> dict[str, Any]:
    """Return the fields of a contract, or of what it is made of, as JSON values; whether they fit is not checked."""
    return {
        name: getattr(value, name) if write is None else write(getattr(value, name))
        for name, _, write in _fields_of(_kind(value))
    }


def dump(event: Event) -> dict[str, Any]:
    """Return the event's data as JSON values; strict: raises ValidationError when a field does not fit."""
    misfits = _misfits(event)
    if misfits:
        raise ma.ValidationError({name: [f"{getattr(event, name)!r} does not fit the contract."] for name in misfits})
    return written(event)


def load(contract: type[E], data: dict[str, Any]) -> E:
    """Return the event from JSON values, unknown fields ignored. Raises ValidationError."""
    values: dict[str, Any] = schema_of(_any(contract)).load(data)
    for name, inner in _tuples(_any(contract)).items():
        rows = values[name]
        if rows is not None:
            values[name] = tuple(inner(**row) for row in rows) if inner else tuple(rows)
    return contract(**values)
