"""Working through deliveries: inbox rows, handlers and new outbox rows in one transaction."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from qiantai import clock, failpoints, metrics
from qiantai.actors import service_actor
from qiantai.contracts.event import Event
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.errors import NotKnownYet, Refusal
from qiantai.logs import log
from qiantai.outbox.wake import Waker
from qiantai.retelling import note_request
from qiantai.service import Service
from qiantai.storage.engine import is_passing, is_unsure
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.telemetry import span
from qiantai.told import Told
from qiantai.uow import Context
from qiantai.wire.envelope import Envelope, Undecodable, decode, disclose

BATCH = 50
_TRIES_IN_PROCESS = 3

_ENTER = "INSERT INTO inbox (consumer, message_id) SELECT :consumer, unnest(CAST(:ids AS text[]))"
_TAKE = (
    "INSERT INTO inbox (consumer, message_id) SELECT :consumer, unnest(CAST(:ids AS text[]))"
    " ON CONFLICT DO NOTHING RETURNING message_id"
)


class Verdict(enum.Enum):
    """What is to become of a delivery."""

    DONE = "done"
    RETRY = "retry"
    PARK = "park"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one delivery, with the reason where it is not done."""

    verdict: Verdict
    reason: str = ""

    def __post_init__(self) -> None:
        storable = self.reason.replace("\x00", "\ufffd").encode(errors="replace").decode()
        object.__setattr__(self, "reason", storable[:1000])


DONE = Outcome(Verdict.DONE)


@dataclass(frozen=True, slots=True)
class _Message:
    place: int
    envelope: Envelope
    event: Event | None


class Processor:
    """Turns message bodies into effects, each once.

    A batch is one transaction; when one message fails, the batch is rolled
    back and each message gets a transaction of its own. An exception that
    leaves `process` (the database is away, the outcome of COMMIT is unknown)
    means that nothing may be acknowledged.
    """

    def __init__(self, service: Service, engine: sa.Engine, waker: Waker | None = None) -> None:
        self.service = service
        self._engine = engine
        self._waker = waker
        self._actor = service_actor(service.name)

    def able(self) -> None:
        """Raise when the database is away, so that nothing can be processed."""
        with self._engine.begin() as connection:
            connection.execute(sa.text("SELECT 1"))

    def process(self, bodies: Sequence[bytes]) -> list[Outcome]:
        """Return the verdict on each body, in the same order."""
        outcomes: list[Outcome] = [DONE] * len(bodies)
        messages = []
        for place, body in enumerate(bodies):
            try:
                envelope = decode(body)
                messages.append(_Message(place, envelope, disclose(envelope)))
            except Undecodable as error:
                log.warning("message_undecodable", service=self.service.name, error=str(error)[:500])
                outcomes[place] = Outcome(Verdict.PARK, f"undecodable: {error}")
        if messages:
            try:
                self._in_one_transaction(messages, self._enter)
            except Exception as error:
                if is_unsure(error):
                    raise
                for message in messages:
                    outcomes[message.place] = self._alone(message)
        for outcome in outcomes:
            metrics.CONSUMED.labels(self.service.name, outcome.verdict.value).inc()
        return outcomes

    def _in_one_transaction(
        self, messages: Sequence[_Message], enter: Callable[[SqlUnitOfWork, list[str]], None]
    ) -> None:
        by_id = {message.envelope.id: message for message in messages}  # the same id twice is one message
        with self._engine.begin() as connection:
            uow = self.service.unit_of_work(connection, Context(actor=self._actor, now=clock.now()))
            enter(uow, sorted(by_id))
            for message in by_id.values():
                self._handle(uow, message)
            uow.flush()
            failpoints.hit("consumer.before_commit")
        failpoints.hit("consumer.after_commit")
        if self._waker is not None:
            self._waker.after_commit(told=uow.told)

    def _alone(self, message: _Message) -> Outcome:
        for attempt in range(1, _TRIES_IN_PROCESS + 1):
            try:
                self._in_one_transaction([message], self._take)
            except _Known:
                return DONE
            except Exception as error:
                if is_unsure(error):
                    raise
                if is_passing(error) and attempt < _TRIES_IN_PROCESS:
                    continue
                return self._verdict(message, error)
            else:
                return DONE
        raise AssertionError("unreachable")

    def _enter(self, uow: SqlUnitOfWork, ids: list[str]) -> None:
        """Let the inbox rows go with the first statement that follows; a known one fails it, and all is undone."""
        uow.statements.update_later("inbox", _ENTER, {"consumer": self.service.name, "ids": ids})

    def _take(self, uow: SqlUnitOfWork, ids: list[str]) -> None:
        """Write the inbox row before anything is done. Raises _Known."""
        if not uow.statements.fetch(_TAKE, {"consumer": self.service.name, "ids": ids}):
            raise _Known

    def _handle(self, uow: SqlUnitOfWork, message: _Message) -> None:
        """Let the handlers do their work."""
        envelope, event = message.envelope, message.event
        if event is None:
            return
        told = Told(event=event, version=envelope.version, time=envelope.time, id=envelope.id)
        uow.outbox.causation = envelope.id
        with span(f"handle {envelope.type}", envelope.traceparent, message_id=envelope.id):
            if isinstance(event, RebuildRequested):
                note_request(event, self.service, uow)
            for subscription in self.service.subscriptions.of(envelope.type):
                try:
                    subscription.handler(told, uow)
                except subscription.park_on as error:
                    raise _NeedsAPerson(repr(error)) from error

    def _verdict(self, message: _Message, error: Exception) -> Outcome:
        at_once = isinstance(error, Refusal | _NeedsAPerson)
        verdict = Verdict.PARK if at_once else Verdict.RETRY
        log.warning(
            "message_not_done",
            service=self.service.name,
            message=message.envelope.id,
            type=message.envelope.type,
            verdict=verdict.value,
            error=repr(error)[:500],
            exc_info=None if at_once or isinstance(error, NotKnownYet) else error,
        )
        return Outcome(verdict, f"{type(error).__name__}: {error}")


class _Known(Exception):
    """The message had its effect already."""


class _NeedsAPerson(Exception):
    """The handler named this failure as one that a person must mend."""
