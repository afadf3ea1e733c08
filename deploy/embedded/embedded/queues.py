"""`qiantai queues`: declares every queue, and says which of them a single dead node would stop."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from device_gateway.edge.cache import edge_bindings
from device_gateway.edge.settings import EdgeSettings
from qiantai.messaging.addresses import addresses
from qiantai.messaging.consumer import answers, connect
from qiantai.messaging.topology import MEMBERS, ServiceTopology, is_there

from embedded.broker_users import MANAGEMENT, definitions, edges_in, given_urls
from embedded.errors import CannotGoOn
from embedded.management import ask, take_over
from embedded.services import all_services

NODES_SECONDS = 120.0


class NodesAway(CannotGoOn):
    """New queues would have fewer members than they are to have."""


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


def every_edge(edges: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Return the names of these edges and of those that have a URL in the environment."""
    return sorted({*edges, *edges_in(given_urls(environment))})


def declare(broker: str, edges: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
    """Let every queue be there before the first message, so that no subscriber misses one.

    New ones wait for the broker's nodes: one that joins later would hold none of them. Raises NodesAway.
    """
    wanted = list(topologies(edges, groups))
    with connect(broker) as connection:
        new = not all(is_there(connection, queue) for topology in wanted for queue in topology.queues)
    if new:
        _await_nodes(addresses(broker))
    with connect(broker) as connection:
        for topology in wanted:
            topology.declare(connection)


def _await_nodes(named: Sequence[str]) -> None:
    wanted = min(MEMBERS, len(named))
    deadline = time.monotonic() + NODES_SECONDS
    while (found := sum(map(answers, named))) < wanted:
        if time.monotonic() > deadline:
            raise NodesAway(
                f"of {len(named)} nodes {found} answer, new queues are to have {wanted} members:"
                f" start the others, or set QIANTAI_QUEUE_MEMBERS={found}"
            )
        time.sleep(1)


def prepare(
    broker: str, environment: Mapping[str, str], *, edges: Sequence[str] = (), groups: Sequence[str] = ()
) -> None:
    """Declare every queue, also of the edges that have a URL, and make the users where the management API is given.

    Raises NoUsersOfTheirOwn, NodesAway.
    """
    urls = given_urls(environment)
    management = environment.get(MANAGEMENT)
    users = definitions(urls, broker) if urls and management else None
    declare(broker, every_edge(edges, environment), groups)
    if users and management:
        take_over(management, users)


def too_few_members(management: str) -> list[str]:
    """Return what is wrong with the queues, as the broker's management API (`http://user:password@host:15672`) sees it.

    A queue needs a member on each of three nodes, or on as many as there are, and all of them up.
    """
    nodes = [node["name"] for node in ask(management, "nodes")]
    wanted = min(MEMBERS, len(nodes))
    found = []
    for queue in ask(management, "queues"):
        members, online = queue.get("members", ()), queue.get("online", ())
        if queue.get("type") == "quorum" and (len(members) < wanted or set(members) - set(online)):
            off = sorted(set(members) - set(online))
            more = f", {', '.join(off)} off" if off else ""
            found.append(f"{queue['name']}: {len(members)} of {wanted} members{more}")
    return sorted(found)
