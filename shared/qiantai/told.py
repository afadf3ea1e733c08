"""What a handler is given: a fact, as it was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from qiantai.contracts.event import Event

E_co = TypeVar("E_co", bound=Event, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Generic[E_co]):
    """A fact as it was told: when, in which message, and with which version of its aggregate."""

    event: E_co
    version: int
    time: datetime
    id: str
