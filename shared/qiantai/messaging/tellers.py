"""Who may tell what: every publisher has an exchange of its own, and by it a consumer knows who told a message."""

from __future__ import annotations

from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
    DeviceFaulty,
    DeviceOffline,
    DeviceOnline,
    DeviceTestRead,
)
from qiantai.contracts.event import publisher_of
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.services import API_PREFIXES
from qiantai.wire.envelope import Envelope, Undecodable, decode

FROM = "qiantai.from."
EDGES = f"{FROM}edges"
"""Where the services hear all edges; each edge tells its own exchange, which leads here."""
_EDGE = f"{FROM}edge."
EDGE_TYPES = frozenset(
    kind.TYPE
    for kind in (ArrivalScanned, ArrivalUnrecognised, DeviceFaulty, DeviceOffline, DeviceOnline, DeviceTestRead)
)
WHOLE_CHAIN = "main"
"""The edge of this name may read for every branch; any other one for the branch that it is named after."""


def exchange_of(service: str) -> str:
    """Return the exchange that a service alone publishes to."""
    return f"{FROM}{service}"


def exchange_of_edge(name: str) -> str:
    """Return the exchange that an edge alone publishes to."""
    return f"{_EDGE}{name}"


def branch_of_edge(name: str) -> str | None:
    """Return the branch for which an edge tells, None for every one: `sh-01`, or `sh-01--2` for a second one there."""
    return None if name == WHOLE_CHAIN else name.split("--", 1)[0]


def refusal(exchange: str, body: bytes) -> str | None:
    """Say why whoever publishes to this exchange may not tell this; None where it may.

    What comes by another exchange is the consumer's own (a retry), or of the release before this one; no service's user
    may write there.
    """
    if not exchange.startswith(FROM):
        return None
    try:
        envelope = decode(body)
    except Undecodable:
        return None  # it is told by whoever reads it
    if exchange.startswith(_EDGE):
        name = exchange.removeprefix(_EDGE)
        return (
            None if _edge_may(name, envelope) else f"the edge {name} may not tell {envelope.type} of {envelope.branch}"
        )
    service = exchange.removeprefix(FROM)
    asks = envelope.type == RebuildRequested.TYPE and envelope.data.get("consumer") == service
    if asks or publisher_of(envelope.type) == service:
        return None
    return f"{service} may not tell {envelope.type}"


def _edge_may(name: str, envelope: Envelope) -> bool:
    if envelope.type == RebuildRequested.TYPE:
        return envelope.data.get("consumer") == f"edge-{name}"
    return envelope.type in EDGE_TYPES and branch_of_edge(name) in (None, envelope.branch.lower())


def sources_of(key: str) -> list[str]:
    """Return the exchanges at which a topic key is heard."""
    first = key.split(".", 1)[0]
    services = [exchange_of(name) for name in API_PREFIXES]
    if first == "rebuild":  # told by the owners
        return services
    if first == publisher_of(RebuildRequested.TYPE):
        return [*services, EDGES]
    if first not in API_PREFIXES:
        return []
    return [exchange_of(first), EDGES] if first == "device-gateway" else [exchange_of(first)]
