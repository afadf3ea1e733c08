"""What a test read shows (G6): the bytes as they came, what was taken off, and the code or the fault."""

from __future__ import annotations

from datetime import datetime

from qiantai.contracts.device_gateway import DeviceTestRead

from device_gateway.domain.cleaning import NO_END, NO_TEXT, cleaned
from device_gateway.domain.frames import ENDS, Code, Framing, Garbage
from device_gateway.edge.profiles import DeviceProfile

_STX = b"\x02"


def test_read(
    profile: DeviceProfile, raw: bytes, item: Code | Garbage, *, request: str, now: datetime
) -> DeviceTestRead:
    """Return the fact that tells a test; `raw` is all that came since the read before."""
    how = profile.frames
    end = ENDS.get(how.framing, b"")
    ended = raw.endswith(end)
    frame = raw.removesuffix(end)
    if how.framing is Framing.STX_ETX:
        frame = frame[frame.rfind(_STX) + 1 :]
    found = cleaned(frame, prefix=how.prefix, suffix=how.suffix, encoding=how.encoding)
    code = item.text if isinstance(item, Code) else None
    fault = "" if code is not None else NO_END if not ended else found.fault or NO_TEXT
    return DeviceTestRead(
        branch=profile.branch,
        device=profile.device,
        desk=profile.desk,
        request=request,
        raw=raw.hex(),
        code=code,
        fault=fault,
        prefix=found.prefix,
        aim=found.aim,
        around=found.around,
        suffix=found.suffix,
        end=str(how.framing),
        read_at=now,
    )
