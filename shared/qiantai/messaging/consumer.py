"""The kombu consumer of one service queue."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kombu import Connection, Consumer, Producer
from kombu.message import Message

from qiantai import failpoints
from qiantai.inbox.processor import BATCH, Outcome, Verdict
from qiantai.logs import log
from qiantai.messaging.addresses import addresses, host_and_port
from qiantai.messaging.tellers import refusal
from qiantai.messaging.topology import ServiceTopology
from qiantai.pace import ANSWER_SECONDS, HEARTBEAT, RETRY_SECONDS, Pause

PREFETCH = 2 * BATCH
ATTEMPTS_HEADER = "x-qiantai-attempts"
REASON_HEADER = "x-qiantai-reason"
_TRANSPORT = {"confirm_publish": True, "read_timeout": ANSWER_SECONDS, "write_timeout": ANSWER_SECONDS}
_IDLE = 0.5
_DECLARE_SECONDS = 20.0
_MORE = 0.001
"""How long a batch waits for one more message: less than a millisecond is noise."""


def connect(url: str) -> Connection:
    """Return a connection to the first of the addresses that answers.

    Its publishes are confirmed and cannot block for ever.
    """
    *others, last = addresses(url)
    for address in others:
        connection = _connection(address)
        try:
            connection.connect()
        except connection.recoverable_connection_errors as error:
            log.info("broker_address_away", error=repr(error)[:200])
        else:
            return connection
    return _connection(last)


def _connection(address: str) -> Connection:
    host, _ = host_and_port(address)
    tls = {"server_hostname": host} if address.startswith("amqps:") else False  # else anybody's certificate will do
    return Connection(address, ssl=tls, heartbeat=HEARTBEAT, transport_options=_TRANSPORT, connect_timeout=5)


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
            while not stop.is_set():
                self._gather(connection)
                while self._arrived:
                    batch = self._arrived[:BATCH]
                    del self._arrived[:BATCH]
                    self._work(producer, batch)
                    yield
                connection.heartbeat_check()
                if time.monotonic() - self._declared_at > _DECLARE_SECONDS:
                    self._declare(connection)

    def _declare(self, connection: Connection) -> None:
        """Make what is missing; also later, when an exchange or a binding has gone."""
        self._topology.declare(connection)
        self._declared_at = time.monotonic()

    def _be_alone(self, connection: Connection) -> None:
        if self._alone:
            with connection.channel() as channel:
                readers = self._topology.work(channel).channel.queue_declare(self._topology.group, passive=True)
            if readers.consumer_count:
                raise NameTaken(self._topology.group)

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
