"""What the service keeps beside visits and the ledger: passages, forms, notes of stand-ins, owners, alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from qiantai.ids import Id

from triage.domain.care.stages import Person

OPEN, ACKNOWLEDGED, CLEARED = "open", "acknowledged", "cleared"
ALERT_STATES = (OPEN, ACKNOWLEDGED, CLEARED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One stage of a visit; it ends when the next one begins. `reason` is why it went back, was void, or was left."""

    visit: Id
    branch: str
    stage: str
    begun_at: datetime
    by: str
    people: tuple[Person, ...] = ()
    note: str | None = None
    reason: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenForm:
    """One version of a form of a visit, as somebody wrote it."""

    visit: Id
    form: str
    version: int
    content: Mapping[str, object]
    author: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInNote:
    """What a stand-in leaves for the owner of the customer (T11)."""

    visit: Id
    branch: str
    customer: Id
    owner: str | None
    stand_in: str
    note: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRecord:
    """Who is responsible for a customer and gets the performance of their deals; `consultant` None is nobody yet."""

    customer: Id
    consultant: str | None = None
    since: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierOwner:
    """Who was responsible for a customer before, and where that had come about."""

    consultant: str
    branch: str | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """An alert to the supervisors of a branch and what became of it; texts in Chinese and English."""

    id: Id
    branch: str
    day: date
    kind: str
    severity: str
    zh: str
    en: str
    rules: tuple[str, ...]
    raised_at: datetime
    visit: Id | None = None
    consultant: str | None = None
    state: str = OPEN
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    note: str | None = None
    cleared_at: datetime | None = None
    cleared_by: str | None = None
