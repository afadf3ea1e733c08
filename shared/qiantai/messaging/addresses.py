"""The addresses of a broker: one, or one for each node with a semicolon between."""

from __future__ import annotations

from urllib.parse import urlsplit

_PORTS = {"amqp": 5672, "amqps": 5671}


def addresses(url: str) -> list[str]:
    """Return each node's URL."""
    return [part.strip() for part in url.split(";") if part.strip()]


def host_and_port(address: str) -> tuple[str, int]:
    """Return where a node listens; without a port the one of its scheme."""
    parts = urlsplit(address)
    return parts.hostname or "127.0.0.1", parts.port or _PORTS.get(parts.scheme, 5672)
