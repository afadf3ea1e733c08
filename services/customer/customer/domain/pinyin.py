"""How a name is typed in Latin letters: the beginning of its pinyin, or of its initials (C2)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import product

from qiantai import spelling

_SIGNS = 8
"""Of a longer name the first ones are enough."""
_SHORTEST = 2
_LETTERS = re.compile("[a-z]{2,60}")
_BETWEEN = str.maketrans("", "", "'’")
MARK = ":"
"""Stands before what is typed: no name has it once it is folded."""


def typed(name: str) -> list[str]:
    """Return what may be typed for a name, from two letters on; nothing for one that is in Latin letters itself.

    A surname with several readings (单 dan, shan, chan; 曾 zeng, ceng) has each, a given name the usual ones; ü is
    v or u.
    """
    signs = spelling.folded(name)[:_SIGNS]
    if signs.isascii():
        return []
    ways = product(_readings(signs[0]), *(_readings(sign, most=1) for sign in signs[1:]))
    words = {word for way in ways for word in ("".join(way), "".join(one[:1] for one in way))}
    return sorted({MARK + word[:end] for word in words for end in range(_SHORTEST, len(word) + 1)})


def typed_query(text: str) -> str | None:
    """Return what a name that is meant by a text must have; None where the text is no pinyin."""
    letters = spelling.folded(text).translate(_BETWEEN)
    return MARK + letters if _LETTERS.fullmatch(letters) else None


@lru_cache(maxsize=8192)
def _readings(sign: str, most: int | None = None) -> tuple[str, ...]:
    if sign.isascii():
        return (sign,)
    known = _pinyin()(sign)[:most]
    return tuple(dict.fromkeys(way for one in known for way in (one, one.replace("v", "u")))) or ("",)


@cache
def _pinyin() -> Callable[[str], list[str]]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # names are read character by character
    from pypinyin import Style, pinyin  # noqa: PLC0415 - reads the line above

    def readings(sign: str) -> list[str]:
        found = pinyin(sign, style=Style.NORMAL, heteronym=True, errors="ignore")
        return found[0] if found else []

    return readings
