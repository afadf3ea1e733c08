"""What a scanner puts around a code, and what is left without it (G1, G2)."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, replace

SHORTEST, LONGEST = 1, 64
"""Characters of a code; of a longer read its beginning is kept with a sum of all of it, so that no two are one."""
_ENDS_OF_SYMBOLS = " \x1d"
"""What scanners put around a code: spaces, and GS where a symbology has it (GS1)."""
_SUM = "...{:08x}"
_AIM = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
_PRINTABLE = re.compile(r"[\x20-\x7e]*\Z")

NO_PREFIX, NO_SUFFIX, NO_END, NO_TEXT, EMPTY = "no_prefix", "no_suffix", "no_end", "no_text", "empty"
"""Why bytes cannot be a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A read without what was put around it: a code, or why it cannot be one; `around` are spaces and separators."""

    code: str | None = None
    fault: str = ""
    prefix: str = ""
    aim: str = ""
    around: str = ""
    suffix: str = ""


def cleaned(frame: bytes, *, prefix: bytes = b"", suffix: bytes = b"", encoding: str = "ascii") -> Cleaned:
    """Return what is left of one read; `prefix` and `suffix` must be there when set, so that half a read is none."""
    frame = frame.strip(b"\r\n")
    if not frame.startswith(prefix):
        return Cleaned(fault=NO_PREFIX)
    if not frame.endswith(suffix) or len(frame) < len(prefix) + len(suffix):
        return Cleaned(fault=NO_SUFFIX)
    try:
        text = frame[len(prefix) : len(frame) - len(suffix)].decode(encoding)
        found = Cleaned(prefix=prefix.decode(encoding), suffix=suffix.decode(encoding))
    except UnicodeDecodeError:
        return Cleaned(fault=NO_TEXT)
    inner, aim = without_aim(text.strip(_ENDS_OF_SYMBOLS))
    code = inner.strip(_ENDS_OF_SYMBOLS)
    found = replace(found, aim=aim, around=" " * (len(text) - len(aim) - len(code)))
    if len(code) < SHORTEST:
        return replace(found, fault=EMPTY)
    if not _PRINTABLE.match(code):
        return replace(found, fault=NO_TEXT)
    return replace(found, code=code if len(code) <= LONGEST else shortened(code, zlib.crc32(frame)))


def without_aim(text: str) -> tuple[str, str]:
    """Return a text without the symbology identifier at its beginning (`]C1`), and that identifier."""
    inner = _AIM.sub("", text)
    return inner, text[: len(text) - len(inner)]


def beginning(head: bytes, total: int) -> str:
    """Return how a text that is far too long is kept: its beginning, and the sum of all of it."""
    text, _ = without_aim(head.decode("ascii").strip(_ENDS_OF_SYMBOLS))
    return shortened(text.replace("\x1d", " "), total)


def shortened(text: str, total: int) -> str:
    """Return the beginning of a text with a sum of all of it."""
    end = _SUM.format(total)
    return text[: LONGEST - len(end)] + end
