"""Cursor paging: an opaque cursor says where the next page begins."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

import marshmallow as ma

from qiantai.both import Both
from qiantai.errors import Refusal

T = TypeVar("T")
DEFAULT_LIMIT = 50
_NO_CURSOR = Both("not a cursor", "不是翻页位置，请去掉。")
_OF_ANOTHER = Both("not a cursor of this list", "不是这个列表的翻页位置，请去掉。")


class BadCursor(Refusal):
    """The cursor is not one that was given out; start again without it."""

    zh = "翻页位置已失效，请从第一页重新开始。"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page; `next_cursor` is None on the last one."""

    items: Sequence[T]
    next_cursor: str | None = None


class PageQuery(ma.Schema):
    """Query of a paged list."""

    limit = ma.fields.Integer(load_default=DEFAULT_LIMIT, validate=ma.validate.Range(min=1, max=200))
    cursor = ma.fields.String(load_default=None, validate=ma.validate.Length(max=400))


@cache
def page_of(view: type[ma.Schema]) -> type[ma.Schema]:
    """Return the schema of a page of `view`."""
    return ma.Schema.from_dict(
        {
            "items": ma.fields.List(ma.fields.Nested(view), required=True),
            "next_cursor": ma.fields.String(required=True, allow_none=True),
        },
        name=f"{view.__name__}Page",
    )


def write_cursor(*keys: str | int) -> str:
    """Return an opaque cursor of sort keys."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *kinds: type) -> tuple[str | int, ...] | None:
    """Return the sort keys of a cursor, None without one. Raises BadCursor."""
    if cursor is None:
        return None
    try:
        keys = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise BadCursor(fields={"cursor": _NO_CURSOR}) from error
    if (
        not isinstance(keys, list)
        or len(keys) != len(kinds)
        or any(type(k) is not kind for k, kind in zip(keys, kinds, strict=True))
    ):
        raise BadCursor(fields={"cursor": _OF_ANOTHER})
    if not all(_storable(key) for key in keys):
        raise BadCursor(fields={"cursor": _NO_CURSOR})
    return tuple(keys)


def key_of(query: Mapping[str, Any]) -> str | None:
    """Return the text that the last page ended with, None on the first page. Raises BadCursor."""
    keys = read_cursor(query["cursor"], str)
    return None if keys is None else str(keys[0])


def id_of(query: Mapping[str, Any]) -> str | None:
    """Return the UUID that the last page ended with, None on the first page. Raises BadCursor."""
    key = key_of(query)
    return None if key is None else _of_this_list(lambda: str(UUID(key)))


def moment_of(query: Mapping[str, Any]) -> tuple[datetime, str] | None:
    """Return the instant and the UUID that the last page ended with, None on the first page. Raises BadCursor."""
    keys = read_cursor(query["cursor"], str, str)
    if keys is None:
        return None
    at, id_ = map(str, keys)
    return _of_this_list(lambda: (datetime.fromisoformat(at), str(UUID(id_))))


def _of_this_list(read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise BadCursor(fields={"cursor": _OF_ANOTHER}) from error


def _storable(key: str | int) -> bool:
    """Say whether the database takes a key: no NUL, no half character, no number beyond 64 bits."""
    if isinstance(key, int):
        return -(2**63) <= key < 2**63
    return "\x00" not in key and not any(0xD800 <= ord(sign) <= 0xDFFF for sign in key)  # noqa: PLR2004


def cut(rows: Sequence[T], limit: int, cursor_of: Callable[[T], str]) -> Page[T]:
    """Return a page of at most `limit` from one row more than that."""
    if len(rows) <= limit:
        return Page(rows)
    return Page(rows[:limit], cursor_of(rows[limit - 1]))
