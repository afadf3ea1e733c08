"""Facts from the branch's edge and from the door: scans, devices, staff, branches (domain rules G1-G8)."""

from __future__ import annotations

from datetime import datetime

from qiantai.contracts.event import Event, event


@event("device-gateway.arrival.scanned.v1", subject="scan")
class ArrivalScanned(Event):
    """A known code was read at a desk (G3)."""

    scan: str
    device: str
    desk: str
    code: str
    kind: str
    """design, temporary, member or appointment."""
    customer: str
    appointment: str | None
    device_time: datetime
    gateway_time: datetime


@event("device-gateway.arrival.unrecognised.v1", subject="scan")
class ArrivalUnrecognised(Event):
    """A code was read that opens nothing (G3): unknown, or a card reported lost, returned or replaced."""

    scan: str
    device: str
    desk: str
    code: str
    reason: str
    device_time: datetime
    gateway_time: datetime


@event("device-gateway.device.online.v1", subject="device")
class DeviceOnline(Event):
    """A scanner answers (G5)."""

    device: str
    desk: str
    since: datetime


@event("device-gateway.device.offline.v1", subject="device")
class DeviceOffline(Event):
    """A scanner is unplugged or cannot be opened (G5)."""

    device: str
    desk: str
    since: datetime
    reason: str


@event("device-gateway.device.faulty.v1", subject="device")
class DeviceFaulty(Event):
    """A scanner sends bytes that cannot be a code (G5)."""

    device: str
    desk: str
    since: datetime
    reason: str
    garbage_bytes: int


@event("device-gateway.device.test_asked.v1", subject="device")
class DeviceTestAsked(Event):
    """The scanner's next read until `until` is a test: it registers nothing and is told as it came (G6)."""

    device: str
    request: str
    until: datetime


@event("device-gateway.device.test_read.v1", subject="device")
class DeviceTestRead(Event):
    """What a scanner sent for a test (G6): `raw` in hexadecimal, what was taken off it, and the code or the fault."""

    device: str
    desk: str
    request: str
    raw: str
    code: str | None
    fault: str
    """no_prefix, no_suffix, no_text, empty or no_end; empty for a code."""
    prefix: str
    aim: str
    around: str
    suffix: str
    end: str
    """How the scanner ends a code by its settings: cr, lf, crlf, stx_etx or idle."""
    read_at: datetime


@event("device-gateway.staff.changed.v1", subject="staff")
class StaffChanged(Event):
    """A staff account as it is now (G8); `branches` may be ("*",), sessions of earlier generations have ended."""

    staff: str
    name: str
    roles: tuple[str, ...]
    branches: tuple[str, ...]
    active: bool = True
    generation: int = 0


@event("device-gateway.branch.changed.v1", subject="code")
class BranchChanged(Event):
    """A branch of the chain as it is now (G8)."""

    code: str
    name_zh: str
    name_en: str
    timezone: str
    currency: str
    active: bool = True
