"""`qiantai queues`: declares every queue, and says which of them a single dead node would stop."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from device_gateway.edge.cache import edge_bindings
from device_gateway.edge.settings import EdgeSettings
from qiantai.messaging.consumer import connect
from qiantai.messaging.topology import MEMBERS, ServiceTopology

from embedded.services import all_services


def topologies(edges: Sequence[str] = (), groups: Sequence[str] = ()) -> Iterator[ServiceTopology]:
    """Yield the queues of every service, of its parts for some branches (`triage.sh-01`) and of the edges."""
    services = {service.name: service for service in all_services()}
    for service in services.values():
        yield ServiceTopology(service.name, service.subscriptions.bindings())
    for group in groups:
        name, *branches = group.split(".")
        yield ServiceTopology(group, services[name].subscriptions.bindings(branches))
    for name in edges:
        edge = EdgeSettings.named(name)
        yield ServiceTopology(edge.group, edge_bindings(edge.consumer), edge=name)


def declare(broker: str, edges: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
    """Let every queue be there before the first message, so that no subscriber misses one."""
    with connect(broker) as connection:
        for topology in topologies(edges, groups):
            topology.declare(connection)


def too_few_members(management: str) -> list[str]:
    """Return what is wrong with the queues, as the broker's management API (`http://user:password@host:15672`) sees it.

    A queue needs a member on each of three nodes, or on as many as there are, and all of them up.
    """
    nodes = [node["name"] for node in _ask(management, "nodes")]
    wanted = min(MEMBERS, len(nodes))
    found = []
    for queue in _ask(management, "queues"):
        members, online = queue.get("members", ()), queue.get("online", ())
        if queue.get("type") == "quorum" and (len(members) < wanted or set(members) - set(online)):
            off = sorted(set(members) - set(online))
            more = f", {', '.join(off)} off" if off else ""
            found.append(f"{queue['name']}: {len(members)} of {wanted} members{more}")
    return sorted(found)


def _ask(management: str, what: str) -> list[dict[str, Any]]:
    parts = urlsplit(management)
    host = parts.netloc.rsplit("@", 1)[-1]
    known = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    request = urllib.request.Request(  # noqa: S310 - the operator's own address
        urlunsplit((parts.scheme, host, f"{parts.path.rstrip('/')}/api/{what}", "", "")),
        headers={"Authorization": "Basic " + base64.b64encode(known.encode()).decode()},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the operator's own address
        found: list[dict[str, Any]] = json.load(answer)
    return found
