"""How texts are spelt: the same name, code or search is the same characters, however it was typed or pasted (C2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What Unicode lets everybody ignore: zero widths, directions, fillers, variants."""
_JOINS = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""Invisible signs that free text needs: they join and choose emoji and letters."""
_DOTS = re.compile("[\u0387\u16eb\u2022\u2027\u2219\u22c5\u2e31\u2e33\u30fb\uff65\U00010101]")
"""Signs that people type for the dot between the parts of a name 间隔号."""
DOT = "\u00b7"
_BETWEEN = re.compile(rf"[\s{DOT}]+")


def normal(text: str) -> str:
    """Return a name, a code or a search as it is kept and compared.

    NFKC, nothing invisible, each dot between names as U+00B7, one space for any white space, none at the ends.
    """
    return _until_still(text, _normal)


def tidy(text: str) -> str:
    """Return free text as it is kept: composed, without directions and zero widths, trimmed; signs stay as typed."""
    return _until_still(text, _tidy)


def folded(text: str) -> str:
    """Return what two spellings of one name or code have in common: letters without case, no spaces and no dots."""
    return _until_still(text, _folded)


def has_control(text: str) -> bool:
    """Say whether a text holds what nobody can see or PostgreSQL cannot keep; tab and newline are fine."""
    return _CONTROL.search(text) is not None


def _until_still(text: str, step: Callable[[str], str]) -> str:
    """Repeat a step until nothing changes, so that what is normal stays so; a few letters need it twice."""
    while (after := step(text)) != text:
        text = after
    return text


def _normal(text: str) -> str:
    visible = "".join(sign for sign in _INVISIBLE.sub("", text) if unicodedata.category(sign) != "Cf")
    return " ".join(_DOTS.sub(DOT, unicodedata.normalize("NFKC", visible)).split())


def _tidy(text: str) -> str:
    kept = (sign for sign in text if sign in _JOINS or unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _folded(text: str) -> str:
    return _BETWEEN.sub("", _normal(text).casefold())
