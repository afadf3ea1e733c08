"""One thread per scanner (G1, G5): opens its port, reads codes, opens it again whatever happens."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

import serial
from qiantai import clock
from qiantai.logs import log

from device_gateway.domain import devices
from device_gateway.domain.devices import DeviceHealth
from device_gateway.domain.frames import Code, FrameParser, Framing, Garbage
from device_gateway.edge import signs
from device_gateway.edge.profiles import DeviceProfile

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
READ_SECONDS = 0.1
HALF_A_READ_SECONDS = 2.0
"""A frame that has begun and does not go on for so long is half a read."""
OPEN_MARK = 1
"""VTIME once a port is open and flushed, so that the far end of a pty can see it; reads do not depend on it."""
_CHUNK = 4096
_RAW = 512
"""Bytes of a read that a test shows at most."""


class Keeper(Protocol):
    """Where a reader's findings go."""

    def read(self, profile: DeviceProfile, code: str, device_time: datetime) -> bool:
        """Take a code; True when it is safe on disk, or was there already."""

    def tests(self, profile: DeviceProfile, raw: bytes, item: Code | Garbage) -> bool:
        """Take what came for a test of the device; False where it is no test."""

    def became(self, profile: DeviceProfile, health: DeviceHealth) -> None:
        """Take the device's new state."""


def open_port(profile: DeviceProfile, timeout: float) -> serial.SerialBase:
    """Open the port of any URL that pyserial knows. Raises OSError, ValueError."""
    native = {} if "://" in profile.url else {"exclusive": True}
    port = serial.serial_for_url(
        profile.url,
        baudrate=profile.baud,
        parity=profile.parity,
        bytesize=profile.bits,
        timeout=timeout,
        write_timeout=1.0,
        **native,
    )
    if native and os.name == "posix":
        _mark_open(port.fileno())
    return port


def _mark_open(descriptor: int) -> None:
    import termios  # noqa: PLC0415 - POSIX only

    settings = termios.tcgetattr(descriptor)
    settings[6][termios.VTIME] = OPEN_MARK
    termios.tcsetattr(descriptor, termios.TCSANOW, settings)


class DeviceReader:
    """Reads one device until it is told to end."""

    def __init__(self, profile: DeviceProfile, keeper: Keeper) -> None:
        self.profile = profile
        self.health: DeviceHealth | None = None
        self._keeper = keeper
        self._idle = profile.frames.framing is Framing.IDLE
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"scanner-{profile.device}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Ask the thread to end; `join` waits for it."""
        self._stop.set()

    def join(self) -> None:
        """Wait until the port is given back."""
        self._thread.join(LONGEST_PAUSE)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                with contextlib.closing(
                    open_port(self.profile, self.profile.idle_seconds if self._idle else READ_SECONDS)
                ) as port:
                    self._now(devices.opened)
                    for _ in self._read(port):
                        pause = FIRST_PAUSE  # it works: the next fault is a new one
            except Exception as error:  # noqa: BLE001 - one ill scanner never ends the gateway
                reason = self._fault_of(error)
                self._now(lambda now, reason=reason: devices.lost(self.health, reason, now))  # type: ignore[misc]
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _fault_of(self, error: Exception) -> str:
        """Return why the port was lost: where it was open, pyserial tells a pulled cable without a number."""
        was_open = self.health is not None and self.health.state != devices.OFFLINE
        if was_open and isinstance(error, serial.SerialException) and error.errno is None:
            return devices.UNPLUGGED
        return devices.fault_of(error)

    def _read(self, port: serial.SerialBase) -> Iterator[None]:
        """Read until stopped; yields each time that something came."""
        parser = FrameParser(self.profile.frames)
        patience = self.profile.idle_seconds if self._idle else HALF_A_READ_SECONDS
        heard = time.monotonic()
        raw = b""
        while not self._stop.is_set():
            data = port.read(1)
            if data:
                heard = time.monotonic()
                more = port.in_waiting  # type: ignore[attr-defined] # every port has it
                data += port.read(min(more, _CHUNK)) if more else b""
                raw = (raw + data)[-_RAW:]
                found = parser.feed(data)
                yield
            elif parser.pending and time.monotonic() - heard >= patience:
                found = parser.idle()
            else:
                continue
            for item in found:
                if not self._keeper.tests(self.profile, raw, item):
                    self._take(item, port)
                raw = b""

    def _take(self, item: Code | Garbage, port: serial.SerialBase) -> None:
        if isinstance(item, Code):
            self._now(lambda now: devices.got_code(self._known(), now))
            if self._keeper.read(self.profile, item.text, clock.now()) and self.profile.ack:
                port.write(self.profile.ack)
            return
        signs.GARBAGE.labels(self.profile.device).inc(item.size)
        log.warning(signs.GARBAGE_READ, device=self.profile.device, size=item.size)
        self._now(lambda now: devices.got_garbage(self._known(), item.size, now))

    def _known(self) -> DeviceHealth:
        if self.health is None:
            raise AssertionError("nothing is read before the port is open")
        return self.health

    def _now(self, change: Callable[[datetime], DeviceHealth]) -> None:
        before, self.health = self.health, change(clock.now())
        if before is None or before.state != self.health.state:
            self._keeper.became(self.profile, self.health)
