"""What every use case may count on: the actor, the time and the outbox of one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from qiantai.actors import Actor
from qiantai.contracts.event import Event
from qiantai.known import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who acts, when, and what led here (a message's id, a request, a job); made once per request or delivery."""

    actor: Actor
    now: datetime
    causation: str | None = None


class Outbox(Protocol):
    """Events that are saved with the transaction and told afterwards."""

    def append(self, event: Event, *, version: int, to: str | None = None) -> None:
        """Tell `event`; `version` is its aggregate's new version, `to` sends it to one service alone."""


class UnitOfWork(Protocol):
    """One transaction. Use cases never commit; the boundary does."""

    actor: Actor
    now: datetime
    """The instant of this transaction, UTC."""
    outbox: Outbox
    known: Known
    """What is kept of the other services."""

    def note(self, **details: object) -> None:
        """Add to the audit entry of this write: reasons, what was overridden."""

    def not_audited(self) -> None:
        """Leave no audit entry of this write: it is counted elsewhere."""

    def at_end(self, work: Callable[[Any], None]) -> None:
        """Have this done with the unit of work at the transaction's end, once however often it is asked for.

        Deliveries that are handled together share a transaction, so what many of them change is worked out once.
        """
