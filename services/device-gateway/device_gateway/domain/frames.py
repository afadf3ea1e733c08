"""Bytes of a scanner in, codes and garbage out (G1, G5); incremental, whatever the chunks are."""

from __future__ import annotations

import enum
import re
import zlib
from dataclasses import dataclass

from device_gateway.domain.cleaning import LONGEST, beginning, cleaned

_STX, _ETX = 0x02, 0x03
_PRINTABLE_BYTES = re.compile(rb"[\x20-\x7e\x1d]*\Z")
_SLACK = 16


class Framing(enum.StrEnum):
    """How a scanner ends a code."""

    CR = "cr"
    LF = "lf"
    CRLF = "crlf"
    STX_ETX = "stx_etx"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Code:
    """One read, cleaned."""

    text: str


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that cannot be a code: they are counted and never sent."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFormat:
    """How one scanner sends codes; `prefix` and `suffix` must be there when set, so that half a read is none."""

    framing: Framing = Framing.CR
    prefix: bytes = b""
    suffix: bytes = b""
    encoding: str = "ascii"

    @property
    def longest(self) -> int:
        """Bytes after which a frame cannot be a code any more."""
        return 4 * LONGEST + len(self.prefix) + len(self.suffix) + _SLACK


ENDS = {Framing.CR: b"\r", Framing.LF: b"\n", Framing.CRLF: b"\r\n", Framing.STX_ETX: bytes([_ETX])}


class FrameParser:
    """Cuts one scanner's bytes into codes; holds no more than one frame."""

    def __init__(self, how: FrameFormat) -> None:
        self._how = how
        self._held = bytearray()
        self._dropped = 0  # bytes of a frame that is too long already
        self._head: bytes | None = b""  # their beginning, None once they are no text
        self._sum = 0

    @property
    def pending(self) -> bool:
        """Whether a frame has begun."""
        return self._dropped > 0 or bool(self._held.strip(b"\r\n"))

    def feed(self, data: bytes) -> list[Code | Garbage]:
        """Return what these bytes complete."""
        if self._how.framing is Framing.IDLE:
            self._hold(data)
            return []
        found: list[Code | Garbage] = []
        end = ENDS[self._how.framing]
        for byte in data:
            self._held.append(byte)
            if self._held.endswith(end):
                found.extend(self._finish(len(end)))
            elif len(self._held) > self._how.longest:
                self._drop(keep=len(end) - 1)
        return found

    def idle(self) -> list[Code | Garbage]:
        """Say that the scanner has been silent: ends a frame by idle time, otherwise half a frame is garbage."""
        if self._how.framing is Framing.IDLE:
            return self._finish(0)
        pending, size = self.pending, self._dropped + len(self._held)
        self._forget()
        return [Garbage(size)] if pending else []

    def _forget(self) -> None:
        self._held.clear()
        self._dropped, self._head, self._sum = 0, b"", 0

    def _hold(self, data: bytes) -> None:
        self._held.extend(data)
        if len(self._held) > self._how.longest:
            self._drop(keep=0)

    def _drop(self, *, keep: int) -> None:
        cut = len(self._held) - keep
        gone = bytes(self._held[:cut])
        self._dropped += cut
        self._sum = zlib.crc32(gone, self._sum)
        if self._head is not None:
            text = gone if self._dropped > cut else gone.lstrip(b"\r\n")
            self._head = (self._head + text)[: self._how.longest] if _PRINTABLE_BYTES.match(text) else None
        del self._held[:cut]

    def _finish(self, end: int) -> list[Code | Garbage]:
        frame = bytes(self._held[: len(self._held) - end])
        dropped, size = self._dropped, self._dropped + len(self._held)
        head, total = self._head, zlib.crc32(frame, self._sum)
        self._forget()
        if not frame.strip(b"\r\n") and not dropped:
            return []  # the other half of CR LF, or an empty line
        if dropped:
            text = self._beginning(head, frame, total)
            return [Garbage(size) if text is None else Code(text)]
        before = 0
        if self._how.framing is Framing.STX_ETX:
            start = frame.rfind(_STX)
            if start < 0:
                return [Garbage(size)]
            before = len(frame[:start].strip(b"\r\n"))
            frame = frame[start + 1 :]
        text = self._clean(frame)
        rest = [Garbage(before)] if before else []
        return [*rest, Garbage(size - before) if text is None else Code(text)]

    def _clean(self, frame: bytes) -> str | None:
        how = self._how
        return cleaned(frame, prefix=how.prefix, suffix=how.suffix, encoding=how.encoding).code

    def _beginning(self, head: bytes | None, rest: bytes, total: int) -> str | None:
        """Return a text that is far too long as it is kept, None for what is no text or has not what it must."""
        how = self._how
        if how.framing is Framing.STX_ETX or head is None or not _PRINTABLE_BYTES.match(rest):
            return None
        if not head.startswith(how.prefix) or not rest.endswith(how.suffix):
            return None
        return beginning(head[len(how.prefix) :], total)
