"""Plain JSON values: read strictly, one reader for each form; times as HH:MM[:SS]."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from qiantai import codes
from qiantai.both import Both

from triage.domain.errors import Unreadable

Json = dict[str, Any]
T = TypeVar("T")
_CONTROL = re.compile(codes.CONTROL)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


def clock(at: int) -> str:
    """Return seconds since midnight as HH:MM, or HH:MM:SS when there are seconds."""
    hours, rest = divmod(at, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def seconds(text: object) -> int:
    """Return the seconds since midnight of HH:MM or HH:MM:SS. Raises Unreadable."""
    found = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise Unreadable(
            Both("not a time of day: {text}", "{text} 不是时间，请按 09:30 的格式填写").format(text=_said(text))
        )
    hours, minutes, secs = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + secs


def shown(text: object, most: int) -> str:
    """Return a text that somebody made up, so that it can be shown and sent, at most so long."""
    return _CONTROL.sub("?", str(text))[:most]


def _said(value: object) -> str:
    """Return a value as it came, that is as JSON."""
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode()


def read_text(value: object) -> str:
    """Read a text that is not empty. Raises Unreadable."""
    if not isinstance(value, str) or not value:
        raise Unreadable(Both("{value} is no text", "{value} 不是文字").format(value=_said(value)))
    return value


def read_flag(value: object) -> bool:
    """Read true or false. Raises Unreadable."""
    if not isinstance(value, bool):
        raise Unreadable(
            Both("{value} is neither true nor false", "{value} 不是 true 或 false").format(value=_said(value))
        )
    return value


def read_whole(value: object) -> int:
    """Read a whole number from 0. Raises Unreadable."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Unreadable(
            Both("{value} is no whole number from 0", "{value} 不是从 0 开始的整数").format(value=_said(value))
        )
    return value


def read_texts(value: object) -> list[str]:
    """Read a list of texts. Raises Unreadable."""
    return read_each(value, read_text)


def read_object(value: object) -> Mapping[str, Any]:
    """Read an object. Raises Unreadable."""
    if not isinstance(value, Mapping):
        raise Unreadable(Both("{value} is no object", "{value} 不是对象").format(value=_said(value)))
    return value


def read_each(value: object, read: Callable[[Any], T]) -> list[T]:
    """Read a list, each item read. Raises Unreadable."""
    if not isinstance(value, list | tuple):
        raise Unreadable(Both("{value} is no list", "{value} 不是列表").format(value=_said(value)))
    return [read(item) for item in value]


def read_by_name(value: object, read: Callable[[Any], T]) -> dict[str, T]:
    """Read an object, each value read. Raises Unreadable."""
    return {read_text(name): read(item) for name, item in read_object(value).items()}


def one_of(kind: Callable[[Any], T]) -> Callable[[Any], T]:
    """Return the reader of a closed list of words."""

    def read(value: object) -> T:
        try:
            return kind(value)
        except ValueError:
            raise Unreadable(Both("unknown word: {value}", "没有这个值：{value}").format(value=_said(value))) from None

    return read


def same(value: Any) -> Any:  # noqa: ANN401 - JSON
    """What is plain stays as it is."""
    return value


def read_optional_whole(value: object) -> int | None:
    """Read a whole number from 0, or null. Raises Unreadable."""
    return None if value is None else read_whole(value)
