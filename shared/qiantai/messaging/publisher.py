"""The pika publisher: pipelined confirms on a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pika
from pika.channel import Channel
from pika.frame import Method
from pika.spec import Basic, BasicProperties
from typing_extensions import override

from qiantai import failpoints
from qiantai.logs import log
from qiantai.messaging.addresses import addresses
from qiantai.messaging.keys import CONTENT_TYPE
from qiantai.outbox.relay import Outgoing, Publisher
from qiantai.pace import ANSWER_SECONDS, PUBLISHER_HEARTBEAT

SILENT_SECONDS = min(5.0, ANSWER_SECONDS)
"""A batch to which no answer came for so long waits on a channel that may never have one."""
REFUSED = "refused by the broker"
RENEW_SECONDS = 3.0
"""A message that one connection was refused for so long is tried on another; where that helps nothing, ever later."""
_RENEW_AT_MOST = 300.0
_NO_EXCHANGE = "no exchange"
_LOOK_SECONDS = 0.25
"""How often a waiting batch looks whether its connection is still there."""


class BrokerAway(ConnectionError):
    """RabbitMQ cannot be reached or does not answer."""


@dataclass
class _Window:
    """The messages of one batch and the broker's answers to them."""

    messages: Sequence[Outgoing]
    results: dict[int, str | None] = field(default_factory=dict)
    by_tag: dict[int, Outgoing] = field(default_factory=dict)
    returned: dict[str, str] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)
    heard_at: float = field(default_factory=time.monotonic)
    """When the last answer came."""

    def answer(self, tag: int, *, multiple: bool, reason: str | None) -> None:
        self.heard_at = time.monotonic()
        tags = [known for known in self.by_tag if known <= tag] if multiple else [tag]
        for known in tags:
            message = self.by_tag.pop(known, None)
            if message is not None:
                self.results[message.id] = reason or self.returned.get(message.message_id)
        if len(self.results) == len(self.messages):
            self.done.set()


