"""Three nodes of RabbitMQ: members of queues, and a node that dies and stays dead (fault 12)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from embedded import cli, queues
from faults_harness.cluster import Cluster
from faults_harness.stage import Stage, clean, until
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE
from qiantai.messaging.consumer import QueueConsumer, connect
from qiantai.messaging.topology import ServiceTopology
from qiantai.servers.postgres import PrivatePostgres
from qiantai.servers.rabbitmq import PrivateRabbit
from qiantai.testing.example import LISTENER, TELLER, prepare
from typer.testing import CliRunner

SOON = 20.0
"""Seconds after which a fact that was told beside a dead node has long been answered; it takes about five."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """One node; the first test lets the others join."""
    with TemporaryDirectory(prefix="qiantai-faults-cluster-") as folder:
        made = Cluster(Path(folder))
        yield made
        made.stop()


@pytest.fixture
def stage(cluster: Cluster, postgres: PrivatePostgres, tmp_path: Path) -> Iterator[Stage]:
    clean(cluster.nodes[0].url)
    made = Stage(tmp_path, prepare(postgres.admin_url, f"f{new_id().replace('-', '')}"), cluster.nodes[0].url)
    yield made
    made.close()


def faults_of_queues(cluster: Cluster) -> list[str]:
    """Return what `qiantai queues` says, which ends with 1 exactly where it says something."""
    done = CliRunner().invoke(cli.app, ["queues"], env={"QIANTAI_MANAGEMENT": cluster.management})
    faults = done.stdout.splitlines()
    assert done.exit_code == bool(faults), done.output
    assert ("rabbitmq-queues grow" in done.stderr) == bool(faults)
    return faults


@contextmanager
def load(stage: Stage) -> Iterator[None]:
    """Tell facts all the time, some 30 in a second."""
    stop = threading.Event()

    def go_on() -> None:
        while not stop.wait(0.03):
            stage.tell(1)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_queues_declared_before_all_nodes_are_there(
    cluster: Cluster, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New queues wait for the nodes; those that did not are named, and grown under load: then their node may die."""
    stage.broker = cluster.url
    stage.both()
    stage.tell(5)
    stage.settled()
    late = ServiceTopology("late", [])
    monkeypatch.setattr(queues, "topologies", lambda *_: [late])
    monkeypatch.setattr(queues, "NODES_SECONDS", 0.0)
    done = CliRunner().invoke(cli.app, ["queues"], env={"BROKER": cluster.url})
    assert done.exit_code == 1
    assert "of 3 nodes 1 answer, new queues are to have 3 members" in str(done.exception)
    monkeypatch.setattr(queues, "NODES_SECONDS", 60.0)
    cluster.begin()
    queues.declare(cluster.url)
    cluster.whole()
    small = until(lambda: [f for f in faults_of_queues(cluster) if f.startswith(LISTENER)], "the queues' state")
    assert f"{LISTENER}: 1 of 3 members" in small
    assert not [fault for fault in faults_of_queues(cluster) if fault.startswith("late")]
    with load(stage):
        for node in cluster.nodes[1:]:
            cluster.grow(node)
    until(lambda: not faults_of_queues(cluster), "three members each")
    dead = goes_on_without(cluster.leader(LISTENER), cluster, stage)
    until(lambda: [fault for fault in faults_of_queues(cluster) if fault.endswith(f"{dead.node} off")], "what is off")
    cluster.mend(dead)
    until(lambda: not faults_of_queues(cluster), "all members back")


def test_queues_declared_on_all_nodes(cluster: Cluster, stage: Stage) -> None:
    """Whichever node has most of the connections may die, an edge's as well: it does not hold its name for ever."""
    cluster.whole()
    stage.broker = cluster.url
    stage.both()
    stage.tell(5)
    stage.settled()
    until(lambda: not faults_of_queues(cluster), "three members each")
    node = cluster.most_connected()
    with edge_at(node, cluster) as edge:
        goes_on_without(node, cluster, stage)
        until(edge.connected.is_set, "the edge reads again", SOON)


@contextmanager
def edge_at(node: PrivateRabbit, cluster: Cluster) -> Iterator[QueueConsumer]:
    """An edge's consumer that is connected to this node, while another one leads its queue."""
    topology = ServiceTopology("device-gateway.edge.sh-01", ["customer.card.issued.*"])
    with connect(next(other for other in cluster.nodes if other is not node).url) as connection:
        topology.declare(connection)
    edge = QueueConsumer(node.url, topology, lambda bodies: [DONE] * len(bodies), alone=True)
    stop = threading.Event()
    thread = threading.Thread(target=edge.run, args=(stop,))
    thread.start()
    try:
        assert edge.connected.wait(20)
        edge._url = cluster.url
        yield edge
    finally:
        stop.set()
        thread.join(20)


def goes_on_without(node: PrivateRabbit, cluster: Cluster, stage: Stage) -> PrivateRabbit:
    """Kill a node under load, see that what is told then is answered, and everything in the end; it stays dead."""
    with load(stage):
        until(lambda: stage.unsent(TELLER) < 20, "load")
        cluster.kill(node)
        killed = time.monotonic()
        time.sleep(1)
        told = stage.facts()
        until(lambda: told <= set(stage.echoes()), "what was told beside a dead node", SOON)
        print(f"answered {time.monotonic() - killed:.1f} s after the kill")
    stage.settled()
    return node
