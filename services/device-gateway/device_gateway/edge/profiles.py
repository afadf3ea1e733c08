"""The file that says which scanners there are (G1); it is read again when it changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import marshmallow as ma
from qiantai.logs import log
from qiantai.web.fields import Body, BranchCode, Choice, Code, Text, Whole

from device_gateway.domain.frames import FrameFormat, Framing
from device_gateway.edge import signs


class BadScannerFile(ValueError):
    """The file of the scanners cannot be used; the message names the entry and the field."""


_USUAL_FRAMES = FrameFormat()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProfile:
    """One scanner: where it is, how it is reached and how it sends codes; `ack` is written to it after a kept read."""

    device: str
    desk: str
    branch: str
    url: str
    baud: int = 9600
    parity: str = "N"
    bits: int = 8
    frames: FrameFormat = _USUAL_FRAMES
    idle_seconds: float = 0.05
    ack: bytes = b""


class _ProfileSchema(Body):
    device = Code(required=True)
    desk = Code(required=True)
    branch = BranchCode(required=True)
    url = Text(300, required=True)
    baud = Whole(50, 4_000_000, load_default=9600)
    parity = Choice("N", "E", "O", "M", "S", load_default="N")
    bits = Whole(5, 8, load_default=8)
    framing = Choice(*(str(framing) for framing in Framing), load_default="cr")
    prefix = ma.fields.String(load_default="")
    suffix = ma.fields.String(load_default="")
    encoding = ma.fields.String(load_default="ascii")
    idle_ms = Whole(5, 5000, load_default=50)
    ack = ma.fields.String(load_default="", metadata={"description": "text written back after a kept read"})


_schema = _ProfileSchema(many=True)


def read_profiles(text: str) -> dict[str, DeviceProfile]:
    """Return the devices by name. Raises BadScannerFile."""
    try:
        rows = _schema.load(json.loads(text))
    except ma.ValidationError as error:
        raise BadScannerFile(f"scanners: {error.messages}") from error
    except ValueError as error:
        raise BadScannerFile(f"scanners: not JSON: {error}") from error
    profiles: dict[str, DeviceProfile] = {}
    for row in rows:
        if row["device"] in profiles:
            raise BadScannerFile(f"scanners: the device {row['device']} is there twice")
        profiles[row["device"]] = _profile(row)
    return profiles


def _profile(row: Mapping[str, Any]) -> DeviceProfile:
    try:
        plain = "\r\n".encode(row["encoding"]) == b"\r\n"
        prefix, suffix, ack = (row[name].encode(row["encoding"]) for name in ("prefix", "suffix", "ack"))
    except (LookupError, UnicodeError) as error:
        raise BadScannerFile(f"scanners: {row['device']}: encoding: {error}") from error
    if not plain:
        raise BadScannerFile(f"scanners: {row['device']}: encoding: {row['encoding']} does not hold ASCII as it is")
    frames = FrameFormat(framing=Framing(row["framing"]), prefix=prefix, suffix=suffix, encoding=row["encoding"])
    return DeviceProfile(
        device=row["device"],
        desk=row["desk"],
        branch=row["branch"],
        url=row["url"],
        baud=row["baud"],
        parity=row["parity"],
        bits=row["bits"],
        frames=frames,
        idle_seconds=row["idle_ms"] / 1000,
        ack=ack,
    )


class ScannerFile:
    """The file as it was when it was last right; a bad edit changes nothing and is logged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._profiles: dict[str, DeviceProfile] = {}

    def profiles(self) -> Mapping[str, DeviceProfile]:
        """Return the devices by name, looking at the file again when it has changed."""
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen == self._seen:
                return self._profiles
            self._seen = seen
            self._profiles = read_profiles(self._path.read_text(encoding="utf-8"))
            log.info(signs.SCANNERS_READ, path=str(self._path), devices=sorted(self._profiles))
        except FileNotFoundError:
            if self._seen is not None or not self._profiles:
                self._complain("the file is not there")
            self._seen = None
        except (OSError, ValueError) as error:
            self._complain(str(error))
        return self._profiles

    def _complain(self, reason: str) -> None:
        if reason != getattr(self, "_complaint", None):
            log.error(signs.SCANNERS_FILE_BAD, path=str(self._path), reason=reason[:1000])
        self._complaint = reason
