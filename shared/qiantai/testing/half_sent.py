"""Connections that somebody opens and never finishes: idle, half a header, half a body."""

from __future__ import annotations

import selectors
import socket
import time

_SIGN_IN = b"POST /api/gateway/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
_LONG = b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
KINDS = {
    "idle": b"",
    "half a header": b"GET /api/customers/ HTTP/1.1\r\nHost: x\r\nX-A: ",
    "half a sign-in": _SIGN_IN + b"Content-Length: 500\r\n\r\n{",
    "half a chunk": _SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "half a file, nobody": b"POST /api/customers/ HTTP/1.1\r\nHost: x\r\n" + _LONG,
    "half a file, no good token": b"POST /api/customers/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n" + _LONG,
    "half a payment": b"POST /api/billing/charges/x/payments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n"
    + _LONG,
    "half a body of a read": b"GET /api/triage/visits HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n" + _LONG,
}


class HalfSent:
    """Such connections to one port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open = selectors.DefaultSelector()

    def open(self, each: int) -> None:
        """Open so many of each kind."""
        for kind, data in KINDS.items():
            for _ in range(each):
                one = socket.create_connection(("127.0.0.1", self._port), timeout=5)
                one.sendall(data)
                one.setblocking(False)
                self._open.register(one, selectors.EVENT_READ, kind)

    def left_after(self, seconds: float) -> list[str]:
        """Return the kinds of those that the server has not ended by then."""
        deadline = time.monotonic() + seconds
        while self._open.get_map() and time.monotonic() < deadline:
            for key, _ in self._open.select(0.2):
                one = key.fileobj
                assert isinstance(one, socket.socket)
                try:
                    ended = one.recv(65536) == b""
                except ConnectionError:
                    ended = True
                if ended:
                    self._open.unregister(one)
                    one.close()
        return sorted({str(key.data) for key in self._open.get_map().values()})

    def close(self) -> None:
        """Close what is left."""
        for key in [*self._open.get_map().values()]:
            self._open.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]
        self._open.close()
