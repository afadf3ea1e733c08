"""Free ports on the loopback address."""

from __future__ import annotations

import errno
import random
import socket

_PORTS = range(12_000, 32_000)
"""Below those that the system gives to clients: none of them can take the port before its server listens."""


def free_port() -> int:
    """Return a TCP port that nobody listens on at this moment."""
    while True:
        port = random.SystemRandom().choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                return port
