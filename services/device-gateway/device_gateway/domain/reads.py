"""Devices as the centre knows them, and reads that opened nothing (G3, G6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from device_gateway.domain.errors import ScanClosed

OPEN, DISMISSED, BOUND = "open", "dismissed", "bound"


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
