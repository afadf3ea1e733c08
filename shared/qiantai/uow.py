"""What every use case may count on: the actor, the time and the outbox of one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qiantai.actors import Actor
from qiantai.contracts.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The message that is being handled; `version` is that of its aggregate."""

    message: str
    type: str
    version: int
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who acts, when, and what led here; made once per request or delivery."""

    actor: Actor
    now: datetime
    causation: str | None = None
    cause: Cause | None = None


class Outbox(Protocol):
    """Events that are saved with the transaction and told afterwards."""

    def append(self, event: Event, *, version: int, to: str | None = None) -> None:
        """Tell `event`; `version` is its aggregate's new version, `to` sends it to one service alone."""


class UnitOfWork(Protocol):
    """One transaction. Use cases never commit; the boundary does."""

    @property
    def actor(self) -> Actor:
        """Who acts."""

    @property
    def now(self) -> datetime:
        """The instant of this transaction, UTC."""

    @property
    def cause(self) -> Cause | None:
        """The message that is being handled, None in a request."""

    @property
    def outbox(self) -> Outbox:
        """Where facts go."""

    def note(self, **details: object) -> None:
        """Add to the audit entry of this write: reasons, what was overridden."""
