"""Contracts as JSON values where they are kept for reading back: quick both ways, without the checks of the border."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from qiantai.contracts.event import Event
from qiantai.wire.data import written

E = TypeVar("E", bound=Event)
Read = Callable[[Any], Any]


def plain(event: Event) -> dict[str, Any]:
    """Return an event's data as JSON values."""
    return written(event)


def revive(contract: type[E], data: Mapping[str, Any]) -> E:
    """Return the event whose data `plain` gave; fields that the contract got since have their defaults."""
    readers = _readers(typing.cast("Any", contract))
    values = {name: read(data[name]) if read else data[name] for name, read in readers.items() if name in data}
    return contract(**values)


@cache
def _readers(contract: Any) -> dict[str, Read | None]:  # noqa: ANN401 - a dataclass
    hints = typing.get_type_hints(contract)
    return {field.name: _reader(hints[field.name]) for field in dataclasses.fields(contract)}


def _reader(hint: Any) -> Read | None:  # noqa: ANN401 - a type
    """Return how a value of a field is read, None where JSON has it as it is."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        inner = _reader(next(one for one in typing.get_args(hint) if one is not types.NoneType))
        return inner and (lambda value: None if value is None else inner(value))
    if typing.get_origin(hint) is tuple:
        each = _reader(typing.get_args(hint)[0])
        return (lambda value: tuple(map(each, value))) if each else tuple
    if hint in (datetime, date):
        read: Read = hint.fromisoformat
        return read
    if dataclasses.is_dataclass(hint):
        made: Any = hint
        readers = _readers(made)
        return lambda value: made(**{n: read(value[n]) if read else value[n] for n, read in readers.items()})
    return None
