"""Devices as the centre knows them, and reads that opened nothing (G3, G6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from device_gateway.domain.errors import ScanClosed

OPEN, DISMISSED, BOUND = "open", "dismissed", "bound"
_TYPED = "keyboard."
_LONGEST_DEVICE = 60


def keyboard(desk: str) -> str:
    """Return the name under which a scanner that types at a desk is known."""
    return f"{_TYPED}{desk}"[:_LONGEST_DEVICE]


def is_keyboard(device: str) -> bool:
    """Say whether a scanner types at a desk, so that the desk's screen had the read first."""
    return device.startswith(_TYPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One scanner; `version` is that of its last state, 0 before any was told."""

    branch: str
    device: str
    desk: str
    state: str
    since: datetime
    reason: str = ""
    garbage_bytes: int = 0
    version: int = 0
    last_read: datetime | None = None
    scanned: int = 0
    unrecognised: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnrecognisedRead:
    """A read that opened nothing; `state` is open, dismissed or bound."""

    id: str
    branch: str
    device: str
    desk: str
    code: str
    reason: str
    device_time: datetime
    gateway_time: datetime
    state: str = OPEN
    customer: str | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None


def dismiss(read: UnrecognisedRead, *, by: str, at: datetime) -> UnrecognisedRead:
    """Return the read put aside by a person; again is once. Raises ScanClosed."""
    if read.state == BOUND:
        raise ScanClosed(facts={"customer": read.customer})
    return read if read.state == DISMISSED else replace(read, state=DISMISSED, closed_by=by, closed_at=at)


def bound(read: UnrecognisedRead, *, customer: str, at: datetime) -> UnrecognisedRead:
    """Return the read as it is once its code was given to a customer.

    A number that was given before the read (the edge did not know it yet) leaves the read open, so that the
    arrival is not overlooked; the read then names the customer.
    """
    if at < read.gateway_time:
        return replace(read, customer=customer)
    if read.state != OPEN:
        return read
    return replace(read, state=BOUND, customer=customer, closed_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRead:
    """A code that a scanner typed at a desk, and what it opens: a customer, or nothing and the reason.

    again: it is the read of a moment before, which a reader that chatters has typed twice (G2).
    """

    scan: str
    branch: str
    device: str
    desk: str
    staff: str
    code: str
    read_at: datetime
    kind: str | None = None
    customer: str | None = None
    appointment: str | None = None
    reason: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTest:
    """A test of a scanner: its next read until `until` registers nothing and shows what it is made of.

    raw: its bytes in hexadecimal, None until it came. code or fault: what is left of it, or why it cannot be a code.
    """

    branch: str
    device: str
    request: str
    staff: str
    asked_at: datetime
    until: datetime
    raw: str | None = None
    code: str | None = None
    fault: str = ""
    prefix: str = ""
    aim: str = ""
    around: str = ""
    suffix: str = ""
    end: str = ""
    read_at: datetime | None = None

    def state(self, now: datetime) -> str:
        """Return whether it waits, has been read, or is over without a read."""
        if self.raw is not None:
            return "read"
        return "waiting" if now < self.until else "over"
