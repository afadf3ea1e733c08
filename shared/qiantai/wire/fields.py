"""Types of dataclass fields as marshmallow fields: one mapping for events and for what is shown over HTTP."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from typing import Any

import marshmallow as ma
from typing_extensions import override

from qiantai import ids

AnyField = ma.fields.Field[Any]


class Instant(ma.fields.AwareDateTime):
    """RFC 3339 time with offset; a naive time is refused."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - marshmallow's own signature
        super().__init__(format="iso", **kwargs)

    @override
    def _serialize(self, value: datetime | None, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        if value is not None and value.tzinfo is None:
            raise ma.ValidationError(f"{attr}: a time needs an offset")
        return None if value is None else value.isoformat()


class Id(ma.fields.UUID):
    """An id as text in the canonical form."""

    @override
    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return str(super()._deserialize(value, attr, data, **kwargs))

    @override
    def _serialize(self, value: object, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        return None if value is None else str(value)


class Choice(ma.fields.String):
    """One of a few words."""

    def __init__(self, *choices: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(validate=ma.validate.OneOf(choices), **kwargs)


_SCALARS: Mapping[object, Callable[..., AnyField]] = {
    str: ma.fields.String,
    int: lambda **options: ma.fields.Integer(strict=True, **options),
    float: ma.fields.Float,
    bool: ma.fields.Boolean,
    datetime: Instant,
    date: ma.fields.Date,
    ids.Id: Id,
    Any: ma.fields.Raw,
    object: ma.fields.Raw,
}


def field_of(hint: Any, nested: Callable[..., AnyField], **options: Any) -> AnyField:  # noqa: ANN401 - any type
    """Return the field for a type; `nested(dataclass, **options)` makes those of dataclasses."""
    if hint in _SCALARS:
        return _SCALARS[hint](**options)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (argument for argument in arguments if argument is not types.NoneType)
        return field_of(inner, nested, allow_none=True, **options)
    if origin in (tuple, list, Sequence):
        return ma.fields.List(field_of(arguments[0], nested), **options)
    if origin is Mapping:
        values = None if arguments[1] in (Any, object) else field_of(arguments[1], nested)
        return ma.fields.Dict(keys=values and ma.fields.String(), values=values, **options)
    if origin is typing.Literal or isinstance(hint, enum.EnumType):
        return Choice(*(arguments or hint), **options)
    if not is_dataclass(hint):
        raise TypeError(f"{hint} has no field")
    return nested(hint, **options)
