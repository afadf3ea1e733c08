"""Where a request comes from: the peer, or what proxies of our own say of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Request

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_UNKNOWN = "unknown"


def source_of(request: Request, proxies: Sequence[Network]) -> str:
    """Return the address that the request comes from: the nearest one that is no proxy of ours."""
    found = request.remote_addr or _UNKNOWN
    for hop in (found, *reversed(request.headers.get("X-Forwarded-For", "").split(","))):
        address = _address(hop)
        if address is None:
            return found
        found = str(address)
        if not any(address in network for network in proxies):
            return found
    return found


def is_secure(request: Request, proxies: Sequence[Network]) -> bool:
    """Say whether the request came over TLS, to us or to a proxy of ours."""
    if request.scheme == "https":
        return True
    peer = _address(request.remote_addr or "")
    ours = peer is not None and any(peer in network for network in proxies)
    return ours and request.headers.get("X-Forwarded-Proto", "") == "https"


def network_of(source: str) -> str:
    """Return what one person has as a rule: an IPv4 address, or 64 bits of an IPv6 one."""
    address = _address(source)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return source


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
