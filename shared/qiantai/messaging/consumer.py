"""The kombu consumer of one service queue."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import amqp
from amqp.protocol import queue_declare_ok_t
from kombu import Connection, Consumer, Producer
from kombu.message import Message

from qiantai import failpoints
from qiantai.inbox.processor import BATCH, Outcome, Verdict
from qiantai.logs import log
from qiantai.messaging.addresses import addresses, host_and_port
from qiantai.messaging.keys import alone_of
from qiantai.messaging.tellers import refusal
from qiantai.messaging.topology import ServiceTopology
from qiantai.pace import ANSWER_SECONDS, HEARTBEAT, RETRY_SECONDS, Pause

PREFETCH = 2 * BATCH
ATTEMPTS_HEADER = "x-qiantai-attempts"
REASON_HEADER = "x-qiantai-reason"
_TRANSPORT = {"confirm_publish": True, "read_timeout": ANSWER_SECONDS, "write_timeout": ANSWER_SECONDS}
_IDLE = 0.5
_CONNECT_SECONDS = 5
SILENT_SECONDS = 10.0
"""A consumer that hears nothing for so long looks whether its queue holds something that it is not given."""
_DECLARE_SECONDS = 20.0
_MORE = 0.001
"""How long a batch waits for one more message: less than a millisecond is noise."""


def connect(url: str) -> Connection:
    """Return a connection to one of the addresses, one that answers where any does.

    Its publishes are confirmed and cannot block for ever.
    """
    found = addresses(url)
    *others, last = random.sample(found, len(found))  # not everybody at one node
    for address in others:
        connection = _connection(address)
        try:
            _begin(connection)
        except connection.recoverable_connection_errors as error:
            log.info("broker_address_away", error=repr(error)[:200])
        else:
            return connection
    return _connection(last)


def answers(address: str) -> bool:
    """Say whether a node takes connections: it has joined its cluster then."""
    connection = _connection(address)
    try:
        _begin(connection)
    except connection.recoverable_connection_errors:
        return False
    finally:
        connection.release()
    return True


def _begin(connection: Connection) -> None:
    connection.ensure_connection(
        max_retries=1, interval_start=0, timeout=_CONNECT_SECONDS, reraise_as_library_errors=False
    )


def _connection(address: str) -> Connection:
    host, _ = host_and_port(address)
    tls = {"server_hostname": host} if address.startswith("amqps:") else False  # else anybody's certificate will do
    return Connection(
        address, ssl=tls, heartbeat=HEARTBEAT, transport_options=_TRANSPORT, connect_timeout=_CONNECT_SECONDS
    )


@contextlib.contextmanager
def _connected(url: str) -> Iterator[Connection]:
    connection = connect(url)
    try:
        yield connection
    except BaseException:
        if connection.connected:
            connection.connection.collect()  # no farewell: a broker that is lost would not answer it
        raise
    finally:
        connection.release()


class QueueConsumer:
    """Takes what is there, up to a batch, has it processed, then acknowledges.

    A message that must wait goes to a retry queue and one that needs a person
    to the parking queue, both confirmed before the acknowledgement. `able`
    raises while nothing can be processed: the queue keeps its messages then,
    for each delivery that comes back counts towards the delivery limit.
    `alone`: nobody else may read this queue; who comes second waits and says so.
    """

    def __init__(
        self,
        url: str,
        topology: ServiceTopology,
        process: Callable[[Sequence[bytes]], Sequence[Outcome]],
        *,
        able: Callable[[], object] = lambda: None,
        alone: bool = False,
    ) -> None:
        self._url = url
        self._topology = topology
        self._process = process
        self._able = able
        self._alone = alone
        self._declared_at = 0.0
        self._heard_at = 0.0
        self._arrived: list[Message] = []
        self.connected = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Consume until `stop` is set; reconnects with growing pauses."""
        pause = Pause()
        while not stop.is_set():
            try:
                self._able()
                with _connected(self._url) as connection:
                    self._declare(connection)
                    self._be_alone(connection)
                    for _ in self._consume(connection, stop):
                        pause.reset()
            except Exception as error:  # noqa: BLE001 - unacknowledged messages come again
                why = repr(error)[:300]
                log.warning("consumer_reconnects", queue=self._topology.group, error=why, pause=pause.seconds)
                pause.wait(stop)
            finally:
                self.connected.clear()
                self._arrived.clear()

    def _consume(self, connection: Connection, stop: threading.Event) -> Iterator[None]:
        channel = connection.channel()
        consumer = Consumer(
            channel,
            queues=[self._topology.work],
            on_message=self._arrived.append,
            prefetch_count=PREFETCH,
            auto_declare=False,
        )
        producer = Producer(connection.channel(), auto_declare=False)
        with consumer:
            self.connected.set()
            self._heard_at = time.monotonic()
            while not stop.is_set():
                self._gather(connection)
                self._look_whether_silent(connection)
                while self._arrived:
                    batch = self._arrived[:BATCH]
                    del self._arrived[:BATCH]
                    self._work(producer, batch)
                    self._heard_at = time.monotonic()
                    yield
                connection.heartbeat_check()
                if time.monotonic() - self._declared_at > _DECLARE_SECONDS:
                    self._declare(connection)

    def _declare(self, connection: Connection) -> None:
        """Make what is missing; also later, when an exchange or a binding has gone."""
        self._topology.declare(connection)
        self._declared_at = time.monotonic()

    def _be_alone(self, connection: Connection) -> None:
        """Take the queue that one connection may have, and that goes with it. Raises NameTaken.

        Readers are not counted where it can be had: one that died with its node counts until that node is back.
        """
        if not self._alone:
            return
        try:
            with connection.channel() as channel:
                channel.queue_declare(alone_of(self._topology.group), exclusive=True, auto_delete=False)
        except amqp.exceptions.ResourceLocked as error:
            raise NameTaken(self._topology.group) from error
        except amqp.exceptions.AccessRefused as error:  # a user of the release before may not
            if self._seen(connection).consumer_count:
                raise NameTaken(self._topology.group) from error

    def _look_whether_silent(self, connection: Connection) -> None:
        """Raise where the queue holds what it does not give: who began to consume during an election may never be."""
        if self._arrived or time.monotonic() - self._heard_at < SILENT_SECONDS:
            return
        self._heard_at = time.monotonic()
        if self._seen(connection).message_count:
            self._gather(connection)
            if not self._arrived:
                raise Silent(self._topology.group)

    def _seen(self, connection: Connection) -> queue_declare_ok_t:
        with connection.channel() as channel:
            return channel.queue_declare(self._topology.group, passive=True)

    def _gather(self, connection: Connection) -> None:
        """Wait for one message, then take what else is already there."""
        with contextlib.suppress(socket.timeout):
            connection.drain_events(timeout=_IDLE)
            while len(self._arrived) < BATCH:
                connection.drain_events(timeout=_MORE)

    def _work(self, producer: Producer, batch: Sequence[Message]) -> None:
        outcomes = self._judge(batch)
        failpoints.hit("consumer.before_ack")
        if all(outcome.verdict is Verdict.DONE for outcome in outcomes):
            batch[-1].ack(multiple=True)  # the batch is the oldest of what is unacknowledged
            return
        for message, outcome in zip(batch, outcomes, strict=True):
            if outcome.verdict is not Verdict.DONE:
                failpoints.hit("consumer.before_aside")
                self._put_aside(producer, message, outcome)
                failpoints.hit("consumer.after_aside")
            message.ack()

    def _judge(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """Have processed what its teller may tell; the rest needs a person."""
        refused = {place: why for place, one in enumerate(batch) if (why := refusal(_exchange(one), _bytes(one)))}
        if not refused:
            return self._process([_bytes(message) for message in batch])
        log.error("message_refused", queue=self._topology.group, reason=next(iter(refused.values())))
        heard = [_bytes(one) for place, one in enumerate(batch) if place not in refused]
        outcomes = iter(self._process(heard) if heard else ())
        return [
            Outcome(Verdict.PARK, refused[place]) if place in refused else next(outcomes) for place in range(len(batch))
        ]

    def _put_aside(self, producer: Producer, message: Message, outcome: Outcome) -> None:
        attempts = _attempts(message)
        again = outcome.verdict is Verdict.RETRY and attempts < len(RETRY_SECONDS)
        queue = self._topology.retry_name(RETRY_SECONDS[attempts]) if again else self._topology.parked_name
        producer.publish(
            _bytes(message),
            exchange=self._topology.aside.name,
            routing_key=queue,
            delivery_mode=2,
            mandatory=True,
            on_return=_returned,
            content_type="application/cloudevents+json",
            content_encoding="binary",
            confirm_timeout=ANSWER_SECONDS,
            headers={ATTEMPTS_HEADER: attempts + 1 if again else attempts, REASON_HEADER: outcome.reason[:1000]},
            message_id=message.properties.get("message_id"),
        )


class _Returned(Exception):
    """The broker has no such queue."""


def _returned(_exception: object, _exchange: object, routing_key: str, _message: object) -> None:
    raise _Returned(routing_key)


class Silent(ConnectionError):
    """The queue holds messages and this consumer is given none."""


class NameTaken(RuntimeError):
    """Somebody else reads this queue: two edges have one name."""


def _exchange(message: Message) -> str:
    return str((message.delivery_info or {}).get("exchange") or "")


def _bytes(message: Message) -> bytes:
    body: Any = message.body
    return body.encode() if isinstance(body, str) else bytes(body)


def _attempts(message: Message) -> int:
    value = (message.headers or {}).get(ATTEMPTS_HEADER, 0)
    return value if isinstance(value, int) and value >= 0 else 0
