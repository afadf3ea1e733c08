"""What a service's or an edge's user can do at the broker: each tries with its own credentials, and so does a thief."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pika
import pytest
from embedded import queues
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
from qiantai.servers.rabbitmq import PrivateRabbit, installed
from qiantai.services import API_PREFIXES
from qiantai.testing.example import changed
from qiantai.wire.envelope import Undecodable, decode, enclose, encode, routing_key

USERS = (*API_PREFIXES, "edge-sh-01", "edge-hz-01")
REFUSED_BY_BROKER = 403
PASSWORD = "of-its-own"
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not installed(), reason="rabbitmq-server is not installed")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRabbit]:
    """A node on which everything is declared and every user is made, as an operator does."""
    folder = tmp_path_factory.mktemp("node")
    made = PrivateRabbit(folder).start()
    try:
        queues.declare(made.url, ["sh-01", "hz-01"], ["triage.sh-01"])
        made.ctl("eval", _erlang(_asked_for(folder)))
        yield made
    finally:
        made.stop()


def _asked_for(folder: Path) -> dict[str, list[str]]:
    """Return what `users.sh` asks of rabbitmqctl for each user: what may be configured, written, read."""
    ctl, asked = folder / "ctl", folder / "asked"
    ctl.write_text(f"#!/bin/sh\nprintf '%s\\t' \"$@\" >>{asked}; echo >>{asked}\n")
    ctl.chmod(0o755)
    passwords = {f"{user.upper().replace('-', '_')}_BROKER_PASSWORD": PASSWORD for user in USERS}
    subprocess.run(
        ["sh", str(ROOT / "deploy/rabbitmq/users.sh"), "sh-01", "hz-01"],
        env={**os.environ, **passwords, "RABBITMQCTL": str(ctl)},
        check=True,
        capture_output=True,
    )
    lines = [line.split("\t")[:-1] for line in asked.read_text().splitlines()]
    assert PASSWORD not in asked.read_text(), "an argument shows in ps"
    assert {line[2] for line in lines if line[1] == "add_user"} == set(USERS)
    return {line[4]: line[5:] for line in lines if line[1] == "set_permissions"}


def _erlang(asked: dict[str, list[str]]) -> str:
    """Return what does the same in one call: each of rabbitmqctl's own takes a second."""
    binary = lambda text: "<<" + json.dumps(text) + ">>"  # noqa: E731
    rows = ",".join("{" + ",".join(map(binary, (user, *rights))) + "}" for user, rights in asked.items())
    return (
        f"[begin rabbit_auth_backend_internal:add_user(U, {binary(PASSWORD)}, <<>>),"
        " rabbit_auth_backend_internal:set_permissions(U, <<47>>, C, W, R, <<>>) end"
        f" || {{U, C, W, R}} <- [{rows}]]."
    )


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
