"""Both buses: topic keys, the embedded bus with its held messages, parking, the consumer's patience."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from types import SimpleNamespace

import pika
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from kombu import Consumer
from qiantai.clock import now
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE, Outcome, Processor, Verdict
from qiantai.messaging import consumer as consuming
from qiantai.messaging import local
from qiantai.messaging import publisher as publishing
from qiantai.messaging.addresses import host_and_port
from qiantai.messaging.consumer import QueueConsumer
from qiantai.messaging.keys import matches
from qiantai.messaging.local import LocalBus, LocalSubscriber
from qiantai.messaging.parking import Parking, QueueParking, TableParking
from qiantai.messaging.publisher import BrokerAway, PikaPublisher
from qiantai.messaging.tellers import exchange_of
from qiantai.messaging.topology import ServiceTopology
from qiantai.outbox.relay import Outgoing, Relay
from qiantai.outbox.source import OutboxSource
from qiantai.servers.ports import free_port
from qiantai.storage.engine import engine_for
from qiantai.testing import example
from qiantai.testing.example import LISTENER, TELLER, changed
from qiantai.wire.envelope import enclose, encode

words = st.sampled_from(["a", "b", "*", "#"])


def naive(binding: Sequence[str], key: Sequence[str]) -> bool:
    """Topic matching as the protocol words it."""
    if not binding:
        return not key
    head, rest = binding[0], binding[1:]
    if head == "#":
        return any(naive(rest, key[place:]) for place in range(len(key) + 1))
    return bool(key) and head in ("*", key[0]) and naive(rest, key[1:])


@given(st.lists(words, min_size=1, max_size=5), st.lists(st.sampled_from(["a", "b", "a-b_c"]), min_size=1, max_size=5))
def test_topic_keys_match_as_on_the_broker(binding: list[str], key: list[str]) -> None:
    assert matches(".".join(binding), ".".join(key)) is naive(binding, key)


def envelope_of(code: str, department: str = example.OK) -> tuple[str, bytes]:
    id_ = new_id()
    event = changed(code, 1, department)
    return id_, encode(enclose(event, id_=id_, version=1, time=now(), causation=None, traceparent=None))


# -- the embedded bus


@pytest.fixture
def subscriber(engines: dict[str, sa.Engine], monkeypatch: pytest.MonkeyPatch) -> LocalSubscriber:
    monkeypatch.setattr(local, "RETRY_SECONDS", (0, 0))
    return LocalSubscriber(Processor(example.listener(), engines[LISTENER]), engines[LISTENER])


def outgoing(code: str, department: str = example.OK) -> Outgoing:
    id_, body = envelope_of(code, department)
    return Outgoing(1, id_, "billing.project.changed.sh-01", body)


def counts(engine: sa.Engine) -> dict[str, int]:
    query = "SELECT (SELECT count(*) FROM effect), (SELECT count(*) FROM held_message)"
    with engine.begin() as connection:
        effects, held = connection.execute(sa.text(query)).one()
    return {"effects": effects, "held": held}


def test_a_held_message_is_tried_again_until_it_is_done(
    subscriber: LocalSubscriber, engines: dict[str, sa.Engine]
) -> None:
    LocalBus([subscriber]).publish([outgoing(new_id(), "later:2"), outgoing("b")])
    assert counts(engines[LISTENER]) == {"effects": 1, "held": 1}
    assert subscriber.retry_due() == 1
    assert counts(engines[LISTENER]) == {"effects": 2, "held": 0}
    assert subscriber.retry_due() == 0


def test_a_held_message_is_parked_after_the_last_try_and_can_be_replayed(
    subscriber: LocalSubscriber, urls: dict[str, str], engines: dict[str, sa.Engine]
) -> None:
    parking = TableParking(urls[LISTENER])
    message = outgoing(new_id(), "unless")
    LocalBus([subscriber]).publish([message])
    assert [(one.message_id, one.type, one.body) for one in parking.list()] == [
        (message.message_id, "billing.project.changed.v1", message.body)
    ], "a refusal is parked at once"
    assert parking.list()[0].reason == "Refused: The listener refuses this fact."
    later = outgoing(new_id(), "later")
    LocalBus([subscriber]).publish([later])
    assert parking.count() == 1
    assert [subscriber.retry_due() for _ in range(3)] == [1, 1, 0]
    assert parking.count() == 2
    assert parking.replay([message.message_id, "unknown"]) == 1
    assert subscriber.retry_due() == 1
    assert parking.count() == 2, "nothing was mended"
    with engines[LISTENER].begin() as connection:
        connection.execute(sa.text("INSERT INTO mended VALUES ('it')"))
    assert parking.replay([message.message_id]) == 1
    assert parking.replay([message.message_id]) == 0, "it is on its way"
    assert subscriber.retry_due() == 1
    assert parking.count() == 1
    assert counts(engines[LISTENER]) == {"effects": 1, "held": 1}


def test_a_death_between_effect_and_release_makes_no_second_effect(
    subscriber: LocalSubscriber, engines: dict[str, sa.Engine]
) -> None:
    message = outgoing(new_id(), "later:2")
    bus = LocalBus([subscriber])
    bus.publish([message])
    assert subscriber.processor.process([message.body]) == [DONE], "done, and then the process died"
    assert counts(engines[LISTENER]) == {"effects": 1, "held": 1}
    bus.publish([message])
    assert subscriber.retry_due() == 1
    assert counts(engines[LISTENER]) == {"effects": 1, "held": 0}


def test_what_one_subscriber_cannot_take_stays_with_the_sender(
    subscriber: LocalSubscriber, engines: dict[str, sa.Engine], urls: dict[str, str]
) -> None:
    away = engine_for(f"postgresql://nobody:x@127.0.0.1:{free_port()}/none")
    broken = LocalSubscriber(Processor(example.listener(), away), away)
    example.tell(engines[TELLER], "a")
    source = OutboxSource(urls[TELLER], TELLER)
    with pytest.raises(sa.exc.OperationalError):
        Relay(source, LocalBus([subscriber, broken])).step()
    assert counts(engines[LISTENER])["effects"] == 1, "the other has it"
    relay = Relay(source, LocalBus([subscriber]))
    assert relay.step() == 1
    assert relay.step() == 0
    assert counts(engines[LISTENER])["effects"] == 1
    source.close()


# -- RabbitMQ


@pytest.fixture
def group(rabbitmq_url: str) -> Iterator[ServiceTopology]:
    topology = ServiceTopology(f"g-{new_id()}", [f"billing.project.changed.{new_id()}"])
    yield topology
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection:
        channel = connection.channel()
        queues = [topology.group, topology.parked_name, *map(topology.retry_name, (5, 30, 120, 600, 3600))]
        for queue in queues:
            channel.queue_delete(queue)


class Running:
    """A consumer in a thread, with what it was given."""

    def __init__(self, url: str, topology: ServiceTopology) -> None:
        self.given: list[Sequence[bytes]] = []
        self.away = False
        self.looked = 0
        self.outcome = DONE
        self.stop = threading.Event()
        self.seen = threading.Event()
        self.consumer = QueueConsumer(url, topology, self._process, able=self._able)
        self._thread = threading.Thread(target=self.consumer.run, args=(self.stop,))
        self._thread.start()
        assert self.consumer.connected.wait(20)

    def _able(self) -> None:
        self.looked += self.away
        if self.looked >= 3:
            self.away = False
        if self.away:
            raise ConnectionError("the database is away")

    def _process(self, bodies: Sequence[bytes]) -> Sequence[Outcome]:
        self.given.append(bodies)
        if len(self.given) == 1 and self.outcome is DONE:
            self.away = True
            raise ConnectionError("the database is away")
        self.seen.set()
        return [self.outcome] * len(bodies)

    def end(self) -> None:
        self.stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()


def test_while_the_database_is_away_nothing_is_delivered_again_and_again(
    rabbitmq_url: str, group: ServiceTopology
) -> None:
    running = Running(rabbitmq_url, group)
    publisher = PikaPublisher(rabbitmq_url, exchange=exchange_of("billing"))
    [answer] = publisher.publish([Outgoing(1, "m1", group.bindings[0], b"x")]).values()
    assert answer is None
    assert running.seen.wait(30)
    running.end()
    publisher.close()
    assert running.looked == 3
    assert running.given == [[b"x"], [b"x"]], "the delivery limit is for poison, not for an outage"


def test_the_publisher_tells_what_nobody_listens_to(rabbitmq_url: str, group: ServiceTopology) -> None:
    running = Running(rabbitmq_url, group)
    publisher = PikaPublisher(rabbitmq_url, exchange=exchange_of("billing"))
    messages = [
        Outgoing(number, f"m{number}", key, b"x") for number, key in enumerate((group.bindings[0], "no.one.here"))
    ]
    answers = publisher.publish(messages)
    assert answers == {0: None, 1: "no queue listens to no.one.here"}
    running.end()
    publisher.close()


def test_publisher_threads_end_with_their_connections(rabbitmq_url: str, group: ServiceTopology) -> None:
    running = Running(rabbitmq_url, group)
    for _ in range(3):
        publisher = PikaPublisher(rabbitmq_url, exchange=exchange_of("billing"))
        assert publisher.publish([Outgoing(1, "m1", group.bindings[0], b"x")]) == {1: None}
        publisher.close()
    running.end()
    for thread in threading.enumerate():
        if thread.name == "publisher":
            thread.join(10)
            assert not thread.is_alive()


def test_parking_on_the_broker_keeps_what_is_looked_at(rabbitmq_url: str, group: ServiceTopology) -> None:
    running = Running(rabbitmq_url, group)
    running.outcome = Outcome(Verdict.PARK, "看一下")
    publisher = PikaPublisher(rabbitmq_url, exchange=exchange_of("billing"))
    id_, body = envelope_of("a")
    bodies = [body, b"no envelope", b"[" * 5000]
    publisher.publish([Outgoing(number, "m", group.bindings[0], one) for number, one in enumerate(bodies)])
    parking: Parking = QueueParking(rabbitmq_url, group.group)
    for _ in range(200):
        if parking.count() == 3:
            break
        running.stop.wait(0.05)
    first, second = parking.list(), parking.list()
    assert {(one.message_id, one.type, one.reason) for one in first} >= {(id_, "billing.project.changed.v1", "看一下")}
    assert sorted(one.body for one in first) == sorted(bodies)
    assert {one.message_id for one in first} == {one.message_id for one in second}, "ids stay, also of garbage"
    running.end()
    garbage = next(one for one in first if one.body == b"no envelope")
    assert parking.replay([garbage.message_id]) == 1
    assert parking.replay([garbage.message_id]) == 0
    publisher.close()


def test_a_missing_exchange_is_declared_again_by_itself(
    rabbitmq_url: str, group: ServiceTopology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consuming, "_DECLARE_SECONDS", 0.1)
    running = Running(rabbitmq_url, group)
    publisher = PikaPublisher(rabbitmq_url, exchange=exchange_of("billing"))
    message = Outgoing(1, "m1", group.bindings[0], b"x")
    assert publisher.publish([message]) == {1: None}
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection:
        connection.channel().exchange_delete(exchange_of("billing"))
    told = []
    for _ in range(100):
        try:
            told.append(publisher.publish([message])[1])
        except BrokerAway as error:
            told.append(str(error))
        if told[-1] is None:
            break
        running.stop.wait(0.1)
    assert told[-1] is None, told
    running.end()
    publisher.close()


def test_a_second_edge_of_one_name_is_refused_and_says_so(
    rabbitmq_url: str, group: ServiceTopology, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    noted = SimpleNamespace(warning=lambda _event, **fields: said.append(fields["error"]))
    monkeypatch.setattr(consuming, "log", noted)
    first = QueueConsumer(rabbitmq_url, group, lambda bodies: [DONE] * len(bodies), alone=True)
    second = QueueConsumer(rabbitmq_url, group, lambda bodies: [DONE] * len(bodies), alone=True)
    stop = threading.Event()
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in (first, second)]
    try:
        threads[0].start()
        assert first.connected.wait(20)
        threads[1].start()
        assert not second.connected.wait(3)
        assert any("NameTaken" in why for why in said)
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)


def test_a_connection_that_is_refused_for_long_is_renewed(
    rabbitmq_url: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(publishing, "RENEW_SECONDS", 0.2)
    full, key = f"full-{new_id()}", f"no.one.{new_id()}"
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection:
        channel = connection.channel()
        arguments = {"x-max-length": 1, "x-overflow": "reject-publish"}
        channel.queue_declare(full, arguments=arguments)
        channel.exchange_declare(exchange_of("billing"), "topic", durable=True)
        channel.queue_bind(full, exchange_of("billing"), key)
        channel.basic_publish("", full, b"x")
    publisher = PikaPublisher(rabbitmq_url, exchange=exchange_of("billing"))
    request.addfinalizer(publisher.close)
    assert publisher.came_back()
    until = time.monotonic() + 20
    while not publisher.came_back():
        assert publisher.publish([Outgoing(1, "m1", key, b"x")]) == {1: publishing.REFUSED}
        assert time.monotonic() < until
        time.sleep(0.05)
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection:
        connection.channel().queue_delete(full)


def test_another_address_is_taken_where_one_is_away(rabbitmq_url: str, group: ServiceTopology) -> None:
    url = f"amqp://guest:guest@127.0.0.1:{free_port()}/;{rabbitmq_url}"
    running = Running(url, group)
    publisher = PikaPublisher(url, exchange=exchange_of("billing"))
    with pytest.raises(BrokerAway):
        publisher.came_back()
    assert publisher.publish([Outgoing(1, "m1", group.bindings[0], b"x")]) == {1: None}
    assert QueueParking(url, group.group).count() == 0
    assert host_and_port("amqps://u:p@broker/") == ("broker", 5671)
    running.end()
    publisher.close()


def test_a_connection_that_is_refused_by_one_queue_alone_is_renewed_ever_later(
    rabbitmq_url: str, group: ServiceTopology, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """A channel that was opened during an election is refused for ever, by the queue that chose its leader then."""
    monkeypatch.setattr(publishing, "RENEW_SECONDS", 0.4)
    full, key = f"full-{new_id()}", f"no.one.{new_id()}"
    running = Running(rabbitmq_url, group)
    request.addfinalizer(running.end)
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection:
        channel = connection.channel()
        channel.queue_declare(full, arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
        channel.queue_bind(full, exchange_of("billing"), key)
        channel.basic_publish("", full, b"x")
    publisher = PikaPublisher(rabbitmq_url, exchange=exchange_of("billing"))
    request.addfinalizer(publisher.close)
    messages = [Outgoing(1, "m1", key, b"x"), Outgoing(2, "m2", group.bindings[0], b"x")]
    assert publisher.came_back()

    def renewed() -> float:
        began = time.monotonic()
        while not publisher.came_back():
            assert publisher.publish(messages) == {1: publishing.REFUSED, 2: None}
            assert time.monotonic() < began + 20
            time.sleep(0.02)
        return time.monotonic() - began

    first, second = renewed(), renewed()
    assert first < second, "a queue that is full is not asked for ever on new connections"
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection:
        connection.channel().queue_delete(full)
    messages[0] = Outgoing(1, "m1", group.bindings[0], b"x")
    assert publisher.publish(messages) == {1: None, 2: None}


def test_a_consumer_that_is_given_nothing_of_what_is_there_begins_anew(
    rabbitmq_url: str, group: ServiceTopology, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(consuming, "SILENT_SECONDS", 0.5)
    begun: list[object] = []

    class Unheard(Consumer):
        """The first one is not known to the broker."""

        def consume(self, no_ack: bool | None = None) -> None:
            begun.append(self)
            if len(begun) > 1:
                super().consume(no_ack)

    monkeypatch.setattr(consuming, "Consumer", Unheard)
    running = Running(rabbitmq_url, group)
    request.addfinalizer(running.end)
    running.outcome = Outcome(Verdict.PARK, "-")
    assert not running.stop.wait(1.5), "an empty queue is no reason"
    assert len(begun) == 1
    publisher = PikaPublisher(rabbitmq_url, exchange=exchange_of("billing"))
    request.addfinalizer(publisher.close)
    assert publisher.publish([Outgoing(1, "m1", group.bindings[0], b"x")]) == {1: None}
    assert running.seen.wait(20)
    assert len(begun) == 2


def test_a_dead_node_costs_no_time_when_another_lives(rabbitmq_url: str) -> None:
    dead = ";".join(f"amqp://guest:guest@127.0.0.1:{free_port()}/" for _ in range(3))
    for _ in range(4):
        began = time.monotonic()
        with consuming.connect(f"{dead};{rabbitmq_url}") as connection:
            connection.connect()
        assert time.monotonic() - began < 2