class PikaPublisher(Publisher):
    """Publishes batches to its owner's exchange; every message is persistent, mandatory and confirmed.

    After any time-out or loss the connection is thrown away with its window,
    so that a stale confirm can never be taken for a later message's.
    """

    at_once = 1

    def __init__(self, url: str, *, exchange: str) -> None:
        self._nodes = [pika.URLParameters(address) for address in addresses(url)]
        for node in self._nodes:
            node.heartbeat = PUBLISHER_HEARTBEAT
            node.blocked_connection_timeout = 30
            node.socket_timeout = 5
        self._exchange = exchange
        self._links = 0
        self._refused: dict[str, float] = {}
        """Messages that the present connection was refused, and since when."""
        self._patience = RENEW_SECONDS
        self._link: _Link | None = None

    @override
    def publish(self, messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        """Send all, wait for the broker's answers. Raises BrokerAway when there was none at all."""
        link = self._connected()
        window = _Window(messages)
        link.send(window)
        while not window.done.wait(_LOOK_SECONDS) and link.lost is None:
            if time.monotonic() - window.heard_at > SILENT_SECONDS:
                link.end("no confirm in time")
        if link.lost is not None and not window.results:
            raise BrokerAway(link.lost)
        self._renew_where_refused(link, window)
        return dict(window.results)

    def _renew_where_refused(self, link: _Link, window: _Window) -> None:
        """Throw away a connection that is refused a message again and again: a new one may not be.

        A channel that was opened while a queue chose its leader can be refused for ever, for that queue alone.
        """
        now = time.monotonic()
        for message in window.messages:
            if window.results.get(message.id) == REFUSED:
                self._refused.setdefault(message.message_id, now)
            else:
                self._refused.pop(message.message_id, None)
        if not self._refused:
            self._patience = RENEW_SECONDS
        elif now - next(iter(self._refused.values())) > self._patience:  # the first is the one that waits longest
            self._refused.clear()
            self._patience = min(2 * self._patience, _RENEW_AT_MOST)
            link.end("refused for long")

    @override
    def came_back(self) -> bool:
        """Say whether a new connection had to be made since the last look. Raises BrokerAway."""
        if self._link is not None and self._link.lost is None:
            return False
        self._connected()
        return True

    @override
    def close(self) -> None:
        if self._link is not None:
            self._link.end("closed")

    def _connected(self) -> _Link:
        if self._link is not None and self._link.lost is None:
            return self._link
        missing = self._link is not None and _NO_EXCHANGE in (self._link.lost or "")
        node = self._nodes[self._links % len(self._nodes)]
        self._links += 1  # another node each time
        self._link = link = _Link(node, self._exchange, declare=missing)
        if not link.ready.wait(ANSWER_SECONDS):
            link.end("no answer")
        if link.lost is not None:
            raise BrokerAway(link.lost)
        return link


class _Link:
    """One connection with its channel, window and thread; after a fault it is never used again."""

    def __init__(self, parameters: pika.URLParameters, exchange: str, *, declare: bool = False) -> None:
        self.ready = threading.Event()
        self.lost: str | None = None
        self._exchange = exchange
        self._declare = declare
        self._channel: Channel | None = None
        self._window: _Window | None = None
        self._tag = 0
        self._connection = pika.SelectConnection(
            parameters,
            on_open_callback=lambda opened: opened.channel(on_open_callback=self._opened),
            on_open_error_callback=lambda _c, error: self._gone(repr(error)),
            on_close_callback=lambda _c, error: self._gone(repr(error)),
        )
        threading.Thread(target=self._run, name="publisher", daemon=True).start()

    def send(self, window: _Window) -> None:
        """Publish a batch; from any thread."""
        self._connection.ioloop.add_callback_threadsafe(lambda: self._send(window))

    def end(self, reason: str) -> None:
        """Close the connection; nothing that still arrives on it counts. From any thread."""
        self.lost = self.lost or reason
        self._connection.ioloop.add_callback_threadsafe(self._close)

    def _run(self) -> None:
        start: Callable[[], None] = self._connection.ioloop.start
        try:
            start()
            self._connection.ioloop.close()
        except Exception as error:  # noqa: BLE001 - the relay notices and connects anew
            log.warning("publisher_loop_ended", error=repr(error)[:300])
            self.lost = self.lost or repr(error)
        self.ready.set()

    def _opened(self, channel: Channel) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _ch, error: self._channel_gone(repr(error)))
        channel.add_on_return_callback(self._returned)
        if self._declare:  # it was missing a moment ago
            channel.exchange_declare(
                self._exchange, "topic", durable=True, callback=lambda _frame: self._confirm(channel)
            )
        else:
            self._confirm(channel)

    def _confirm(self, channel: Channel) -> None:
        channel.confirm_delivery(self._answered, callback=lambda _frame: self.ready.set())

    def _send(self, window: _Window) -> None:
        channel = self._channel
        if channel is None or not channel.is_open or self.lost is not None:
            self.end("no channel")
            return
        self._window = window
        for message in window.messages:
            self._tag += 1
            window.by_tag[self._tag] = message
            channel.basic_publish(
                self._exchange,
                message.routing_key,
                message.body,
                mandatory=True,
                properties=BasicProperties(message_id=message.message_id, content_type=CONTENT_TYPE, delivery_mode=2),
            )

    def _answered(self, frame: Method[Basic.Ack | Basic.Nack]) -> None:
        failpoints.hit("relay.after_publish")
        if self._window is not None and self.lost is None:
            reason = None if isinstance(frame.method, Basic.Ack) else REFUSED
            self._window.answer(frame.method.delivery_tag, multiple=frame.method.multiple, reason=reason)

    def _returned(self, _channel: Channel, method: Basic.Return, properties: BasicProperties, _body: bytes) -> None:
        if self._window is not None and properties.message_id:
            self._window.returned[properties.message_id] = f"no queue listens to {method.routing_key}"

    def _close(self) -> None:
        if self._connection.is_open:
            self._connection.close()

    def _channel_gone(self, reason: str) -> None:
        self.lost = self.lost or reason
        self.ready.set()
        self._close()

    def _gone(self, reason: str) -> None:
        self.lost = self.lost or reason
        self.ready.set()
        self._connection.ioloop.stop()
