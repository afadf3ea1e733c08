"""Three nodes of RabbitMQ, of which any one may be killed."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from qiantai.servers.ports import free_port
from qiantai.servers.rabbitmq import PrivateRabbit

_NODE = re.compile(r"[\w-]+@localhost")


class Cluster:
    """Begins with one node; the others join it."""

    def __init__(self, folder: Path) -> None:
        first = PrivateRabbit(folder / "a", plugins="rabbitmq_management")
        self.nodes = [first, first.beside(folder / "b"), first.beside(folder / "c")]
        self._begun = False
        self._management: dict[str, int] = {}
        for node in self.nodes:
            node.reserve()
            port = self._management[node.node] = free_port()
            node.extra_config = (
                "cluster_partition_handling=pause_minority\ncollect_statistics_interval=1000\n"
                f"management.tcp.ip=127.0.0.1\nmanagement.tcp.port={port}\n"
            )
        self._up = [first.start()]

    @property
    def url(self) -> str:
        """Every node's address, as in QIANTAI_BROKER."""
        return ";".join(node.url for node in self.nodes)

    @property
    def management(self) -> str:
        """Address of a living node's management."""
        return f"http://guest:guest@127.0.0.1:{self._management[self._up[0].node]}"

    def begin(self) -> None:
        """Let the other nodes start; from the test's main thread, with which they end."""
        for node in self.nodes[1:]:
            node.launch()
        self._begun = True

    def whole(self) -> None:
        """Wait until all nodes are there."""
        if not self._begun:
            self.begin()
        for node in self.nodes[1:]:
            node.wait()
        self._up = list(self.nodes)

    def grow(self, node: PrivateRabbit) -> None:
        """Make a node a member of every quorum queue, as an operator does."""
        self._up[0].ctl("grow", node.node, "all", tool="rabbitmq-queues")

    def leader(self, queue: str) -> PrivateRabbit:
        """Return the node that leads a queue."""
        rows = json.loads(self._up[0].ctl("list_queues", "name", "leader", "--formatter", "json"))
        return self._node({row["name"]: row["leader"] for row in rows}[queue])

    def most_connected(self) -> PrivateRabbit:
        """Return the node that has the most connections of clients."""
        found = Counter(_NODE.findall(self._up[0].ctl("list_connections", "pid")))
        return self._node(found.most_common(1)[0][0])

    def kill(self, node: PrivateRabbit) -> None:
        """End a node with -9."""
        node.kill()
        self._up.remove(node)

    def mend(self, node: PrivateRabbit) -> None:
        """Start a killed node."""
        node.start()
        self._up.append(node)

    def stop(self) -> None:
        """End all; the first has the port mapper."""
        for node in reversed(self.nodes):
            node.stop()

    def _node(self, name: str) -> PrivateRabbit:
        [found] = [node for node in self.nodes if node.node == name]
        return found
