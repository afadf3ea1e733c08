"""The embedded bus: the same relay and inbox without a broker.

A message counts as taken when every local subscriber has committed its
effect, or has put it aside in its own `held_message` table (another try
later, or parked). Until then the sender keeps it and sends it again, also
after a power cut.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Protocol

import sqlalchemy as sa
from typing_extensions import override

from qiantai import ids
from qiantai.inbox.processor import BATCH, Outcome, Processor, Verdict
from qiantai.logs import log
from qiantai.messaging.keys import matches
from qiantai.outbox.relay import Answers, Outgoing, Publisher
from qiantai.pace import RETRY_SECONDS

_HOLD = sa.text(
    "INSERT INTO held_message (message_id, body, attempts, reason, retry_at) VALUES (:id, :body, :attempts, :reason,"
    " CASE WHEN CAST(:delay AS float8) IS NOT NULL THEN now() + make_interval(secs => CAST(:delay AS float8)) END)"
    " ON CONFLICT (message_id) DO UPDATE SET attempts = excluded.attempts, reason = excluded.reason,"
    " retry_at = excluded.retry_at"
)
_DUE = sa.text(
    "SELECT message_id, body, attempts FROM held_message WHERE retry_at <= now() ORDER BY retry_at LIMIT :limit"
)
_RELEASE = sa.text("DELETE FROM held_message WHERE message_id = ANY(:ids)")


class Subscriber(Protocol):
    """Somebody on the embedded bus: a service, or the edge with its cache."""

    name: str
    """Whose side of the bus this is."""

    def listens_to(self, key: str) -> bool:
        """Say whether a message with this routing key is for it."""

    def take(self, messages: Sequence[Outgoing]) -> None:
        """Give every message its effect or hold it; raises when neither is possible."""

    def retry_due(self, limit: int = BATCH) -> int:
        """Try held messages again whose time has come; returns how many were tried."""


class LocalSubscriber(Subscriber):
    """One service's side of the embedded bus."""

    def __init__(self, processor: Processor, engine: sa.Engine) -> None:
        self.name = processor.service.name
        self.processor = processor
        self._engine = engine
        self._bindings = processor.service.subscriptions.bindings()
        self._known: dict[str, bool] = {}

    @override
    def listens_to(self, key: str) -> bool:
        if key not in self._known:
            self._known[key] = any(matches(binding, key) for binding in self._bindings)
        return self._known[key]

    @override
    def take(self, messages: Sequence[Outgoing]) -> None:
        for start in range(0, len(messages), BATCH):
            part = messages[start : start + BATCH]
            outcomes = self.processor.process([message.body for message in part])
            for message, outcome in zip(part, outcomes, strict=True):
                if outcome.verdict is not Verdict.DONE:
                    self._hold(message.message_id, message.body, 0, outcome)

    @override
    def retry_due(self, limit: int = BATCH) -> int:
        with self._engine.begin() as connection:
            due = connection.execute(_DUE, {"limit": limit}).all()
        for message_id, body, attempts in due:
            [outcome] = self.processor.process([bytes(body)])
            if outcome.verdict is Verdict.DONE:
                with self._engine.begin() as connection:
                    connection.execute(_RELEASE, {"ids": [message_id]})
            else:
                self._hold(message_id, bytes(body), attempts + 1, outcome)
        return len(due)

    def _hold(self, message_id: str, body: bytes, attempts: int, outcome: Outcome) -> None:
        again = outcome.verdict is Verdict.RETRY and attempts < len(RETRY_SECONDS)
        values = {
            "id": message_id or ids.new_id(),
            "body": body,
            "attempts": attempts,
            "reason": outcome.reason,
            "delay": RETRY_SECONDS[attempts] if again else None,
        }
        with self._engine.begin() as connection:
            connection.execute(_HOLD, values)


class LocalBus(Publisher):
    """A publisher whose confirm means: every local subscriber has it safe.

    Each subscriber has a lane of its own and takes there what has come
    together meanwhile, from whichever relay.
    """

    at_once = 64

    def __init__(self, subscribers: Sequence[Subscriber]) -> None:
        self._subscribers = subscribers
        self._lanes = [_Lane(subscriber) for subscriber in subscribers]

    @override
    def publish(self, messages: Sequence[Outgoing]) -> Answers:
        return self.hand_over(messages).result()

    @override
    def hand_over(self, messages: Sequence[Outgoing]) -> Future[Answers]:
        """Deliver a batch to every subscriber at once; all or nothing is confirmed."""
        delivery = _Delivery(messages)
        for lane in self._lanes:
            mine = [message for message in messages if lane.subscriber.listens_to(message.routing_key)]
            if mine:
                delivery.goes_to(lane, mine)
        delivery.taken(None)
        return delivery.answers

    @override
    def came_back(self) -> bool:
        """Never: what this bus confirms is in the subscribers' databases."""
        return False

    @override
    def close(self) -> None:
        """Nothing to give back: other relays still use the bus."""

    def run_retries(self, stop: threading.Event, every: float = 1.0) -> None:
        """Bring back held messages until stopped."""
        while not stop.wait(every):
            for subscriber in self._subscribers:
                try:
                    subscriber.retry_due()
                except Exception as error:  # noqa: BLE001 - the rows stay and are tried again
                    log.warning("held_messages_wait", service=subscriber.name, error=repr(error)[:300])


class _Delivery:
    """One batch on its way to its subscribers; answered when the last one has taken it."""

    def __init__(self, messages: Sequence[Outgoing]) -> None:
        self._ids = [message.id for message in messages]
        self._missing = 1  # who hands it over
        self._error: Exception | None = None
        self._lock = threading.Lock()
        self.answers: Future[Answers] = Future()

    def goes_to(self, lane: _Lane, messages: Sequence[Outgoing]) -> None:
        """Let a subscriber take its part."""
        with self._lock:
            self._missing += 1
        lane.put(messages, self)

    def taken(self, error: Exception | None) -> None:
        """Note that one has taken its part, or could not."""
        with self._lock:
            self._error = self._error or error
            self._missing -= 1
            if self._missing:
                return
        if self._error is not None:
            log.warning("local_delivery_failed", error=repr(self._error)[:500])
            self.answers.set_exception(self._error)
        else:
            self.answers.set_result(dict.fromkeys(self._ids, None))


class _Lane:
    """Gives one subscriber its messages, in the order in which they came."""

    def __init__(self, subscriber: Subscriber) -> None:
        self.subscriber = subscriber
        self._waiting: SimpleQueue[tuple[Sequence[Outgoing], _Delivery]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def put(self, messages: Sequence[Outgoing], delivery: _Delivery) -> None:
        """Let the subscriber take these; the delivery is told when all are safe."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"lane-{self.subscriber.name}", daemon=True)
                self._thread.start()
        self._waiting.put((messages, delivery))

    def _run(self) -> None:
        while True:
            work = self._gather()
            error = None
            try:
                self.subscriber.take([message for messages, _ in work for message in messages])
            except Exception as caught:  # noqa: BLE001 - told to whoever waits
                error = caught
            for _, delivery in work:
                delivery.taken(error)

    def _gather(self) -> list[tuple[Sequence[Outgoing], _Delivery]]:
        """Wait for messages, then take what else is there."""
        work = [self._waiting.get()]
        size = len(work[0][0])
        while size < BATCH and not self._waiting.empty():
            work.append(self._waiting.get())
            size += len(work[-1][0])
        return work
