"""The relay: claims waiting rows, hands them to a publisher, marks what is confirmed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Protocol

from qiantai import failpoints
from qiantai.logs import log
from qiantai.pace import FIRST_PAUSE, Pause, jittered, longer

BATCH = 500
POLL_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way out; `id` is its place in the source."""

    id: int
    message_id: str
    routing_key: str
    body: bytes


Answers = Mapping[int, str | None]
"""None for a confirmed id, else why it was refused."""


class Source(Protocol):
    """Where messages wait: a service's outbox table or the edge's spool."""

    def claim(self, limit: int, *, without: Sequence[int]) -> Sequence[Outgoing]:
        """Return the oldest waiting messages that this relay may send, in order."""

    def mark(self, ids: Sequence[int]) -> None:
        """Remember that these were confirmed."""

    def send_again(self) -> None:
        """Let what was confirmed in the last moments wait once more: a broker that died may have forgotten it."""

    def wait(self, seconds: float) -> None:
        """Return when new messages may be there, at the latest after `seconds`."""

    def close(self) -> None:
        """Give back what is held."""


class Publisher(Protocol):
    """Where messages go: RabbitMQ or the embedded bus."""

    at_once: int
    """How many batches of one relay it may have under way."""

    def publish(self, messages: Sequence[Outgoing]) -> Answers:
        """Send all and wait for the answers.

        An id without an answer is missing: nobody knows, it must be sent again. Raises when nothing was answered.
        """

    def hand_over(self, messages: Sequence[Outgoing]) -> Future[Answers]:
        """Send all; where several batches may be under way, without waiting for the answers."""
        answers: Future[Answers] = Future()
        answers.set_result(self.publish(messages))
        return answers

    def came_back(self) -> bool:
        """Say whether there is a new connection since the last look; makes one where there is none. May raise."""

    def close(self) -> None:
        """Give back what is held."""


class Relay:
    """Moves messages from a source to a publisher until stopped; nothing is dropped, duplicates may happen."""

    def __init__(self, source: Source, publisher: Publisher, *, batch: int = BATCH) -> None:
        self._source = source
        self._publisher = publisher
        self._batch = batch
        self._more = False  # a full batch: more may wait, of which no new hint will come
        self._refused: dict[int, tuple[float, float]] = {}  # id -> (not before, pause)
        self._under_way: dict[Future[Answers], Sequence[Outgoing]] = {}
        self._step: Callable[[], object] = self.step if publisher.at_once == 1 else self._step_ahead

    def run(self, stop: threading.Event) -> None:
        """Relay until `stop` is set; faults of either side pause it and are tried again."""
        pause = Pause()
        while not stop.is_set():
            try:
                if self._publisher.came_back():
                    self._refused.clear()  # a new connection may not be refused
                    self._source.send_again()
                if self._step():
                    pause.reset()
                if not self._more:
                    self._source.wait(POLL_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, the rows stay and are tried again
                log.warning("relay_paused", error=repr(error)[:500], pause=pause.seconds)
                pause.wait(stop)
        self._end()
        self._source.close()
        self._publisher.close()

    def step(self) -> int:
        """Relay one batch and return how many messages were confirmed."""
        messages = self._claim()
        if not messages:
            return 0
        failpoints.hit("relay.before_publish")
        return self._settle(self._publisher.publish(messages))

    def _step_ahead(self) -> bool:
        """Hand on what waits without waiting for what is under way; False when there was nothing to do.

        One slow subscriber then holds up nobody else's next message.
        """
        if len(self._under_way) >= self._publisher.at_once:
            wait(self._under_way, return_when=FIRST_COMPLETED)
        settled = self._settle_finished()
        messages = self._claim()
        if messages:
            failpoints.hit("relay.before_publish")
            self._under_way[self._publisher.hand_over(messages)] = messages
        return bool(settled or messages)

    def _settle_finished(self) -> int:
        settled = 0
        for future in [future for future in self._under_way if future.done()]:
            del self._under_way[future]
            settled += self._settle(future.result())
        return settled

    def _end(self) -> None:
        wait(self._under_way)
        while self._under_way:
            try:
                self._settle_finished()
            except Exception as error:  # noqa: BLE001 - the rows stay for the next relay
                log.warning("relay_ended_early", error=repr(error)[:500])

    def _claim(self) -> Sequence[Outgoing]:
        now = time.monotonic()
        without = [id_ for id_, (not_before, _) in self._refused.items() if not_before > now]
        without += [message.id for messages in self._under_way.values() for message in messages]
        found = self._source.claim(self._batch, without=without)
        self._more = len(found) == self._batch
        return found

    def _settle(self, results: Answers) -> int:
        failpoints.hit("relay.after_confirm")
        confirmed = [id_ for id_, reason in results.items() if reason is None]
        if confirmed:
            self._source.mark(confirmed)
        for id_ in confirmed:
            self._refused.pop(id_, None)
        self._remember_refused(results)
        return len(confirmed)

    def _remember_refused(self, results: Answers) -> None:
        refused = {id_: reason for id_, reason in results.items() if reason is not None}
        now = time.monotonic()
        for id_ in refused:
            pause = longer(self._refused[id_][1]) if id_ in self._refused else FIRST_PAUSE
            self._refused[id_] = (now + jittered(pause), pause)
        if refused:
            log.warning("messages_refused", count=len(refused), reason=next(iter(refused.values())))
