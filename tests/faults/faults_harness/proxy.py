"""A TCP proxy whose wires can be cut, reset in the middle of a message, held and deafened."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

_RESET = struct.pack("ii", 1, 0)


def _reset(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    with contextlib.suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()


@dataclass(eq=False)
class _Wire:
    client: socket.socket
    server: socket.socket
    dead: threading.Event = field(default_factory=threading.Event)

    def reset(self) -> None:
        self.dead.set()
        _reset(self.client)
        _reset(self.server)


class TcpProxy:
    """Listens on a loopback port and forwards to another, with faults on demand.

    up = from the client to the server, down = back.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._wires: set[_Wire] = set()
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._open.set()
        self._deaf_down = False
        self._budget: int | None = None
        self._budget_is_up = True
        self._last_words: bytes | None = None
        self.delay = 0.0
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def cut(self) -> None:
        """Reset every connection; new ones work."""
        with self._lock:
            wires = list(self._wires)
            self._wires.clear()
        for wire in wires:
            self.cuts += 1
            wire.reset()

    def hold(self) -> None:
        """Let nothing through in either direction; connections stay (a half-open link)."""
        self._open.clear()

    def release(self) -> None:
        """Go on."""
        self._open.set()

    def deafen(self) -> None:
        """Swallow what the server says until the next `cut`: its answers are lost on the wire."""
        self._deaf_down = True

    def hear(self) -> None:
        """Forward answers again and reset the connections that missed some."""
        self._deaf_down = False
        self.cut()

    def reset_after(self, size: int, *, up: bool = True) -> None:
        """Reset the connection that brings the so-manyth byte in this direction from now on, in mid-message."""
        self._budget_is_up = up
        self._budget = size

    def lose_answer_to(self, words: bytes) -> None:
        """Once: pass on the data that holds these bytes, then reset before the answer arrives."""
        self._last_words = words

    def close(self) -> None:
        """End all."""
        self._listener.close()
        self.release()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._to), 2)
            except OSError:
                _reset(client)
                continue
            server.settimeout(None)
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire = _Wire(client, server)
            with self._lock:
                self._wires.add(wire)
            threading.Thread(target=self._pump, args=(wire, client, server, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(wire, server, client, False), daemon=True).start()

    def _pump(self, wire: _Wire, source: socket.socket, target: socket.socket, up: bool) -> None:
        try:
            while data := source.recv(65536):
                self._open.wait()
                if self.delay:
                    time.sleep(self.delay)
                if wire.dead.is_set():
                    break
                if not self._forward(wire, target, data, up=up):
                    break
        except OSError:
            pass
        with self._lock:
            self._wires.discard(wire)
        wire.reset()

    def _forward(self, wire: _Wire, target: socket.socket, data: bytes, *, up: bool) -> bool:
        if not up and self._deaf_down:
            return True
        if self._budget is not None and up is self._budget_is_up:
            self._budget -= len(data)
            if self._budget <= 0:
                target.sendall(data[: len(data) + self._budget])
                self._budget = None
                self.cuts += 1
                return False
        if up and self._last_words is not None and self._last_words in data:
            self._last_words = None
            target.sendall(data)
            wire.dead.set()
            wire.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            wire.client.shutdown(socket.SHUT_RDWR)
            self.cuts += 1
            wire.server.recv(65536)  # the server did it and says so to nobody
            return False
        target.sendall(data)
        return True
