"""What is shown over HTTP: marshmallow schemas made from the dataclasses that the use cases return."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

import marshmallow as ma
from typing_extensions import override

from qiantai.wire.fields import AnyField, field_of


class View(ma.Schema):
    """Shows a record, or a dict that stands for one."""

    @override
    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Return a field's value; one that is missing is a fault of ours and not left out."""
        return obj[attr] if isinstance(obj, dict) else getattr(obj, attr)


class Shown:
    """A record and what stands beside it in its view."""

    __slots__ = ("_more", "_record")

    def __init__(self, record: object, **more: object) -> None:
        self._record = record
        self._more = more

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - fields of a record
        more = self._more
        return more[name] if name in more else getattr(self._record, name)


def record_of(shown: Any) -> Any:  # noqa: ANN401 - any record
    """Return the record without what stands beside it."""
    return shown._record if isinstance(shown, Shown) else shown  # noqa: SLF001 - of this module


def view_of(
    record: Any,  # noqa: ANN401 - a dataclass
    *,
    also: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    more: Mapping[str, Any] | None = None,
    about: str | None = None,
    name: str | None = None,
) -> type[View]:
    """Return the view of a dataclass: its fields, nested dataclasses as views of their own.

    `also` are properties, `without` fields that stay inside; `more` are types or fields of what stands beside
    the record (`Shown`) or in the place of a field. `about` is for clients where the dataclass's own docstring
    is not. Raises ValueError for a field of `without` that there is not.
    """
    if not (also or without or more or about or name):
        return _plain(record)
    return _made(record, also, without, more or {}, about, name)


def nested(view: type[ma.Schema], **options: Any) -> AnyField:  # noqa: ANN401 - marshmallow's own options
    """Return a field that holds one such view."""
    return ma.fields.Nested(view, required=True, **options)


def many(view: type[ma.Schema]) -> AnyField:
    """Return a field that holds many such views."""
    return ma.fields.List(ma.fields.Nested(view), required=True)


@cache
def list_of(view: type[ma.Schema]) -> type[View]:
    """Return the view of a whole list, whose length the rules bound; longer ones come in pages (`page_of`)."""
    return _schema(f"{view.__name__}List", None, {"items": many(view)})


@cache
def _plain(record: Any) -> type[View]:  # noqa: ANN401 - a dataclass
    return _made(record, (), (), {}, None, None)


def _made(
    record: Any,  # noqa: ANN401 - a dataclass
    also: tuple[str, ...],
    without: tuple[str, ...],
    more: Mapping[str, Any],
    about: str | None,
    name: str | None,
) -> type[View]:
    hints = typing.get_type_hints(record, include_extras=True)
    names = [field.name for field in dataclasses.fields(record)]
    if unknown := {*without} - {*names}:
        raise ValueError(f"{record.__name__} has no {', '.join(sorted(unknown))}")
    shown: dict[str, Any] = {one: hints[one] for one in names if one not in without and one not in more}
    fields = {one: _field(hint) for one, hint in shown.items()}
    fields |= {one: _of_property(getattr(record, one)) for one in also}
    fields |= {one: hint if isinstance(hint, ma.fields.Field) else _field(hint) for one, hint in more.items()}
    return _schema(name or f"{record.__name__}View", about or inspect.getdoc(record), fields)


def _field(hint: Any, **options: Any) -> AnyField:  # noqa: ANN401 - any type
    return field_of(hint, _inside, required=True, **options)


def _inside(record: type, **options: Any) -> AnyField:  # noqa: ANN401 - marshmallow's own options
    return ma.fields.Nested(_plain(record), **options)


def _of_property(prop: Any) -> AnyField:  # noqa: ANN401 - a property
    hint = typing.get_type_hints(prop.fget, include_extras=True)["return"]
    return _field(hint, metadata={"description": inspect.getdoc(prop)})


def _schema(name: str, about: str | None, fields: Mapping[str, AnyField]) -> type[View]:
    return type(name, (View,), {**fields, "__doc__": about})
