"""What the service keeps of a visit beside the day's ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from qiantai.contracts.receiver import DEPARTMENT, Receiver
from qiantai.contracts.triage import LEAVING, LEFT, REGISTERED
from qiantai.ids import Id

from triage.domain.model import Consultant

OVER = (LEFT, LEAVING)
"""Stages after which a customer may arrive again on the same day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said at the desk about an arrival; None is not said.

    `visit_class` overrides the proposal and then needs `override_reason` (T6).
    `soon` and `absent` are the answers of consultants whom the desk asked (T17, T18).
    """

    projects: tuple[str, ...] | None = None
    primary: str | None = None
    visit_class: str | None = None
    override_reason: str | None = None
    referrer: str | None = None
    stand_in: str | None = None
    online_consultant: str | None = None
    appointment: str | None = None
    """The slip that the visitor comes for; without it the nearest one of the day that fits."""
    party: str | None = None
    source: str | None = None
    requested: str | None = None
    treat_now: bool | None = None
    soon: tuple[str, ...] | None = None
    absent: tuple[str, ...] | None = None

    def and_then(self, more: Said) -> Said:
        """Return what holds when more is said later: in the place of what was said before, which else stays."""
        if self == NOTHING:
            return more
        return replace(self, **{name: value for name in SAID if (value := getattr(more, name)) is not None})


SAID = tuple(field.name for field in fields(Said))
NOTHING = Said()


@dataclass(frozen=True, kw_only=True)
class VisitRecord:
    """A visit as the desk sees it; the ledger decides, this record follows it.

    `said` is what the desk was told; projects, referrer and online consultant
    are what the visit goes by. `missing` names what the desk must still ask; with it empty the visit is in the ledger.
    `class_why` holds zh and en.
    """

    id: Id
    branch: str
    day: date
    customer: Id
    visit_class: str
    proposed_class: str
    class_rules: tuple[str, ...]
    class_why: Mapping[str, str]
    arrived_at: datetime
    version: int
    said: Said = NOTHING
    stage: str = REGISTERED
    projects: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    appointment: Id | None = None
    scan: Id | None = None
    referrer: Id | None = None
    online_consultant: str | None = None
    to: str | None = None
    consultant: str | None = None
    basis: str | None = None
    counted: bool = False
    rules: tuple[str, ...] = ()
    why_zh: str = ""
    why_en: str = ""
    entry: int | None = None
    waiting_since: datetime | None = None
    accepted_at: datetime | None = None
    objector: str | None = None
    """Who may name a stand-in while it waits (T22): whoever has it, after a move for a swap who is owed that."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: str | None = None
    outcome_reason: str | None = None
    note: str | None = None
    remark: str | None = None

    @property
    def over(self) -> bool:
        """Say whether the visitor has left."""
        return self.stage in OVER

    @property
    def with_department(self) -> bool:
        """Say whether a department has it, nobody in particular."""
        return self.to is not None and Receiver.read(self.to).kind == DEPARTMENT

    @property
    def receiver(self) -> str:
        """Who has it, for the facts: the consultant, or whoever else."""
        return self.consultant or self.to or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPlace:
    """A consultant's standing settings in a branch; `scope` None is every project."""

    branch: str
    staff: str
    name: str
    shift: str
    place: int
    scope: tuple[str, ...] | None = None
    barred: tuple[str, ...] = ()
    designated: tuple[str, ...] = ()
    active: bool = True
    version: int = 0

    def as_consultant(self, projects: Collection[str]) -> Consultant:
        """Return the consultant of a day; projects that the catalogue no longer has are left out."""
        offered = frozenset(projects)
        return Consultant(
            id=self.staff,
            shift=self.shift,
            scope=None if self.scope is None else offered.intersection(self.scope),
            barred=offered.intersection(self.barred),
            designated=offered.intersection(self.designated),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """Who arrives where and when: what is known of them is asked for."""

    customer: str
    branch: str
    day: date
    now: datetime
    appointment: str | None = None
    referrer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCustomer:
    """What the service knows of a customer when they arrive, read at once.

    `appointment` is the open one of today at this branch that is nearest in time. `ended_visit` is one of today whose
    consultation ended without a deal: nothing is left to be done in it. `elsewhere` is another branch in which a visit
    of today is open.
    """

    id: str
    known: bool
    birthday: date | None = None
    referrer: str | None = None
    owner: str | None = None
    referrer_owner: str | None = None
    open_visit: str | None = None
    ended_visit: str | None = None
    ended_at: datetime | None = None
    elsewhere: str | None = None
    elsewhere_visit: str | None = None
    elsewhere_stage: str | None = None
    appointment: str | None = None
    appointment_kind: str | None = None
    appointment_at: datetime | None = None
    projects: tuple[str, ...] = ()
    online_consultant: str | None = None
    consultations_here: int = 0
    consultations_chain: int = 0
    deals_here: int = 0
    deals_chain: int = 0
    unused_here: int = 0
    used_here: int = 0
    first_visit_scope: str = "branch"
    branch_open: bool | None = None
    """None for a branch that nobody has told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRecord:
    """排班: one person's shift on one day; `shift` is early, late, full … or off, leave."""

    branch: str
    day: date
    staff: str
    shift: str
    note: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """签到/签退 of one person on one day: the first check-in, and the check-out while they are out."""

    branch: str
    day: date
    staff: str
    checked_in_at: datetime
    checked_out_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """What one level sets from a day on: `branch` is a branch's code or chain, `fields` are all that it sets."""

    branch: str
    version: int
    valid_from: date
    fields: Mapping[str, Any]
    author: str
    reason: str
    written_at: datetime
