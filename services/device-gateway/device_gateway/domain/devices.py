"""How a scanner is (G5): online, offline or faulty, since when and why."""

from __future__ import annotations

import errno
from dataclasses import dataclass, replace
from datetime import datetime

ONLINE, OFFLINE, FAULTY = "online", "offline", "faulty"
MISSING, DENIED, BUSY, UNPLUGGED = "missing", "denied", "busy", "unplugged"
GARBAGE, REMOVED = "garbage", "removed"
"""Why a scanner does not work, as far as a person can mend it."""
_FAULTS = {
    errno.ENOENT: MISSING,
    errno.ENODEV: MISSING,
    errno.ENXIO: MISSING,
    errno.EACCES: DENIED,
    errno.EPERM: DENIED,
    errno.EBUSY: BUSY,
    errno.EIO: UNPLUGGED,
}
FAULTY_AFTER_FRAMES = 3
FAULTY_AFTER_BYTES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceHealth:
    """The state of one device; `bad_frames` and `bad_bytes` count since its last good read."""

    state: str
    since: datetime
    reason: str = ""
    bad_frames: int = 0
    bad_bytes: int = 0


def fault_of(error: Exception) -> str:
    """Return why a port does not answer: a code where there is one, else what the error says (at most 200 signs)."""
    known = _FAULTS.get(error.errno or 0) if isinstance(error, OSError) else None
    return known or str(error)[:200] or type(error).__name__


def opened(now: datetime) -> DeviceHealth:
    """The port answers."""
    return DeviceHealth(state=ONLINE, since=now)


def lost(health: DeviceHealth | None, reason: str, now: datetime) -> DeviceHealth:
    """The port is gone or cannot be opened; an absence that lasts keeps its beginning."""
    if health is not None and health.state == OFFLINE:
        return health
    return DeviceHealth(state=OFFLINE, since=now, reason=reason)


def got_garbage(health: DeviceHealth, size: int, now: datetime) -> DeviceHealth:
    """Bytes came that cannot be a code; several in a row make the device faulty."""
    health = replace(health, bad_frames=health.bad_frames + 1, bad_bytes=health.bad_bytes + size)
    ill = health.bad_frames >= FAULTY_AFTER_FRAMES or health.bad_bytes >= FAULTY_AFTER_BYTES
    if health.state == FAULTY or not ill:
        return health
    return replace(health, state=FAULTY, since=now, reason=GARBAGE)


def got_code(health: DeviceHealth, now: datetime) -> DeviceHealth:
    """A good read came: whatever was wrong is over."""
    if health.state == ONLINE:
        return health if not health.bad_frames else replace(health, bad_frames=0, bad_bytes=0)
    return opened(now)
