"""What a service's or an edge's user can do at the broker: each tries with its own credentials, and so does a thief."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pika
import pytest
from embedded import queues
from embedded.broker_users import EDGES, MANAGEMENT, NoUsersOfTheirOwn, definitions, given_urls, url_for
from pika.adapters.blocking_connection import BlockingChannel
from qiantai import clock
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.contracts.event import CHAIN, Event
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE, Outcome, Verdict
from qiantai.messaging.consumer import QueueConsumer
from qiantai.messaging.parking import QueueParking
from qiantai.messaging.publisher import PikaPublisher
from qiantai.messaging.tellers import exchange_of, exchange_of_edge, refusal
from qiantai.messaging.topology import ServiceTopology
from qiantai.outbox.relay import Outgoing
from qiantai.servers.ports import free_port
from qiantai.servers.rabbitmq import PrivateRabbit, installed
from qiantai.services import API_PREFIXES, broker_setting_of
from qiantai.testing.example import changed
from qiantai.wire.envelope import Undecodable, decode, enclose, encode, routing_key

USERS = (*API_PREFIXES, "edge-sh-01", "edge-hz-01")
REFUSED_BY_BROKER = 403
PASSWORD = "of-its-own"
pytestmark = pytest.mark.skipif(not installed(), reason="rabbitmq-server is not installed")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRabbit]:
    """A node on which everything is declared and every user is made, as an operator does."""
    folder = tmp_path_factory.mktemp("node")
    port = free_port()
    config = f"management.tcp.port = {port}\nmanagement.tcp.ip = 127.0.0.1\n"
    made = PrivateRabbit(folder, plugins="rabbitmq_management", extra_config=config).start()
    try:
        with pika.BlockingConnection(pika.URLParameters(made.url)) as connection:
            connection.channel().exchange_declare("qiantai", "topic", durable=True)  # the release before has made it
        queues.declare(made.url, ["sh-01", "hz-01"], ["triage.sh-01"])
        queues.prepare(made.url, {**urls(made), MANAGEMENT: f"http://guest:guest@127.0.0.1:{port}"})
        yield made
    finally:
        made.stop()


def urls(node: PrivateRabbit) -> dict[str, str]:
    """Return the settings that give every service and edge a user of its own."""
    edges = [url_of(node, user) for user in USERS if user.startswith("edge-")]
    return {broker_setting_of(name): url_of(node, name) for name in API_PREFIXES} | {EDGES: " ".join(edges)}


def _qiantai(*arguments: str, refused: bool = False, **environment: str) -> str:
    """Run a command of `qiantai`; returns what it prints, or why it does not go on."""
    done = subprocess.run(
        [sys.executable, "-m", "embedded.cli", *arguments],
        env={**os.environ, **environment},
        check=False,
        text=True,
        capture_output=True,
    )
    assert (done.returncode != 0) is refused, done.stderr
    return done.stderr if refused else done.stdout


def url_of(node: PrivateRabbit, user: str) -> str:
    return f"amqp://{user}:{PASSWORD}@127.0.0.1:{node.port}/"


def message(event: Event, version: int = 1) -> bytes:
    return encode(enclose(event, id_=new_id(), version=version, time=clock.now(), causation=None, traceparent=None))


def scanned(branch: str) -> ArrivalScanned:
    at = clock.now()
    return ArrivalScanned(
        branch=branch,
        scan=new_id(),
        device="d",
        desk="k",
        code="1",
        kind="design",
        customer=new_id(),
        appointment=None,
        device_time=at,
        gateway_time=at,
    )


Try = Callable[[BlockingChannel], object]


def attempts(user: str) -> dict[str, Try]:
    own = "device-gateway.edge.sh-01" if user == "edge-sh-01" else user
    others = [name for name in ("customer", "billing", "device-gateway", "device-gateway.edge.hz-01") if name != own]

    def publish(exchange: str, key: str) -> Try:
        return lambda channel: channel.basic_publish(exchange, key, b"x")

    found: dict[str, Try] = {
        "declares a queue": lambda channel: channel.queue_declare("mine"),
        "takes the place of another edge": lambda channel: channel.queue_declare(
            "device-gateway.edge.hz-01.alone", exclusive=True
        ),
        "declares an exchange": lambda channel: channel.exchange_declare("mine", "topic"),
        "deletes its own queue": lambda channel: channel.queue_delete(own),
        "hears everything": lambda channel: channel.queue_bind(own, "qiantai.from.billing", "#"),
        "leads an exchange to its own": lambda channel: channel.exchange_bind(
            "qiantai.from.edges", "qiantai.from.billing", "#"
        ),
    }
    for exchange in ("qiantai", "qiantai.dlx", "qiantai.from.billing", "qiantai.from.edges", "qiantai.aside.billing"):
        if exchange.rsplit(".", 1)[-1] != own:
            found[f"tells by {exchange}"] = publish(exchange, "billing.payment.received.sh-01")
    for exchange in ("qiantai", "qiantai.from.edges", exchange_of("customer"), exchange_of_edge("sh-01")):
        found[f"deletes {exchange}"] = lambda channel, exchange=exchange: channel.exchange_delete(exchange)
    for queue in others:
        found[f"reads {queue}"] = lambda channel, queue=queue: channel.basic_get(queue)
        found[f"reads {queue}.parked"] = lambda channel, queue=queue: channel.basic_get(f"{queue}.parked")
        found[f"empties {queue}"] = lambda channel, queue=queue: channel.queue_purge(queue)
        found[f"reaches {queue} by the default exchange"] = publish("", queue)
    return found


@pytest.mark.parametrize("user", ["customer", "billing", "device-gateway", "edge-sh-01"])
def test_a_user_does_nothing_but_its_own(node: PrivateRabbit, user: str) -> None:
    able = []
    with pika.BlockingConnection(pika.URLParameters(url_of(node, user))) as connection:
        for name, attempt in attempts(user).items():
            channel = connection.channel()
            channel.confirm_delivery()
            try:
                attempt(channel)
                able.append(name)
            except pika.exceptions.ChannelClosedByBroker as closed:
                able += [] if closed.reply_code == REFUSED_BY_BROKER else [f"{name}: {closed}"]
    assert able == []


def count(node: PrivateRabbit, queue: str) -> int:
    with pika.BlockingConnection(pika.URLParameters(node.url)) as connection:
        return int(connection.channel().queue_declare(queue, passive=True).method.message_count)


def test_an_edge_reaches_nobody_with_more_keys_than_it_has(node: PrivateRabbit) -> None:
    more = {"CC": ["billing.payment.received.sh-01", "customer.card.issued.sh-01"], "BCC": ["billing"]}
    own = routing_key(ArrivalScanned.TYPE, "sh-01")
    before = {queue: count(node, queue) for queue in ("triage", "billing", "device-gateway.edge.hz-01")}
    with pika.BlockingConnection(pika.URLParameters(url_of(node, "edge-sh-01"))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for key in (own, routing_key(ArrivalScanned.TYPE, "hz-01"), "billing.payment.received.sh-01"):
            properties = pika.BasicProperties(headers=more)
            channel.basic_publish(exchange_of_edge("sh-01"), key, b"{}", properties=properties)
    time.sleep(0.3)
    after = {queue: count(node, queue) for queue in before}
    assert {queue: after[queue] - before[queue] for queue in before} == {
        "triage": 1,
        "billing": 0,
        "device-gateway.edge.hz-01": 0,
    }


REFUSED = [
    (exchange_of("billing"), changed("a", 1), None),
    (exchange_of("customer"), changed("a", 1), "customer may not tell billing.project.changed.v1"),
    (exchange_of_edge("sh-01"), scanned("sh-01"), None),
    (exchange_of_edge("sh-01--2"), scanned("sh-01"), None),
    (exchange_of_edge("main"), scanned("hz-01"), None),
    (
        exchange_of_edge("sh-01"),
        scanned("hz-01"),
        "the edge sh-01 may not tell device-gateway.arrival.scanned.v1 of hz-01",
    ),
    (exchange_of_edge("main"), changed("a", 1), "the edge main may not tell billing.project.changed.v1 of chain"),
    ("qiantai", changed("a", 1), None),
    ("qiantai.aside.triage", changed("a", 1), None),
]


@pytest.mark.parametrize(("exchange", "event", "why"), REFUSED)
def test_a_consumer_knows_who_may_tell_what(exchange: str, event: Event, why: str | None) -> None:
    said = refusal(exchange, message(event))
    assert said == why or (why is not None and said is not None and said.startswith(why.rsplit(" of ", 1)[0]))


@pytest.mark.parametrize(
    ("exchange", "consumer", "may"),
    [
        (exchange_of("triage"), "triage", True),
        (exchange_of("triage"), "billing", False),
        (exchange_of_edge("sh-01"), "edge-sh-01", True),
        (exchange_of_edge("sh-01"), "edge-hz-01", False),
        (exchange_of_edge("sh-01"), "triage", False),
    ],
)
def test_a_rebuild_is_told_to_nobody_but_who_asks(exchange: str, consumer: str, may: bool) -> None:
    asked = RebuildRequested(branch=CHAIN, request="r", publisher="customer", consumer=consumer, types=())
    assert (refusal(exchange, message(asked)) is None) is may


@pytest.mark.parametrize("version", [2**31 - 1, 10_000_001])
def test_a_version_that_would_silence_what_follows_is_no_fact(version: int) -> None:
    with pytest.raises(Undecodable, match="nothing changes so often"):
        decode(message(changed("a", 1), version))


class Running:
    """A consumer of triage's queue under triage's own user."""

    def __init__(self, url: str, outcome: Callable[[bytes], Outcome]) -> None:
        self.given: list[bytes] = []
        self.outcome = outcome
        self.stop = threading.Event()
        [topology] = [one for one in queues.topologies(["sh-01"]) if one.group == "triage"]
        self.consumer = QueueConsumer(url, topology, self._process)
        self._thread = threading.Thread(target=self.consumer.run, args=(self.stop,))
        self._thread.start()
        assert self.consumer.connected.wait(20)

    def _process(self, bodies: Sequence[bytes]) -> Sequence[Outcome]:
        self.given += bodies
        return [self.outcome(body) for body in bodies]

    def until(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 15
        while not what():
            assert time.monotonic() < deadline, self.given
            time.sleep(0.05)

    def end(self) -> None:
        self.stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


def test_each_under_its_own_user_all_of_it_works(node: PrivateRabbit, request: pytest.FixtureRequest) -> None:
    """Told, done and parked, with users who declare nothing; what an edge forges is parked with the reason."""
    garbage = b"{}"
    park = Outcome(Verdict.PARK, "see to it")
    running = Running(url_of(node, "triage"), lambda body: park if body == garbage else DONE)
    request.addfinalizer(running.end)
    billing = PikaPublisher(url_of(node, "billing"), exchange=exchange_of("billing"))
    edge = PikaPublisher(url_of(node, "edge-sh-01"), exchange=exchange_of_edge("sh-01"))
    told, forged = message(changed("a", 1)), message(scanned("hz-01"))
    assert billing.publish([Outgoing(1, "m1", "billing.project.changed.chain", told)]) == {1: None}
    assert edge.publish([Outgoing(2, "m2", routing_key(ArrivalScanned.TYPE, "sh-01"), forged)]) == {2: None}
    parking = QueueParking(url_of(node, "triage"), "triage")
    reason = "the edge sh-01 may not tell device-gateway.arrival.scanned.v1 of hz-01"
    running.until(lambda: reason in {one.reason for one in parking.list()})
    running.until(lambda: told in running.given)
    assert forged not in running.given
    assert {one.reason for one in parking.list()} <= {reason, "see to it"}
    billing.close()
    edge.close()


def test_an_edge_is_alone_under_its_own_user(node: PrivateRabbit, request: pytest.FixtureRequest) -> None:
    [topology] = [one for one in queues.topologies(["sh-01"]) if one.edge == "sh-01"]
    edges = [
        QueueConsumer(url_of(node, "edge-sh-01"), topology, lambda bodies: [DONE] * len(bodies), alone=True)
        for _ in range(2)
    ]
    stops = [threading.Event(), threading.Event()]
    threads = [threading.Thread(target=edge.run, args=(stop,)) for edge, stop in zip(edges, stops, strict=True)]
    request.addfinalizer(lambda: [(stop.set(), thread.join(20)) for stop, thread in zip(stops, threads, strict=True)])
    threads[0].start()
    assert edges[0].connected.wait(20)
    threads[1].start()
    assert not edges[1].connected.wait(2)
    stops[0].set()
    assert edges[1].connected.wait(20), "the name is free at once"


def test_queues_with_too_few_members_are_named() -> None:
    nodes = [{"name": f"rabbit@{name}"} for name in "abc"]
    every = [one["name"] for one in nodes]
    answers: dict[str, Any] = {
        "/api/nodes": nodes,
        "/api/queues": [
            {"name": "whole", "type": "quorum", "members": every, "online": every},
            {"name": "one", "type": "quorum", "members": every[:1], "online": every[:1]},
            {"name": "dead", "type": "quorum", "members": every, "online": every[:2]},
            {"name": "other", "type": "classic"},
        ],
    }

    class Management(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers["Authorization"] == "Basic bTpw"
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(json.dumps(answers[self.path]).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Management)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert queues.too_few_members(f"http://m:p@127.0.0.1:{server.server_port}") == [
            "dead: 3 of 3 members, rabbit@c off",
            "one: 1 of 3 members",
        ]
    finally:
        server.shutdown()
        server.server_close()


def test_every_queue_wants_three_members_from_the_start() -> None:
    topology = ServiceTopology("g", [])
    assert {queue.queue_arguments["x-quorum-initial-group-size"] for queue in topology.queues} == {3}


def test_a_user_is_nobody_elses_and_not_whoever_declares() -> None:
    own = {name: f"amqp://{name}:{PASSWORD}@broker/desk" for name in API_PREFIXES}
    found = definitions(own, "amqp://setup:x@broker/")
    assert {(one["vhost"], one["configure"]) for one in found["permissions"]} == {("desk", "^$")}
    for strange, why in (
        ({**own, "billing": own["triage"]}, "billing and triage have one user"),
        ({**own, "billing": "amqp://setup:x@broker/"}, "billing and whoever declares have one user"),
        ({**own, "billing": "amqp://billing@broker/"}, "billing must name its user and its password"),
        ({name: url for name, url in own.items() if name != "billing"}, "also set QIANTAI_BROKER_BILLING"),
    ):
        with pytest.raises(NoUsersOfTheirOwn, match=why):
            definitions(strange, "amqp://setup:x@broker/")
    with pytest.raises(NoUsersOfTheirOwn, match="'guest' is not named edge-NAME"):
        given_urls({EDGES: "amqp://guest:guest@broker/"})


def test_printed_for_rabbitmqctl_a_new_password_is_taken_over(node: PrivateRabbit, tmp_path: Path) -> None:
    own = {name: url.replace(PASSWORD, "turned") if name == EDGES else url for name, url in urls(node).items()}
    users = _qiantai("broker-users", BROKER=node.url, **own)
    assert PASSWORD not in users
    assert "turned" not in users
    assert {one["name"] for one in json.loads(users)["users"]} == set(USERS)
    (tmp_path / "users.json").write_text(users)
    node.ctl("import_definitions", str(tmp_path / "users.json"))
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(url_of(node, "edge-sh-01")))
    turned = url_of(node, "edge-sh-01").replace(PASSWORD, "turned")
    pika.BlockingConnection(pika.URLParameters(turned)).close()


def test_queues_of_edges_and_groups_are_named_in_the_environment(node: PrivateRabbit) -> None:
    edges = "amqp://edge-nj-01:x@broker/ amqp://edge-nj-02:x@broker/"
    _qiantai(
        "queues",
        BROKER=node.url,
        QIANTAI_EDGES="bj-01 bj-02",
        QIANTAI_GROUPS="triage.bj-01",
        QIANTAI_BROKER_EDGES=edges,
    )
    queues = set(node.ctl("list_queues", "name").split())
    assert {f"device-gateway.edge.{name}" for name in ("bj-01", "bj-02", "nj-01", "nj-02")} | {"triage.bj-01"} <= queues


def test_a_management_api_that_refuses_is_told_in_one_line(node: PrivateRabbit) -> None:
    management = {"QIANTAI_MANAGEMENT": f"http://guest:secret-of-it@127.0.0.1:{node.port}"}
    for command in ("broker-users", "queues"):
        said = _qiantai(command, refused=True, **urls(node), **management)
        assert said.startswith(f"cannot go on: the management API at 127.0.0.1:{node.port}: ")
        assert "secret-of-it" not in said


def test_another_user_of_the_same_nodes() -> None:
    assert (
        url_for("amqp://a:b@one:1/v;amqp://a:b@two/v", "c", "d/@") == "amqp://c:d%2F%40@one:1/v;amqp://c:d%2F%40@two/v"
    )


def test_the_old_exchange_goes_when_nobody_publishes_to_it(node: PrivateRabbit) -> None:
    key = routing_key(ArrivalScanned.TYPE, "sh-01")
    stop = threading.Event()

    def publish_as_the_release_before() -> None:
        with pika.BlockingConnection(pika.URLParameters(node.url)) as connection:
            while not stop.wait(0.1):
                connection.channel().basic_publish("qiantai", key, b"{}")

    heard = count(node, "triage")
    old = threading.Thread(target=publish_as_the_release_before)
    old.start()
    forget = ("queues", "--forget-old-exchange", "--listen", "3")
    try:
        assert "Somebody publishes" in _qiantai(*forget, refused=True, BROKER=node.url)
    finally:
        stop.set()
        old.join(20)
    assert count(node, "triage") > heard, "until then it is heard"
    _qiantai(*forget, BROKER=node.url)
    queues.declare(node.url, ["sh-01"])  # nor does anybody make it again
    assert "qiantai" not in node.ctl("list_exchanges", "name").split()
