"""The pika publisher: pipelined confirms on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pika
from pika.channel import Channel
from pika.frame import Method
from pika.spec import Basic, BasicProperties

from qiantai import failpoints
from qiantai.logs import log
from qiantai.messaging.topology import EVENTS
from qiantai.outbox.relay import Outgoing

CONTENT_TYPE = "application/cloudevents+json"
_HEARTBEAT = 10
_CONFIRM_SECONDS = 30.0
_CONNECT_SECONDS = 15.0


class BrokerAway(ConnectionError):  # noqa: N818 - the relay pauses and tries again
    """RabbitMQ cannot be reached or does not answer."""


@dataclass
class _Window:
    """The messages of one batch that the broker has not answered yet."""

    messages: Sequence[Outgoing]
    results: dict[int, str | None] = field(default_factory=dict)
    by_tag: dict[int, Outgoing] = field(default_factory=dict)
    returned: dict[str, str] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)

    def answer(self, tag: int, *, multiple: bool, reason: str | None) -> None:
        tags = [known for known in self.by_tag if known <= tag] if multiple else [tag]
        for known in tags:
            message = self.by_tag.pop(known, None)
            if message is not None:
                self.results[message.id] = reason or self.returned.get(message.message_id)
        if len(self.results) == len(self.messages):
            self.done.set()

    def give_up(self, reason: str) -> None:
        for message in self.messages:
            self.results.setdefault(message.id, reason)
        self.done.set()


class PikaPublisher:
    """Publishes batches to the events exchange; every message is persistent, mandatory and confirmed.

    After any time-out or loss the connection is thrown away, so that a stale
    confirm can never be taken for a later message's.
    """

    def __init__(self, url: str, *, exchange: str = EVENTS.name) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = _HEARTBEAT
        self._parameters.blocked_connection_timeout = 30
        self._parameters.socket_timeout = 5
        self._exchange = exchange
        self._connection: pika.SelectConnection | None = None
        self._channel: Channel | None = None
        self._ready = threading.Event()
        self._lost: str | None = None
        self._window: _Window | None = None
        self._tag = 0

    def publish(self, messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        """Send all, wait for the broker's answers. Raises BrokerAway when there is no connection."""
        connection = self._connected()
        window = _Window(messages)
        connection.ioloop.add_callback_threadsafe(lambda: self._send(window))
        if not window.done.wait(_CONFIRM_SECONDS):
            self._discard("no confirm in time")
            window.give_up("no confirm in time")
        return window.results

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None and connection.is_open:
            connection.ioloop.add_callback_threadsafe(connection.close)

    def _connected(self) -> pika.SelectConnection:
        if self._connection is not None and self._ready.is_set() and self._lost is None:
            return self._connection
        self._ready, self._lost, self._window, self._tag = threading.Event(), None, None, 0
        ready = self._ready
        connection = pika.SelectConnection(
            self._parameters,
            on_open_callback=lambda opened: opened.channel(on_open_callback=lambda channel: self._opened(channel, ready)),
            on_open_error_callback=lambda _c, error: self._gone(ready, repr(error)),
            on_close_callback=lambda _c, error: self._gone(ready, repr(error)),
        )
        self._connection = connection
        threading.Thread(target=_run_loop, args=(connection,), name="publisher", daemon=True).start()
        if not ready.wait(_CONNECT_SECONDS) or self._lost is not None:
            reason = self._lost or "no answer"
            self._discard(reason)
            raise BrokerAway(reason)
        return connection

    def _opened(self, channel: Channel, ready: threading.Event) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _ch, error: self._gone(ready, repr(error)))
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._answered, callback=lambda _frame: ready.set())

    def _send(self, window: _Window) -> None:
        channel = self._channel
        if channel is None or not channel.is_open:
            window.give_up(self._lost or "no channel")
            return
        self._window = window
        for message in window.messages:
            self._tag += 1
            window.by_tag[self._tag] = message
            channel.basic_publish(
                self._exchange, message.routing_key, message.body, mandatory=True,
                properties=BasicProperties(message_id=message.message_id, content_type=CONTENT_TYPE, delivery_mode=2),
            )
        failpoints.hit("relay.after_publish")

    def _answered(self, frame: Method[Basic.Ack | Basic.Nack]) -> None:
        if self._window is not None:
            reason = None if isinstance(frame.method, Basic.Ack) else "refused by the broker"
            self._window.answer(frame.method.delivery_tag, multiple=frame.method.multiple, reason=reason)

    def _returned(self, _channel: Channel, method: Basic.Return, properties: BasicProperties, _body: bytes) -> None:
        if self._window is not None and properties.message_id:
            self._window.returned[properties.message_id] = f"no queue listens to {method.routing_key}"

    def _gone(self, ready: threading.Event, reason: str) -> None:
        if ready is not self._ready:
            return  # an older connection
        self._lost = reason
        if self._window is not None:
            self._window.give_up(reason)
        ready.set()

    def _discard(self, reason: str) -> None:
        self._lost = reason
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.ioloop.add_callback_threadsafe(lambda: _abort(connection))


def _abort(connection: pika.SelectConnection) -> None:
    try:
        connection.close()
    except pika.exceptions.AMQPError:
        connection.ioloop.stop()


def _run_loop(connection: pika.SelectConnection) -> None:
    start: Callable[[], None] = connection.ioloop.start
    try:
        start()
    except Exception as error:  # noqa: BLE001 - the relay notices and connects anew
        log.warning("publisher_loop_ended", error=repr(error)[:300])
