"""A scanner that is none: one end of a pty, for demos and tests (G6)."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from device_gateway.edge.reader import OPEN_MARK

_POLL_SECONDS = 0.01
_QUIET_LOOKS = 3
_VTIME = 6
"""Place of the control characters in what tcgetattr returns."""


class NobodyReads(TimeoutError):
    """No edge reads from this scanner: start `device-gateway edge` with this path among its devices."""


class VirtualScanner:
    """A pty whose other end is found at `path`; leaving the context unplugs it."""

    def __init__(self, path: Path | str, *, end: bytes = b"\r") -> None:
        self.path = Path(path)
        self._end = end
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._name = os.ttyname(slave)
        os.close(slave)  # from now on the master sees whether somebody else has it open
        os.set_blocking(self._master, False)
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self._name)
        fresh.replace(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    def send(self, code: str, *, seconds: float = 10.0) -> None:
        """Send a code with its end, once the edge has opened the scanner. Raises NobodyReads."""
        self.send_bytes(code.encode() + self._end, seconds=seconds)

    def send_bytes(self, data: bytes, *, seconds: float = 10.0) -> None:
        """Send bytes as they are. Raises NobodyReads."""
        deadline = time.monotonic() + seconds
        self.wait_until_open(seconds)
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise NobodyReads from None
                select.select([], [self._master], [], _POLL_SECONDS)

    def wait_until_open(self, seconds: float = 10.0) -> None:
        """Wait until an edge has opened and flushed the other end. Raises NobodyReads."""
        deadline = time.monotonic() + seconds
        while not self._is_open():
            if time.monotonic() > deadline:
                raise NobodyReads
            time.sleep(_POLL_SECONDS)

    def drain(self, seconds: float = 10.0) -> None:
        """Wait until everything that was sent has been read. Raises NobodyReads."""
        deadline = time.monotonic() + seconds
        slave = os.open(self._name, os.O_RDWR | os.O_NOCTTY)
        try:
            quiet = 0
            while quiet < _QUIET_LOOKS:
                waiting = struct.unpack("i", fcntl.ioctl(slave, termios.FIONREAD, b"\0\0\0\0"))[0]
                quiet = 0 if waiting else quiet + 1
                if time.monotonic() > deadline:
                    raise NobodyReads
                time.sleep(_POLL_SECONDS)
        finally:
            os.close(slave)

    def receive(self, size: int, seconds: float = 10.0) -> bytes:
        """Return `size` bytes that the edge wrote back: its acknowledgements; fewer after `seconds`."""
        got, deadline = b"", time.monotonic() + seconds
        while len(got) < size and (left := deadline - time.monotonic()) > 0:
            try:
                got += os.read(self._master, size - len(got))
            except BlockingIOError:
                select.select([self._master], [], [], min(left, 0.1))
            except OSError:  # nobody has the other end open
                time.sleep(_POLL_SECONDS)
        return got

    def unplug(self) -> None:
        """Close the pty, as if the cable were pulled; the path goes with it."""
        if self._master < 0:
            return
        os.close(self._master)
        self._master = -1
        if self.path.is_symlink() and self.path.readlink() == Path(self._name):
            self.path.unlink()

    def _is_open(self) -> bool:
        poll = select.poll()
        poll.register(self._master, 0)
        hung_up = any(event & select.POLLHUP for _, event in poll.poll(0))
        settings = termios.tcgetattr(self._master)
        marked = settings[_VTIME][termios.VTIME] in (OPEN_MARK, bytes([OPEN_MARK]))
        if hung_up and marked:  # an earlier edge's mark: the next one sets it again
            settings[_VTIME][termios.VTIME] = 0
            termios.tcsetattr(self._master, termios.TCSANOW, settings)
        return marked and not hung_up
