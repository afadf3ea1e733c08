"""The values that triage decides on: people, projects, visits, lanes and the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from triage.domain.errors import UnknownConsultant, UnknownProject, UnknownVisit
from triage.domain.policy.policy import Policy
from triage.domain.words import (
    ON_DUTY,
    Basis,
    ConsultantId,
    CustomerId,
    PassReason,
    ProjectCode,
    Shift,
    Stage,
    Status,
    VisitClass,
    VisitId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One project; `rank` is its place in the branch's list, 0 first (T8)."""

    code: ProjectCode
    klass: str = ""
    major: bool = False
    department: str | None = None
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultant:
    """One consultant of the day; a scope of None is every project."""

    id: ConsultantId
    shift: Shift = ""
    scope: frozenset[ProjectCode] | None = None
    barred: frozenset[ProjectCode] = frozenset()
    designated: frozenset[ProjectCode] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """补派: the promise of the next fitting visitor, for one named miss (T14, T16)."""

    consultant: ConsultantId
    reason: PassReason
    visit: VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """The debtor took the creditor's waiting visitor and owes the next turn (T22)."""

    debtor: ConsultantId
    creditor: ConsultantId
    visit: VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One who was passed over on the way to the receiver (T13, T16, T17)."""

    consultant: ConsultantId
    reason: PassReason
    credit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """One from whom the visit was taken, and whether a credit came of it."""

    consultant: ConsultantId
    credit: bool


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Where a visit goes and why, with everything that it changes (see `rotation.recording`).

    `to` is a consultant's id, `department:CODE`, `supervisor`, `online:ID`, or
    None when the visit is taken from everybody.
    """

    at: int
    visit: VisitId
    to: str | None
    basis: Basis
    rules: tuple[str, ...]
    counted: bool = False
    passed: tuple[Passed, ...] = ()
    released: Released | None = None
    consultant: ConsultantId | None = None  # the receiver, when `to` is a consultant
    counted_for: ConsultantId | None = None  # whose first visit it is from now on
    uncounted: ConsultantId | None = None  # whose first visit it no longer is
    project: ProjectCode | None = None  # the deciding one (T8, T9)
    differs: bool = False  # what was said differs from the online notes (T9)
    lane: str | None = None
    pointer: ConsultantId | None = None  # where the lane's pointer now stands, if it moved
    designated_pointer: ConsultantId | None = None  # the same of the project's own pointer
    granted: tuple[Credit, ...] = ()
    redeemed: Credit | None = None
    swap_owed: Swap | None = None
    swap_paid: Swap | None = None  # a swap that is settled or called off
    owner: ConsultantId | None = None  # the customer's owner from now on, if that changes
    moved: bool = False  # the one move by T22 or T23 is used

    @property
    def note_required(self) -> bool:
        """Whether the receiver must leave a note, being a stand-in (T11)."""
        return self.basis is Basis.STAND_IN


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit: what is known of it, where it is, and its waiting clock.

    Times are seconds since local midnight; `since` is None when the clock stands.
    """

    id: VisitId
    customer: CustomerId
    klass: VisitClass
    arrived: int
    projects: tuple[ProjectCode, ...] = ()
    primary: ProjectCode | None = None
    notes_projects: tuple[ProjectCode, ...] = ()
    referrer: CustomerId | None = None
    enquiry_owner: ConsultantId | None = None
    stand_in: ConsultantId | None = None
    online_consultant: str | None = None
    soon: frozenset[ConsultantId] = frozenset()
    absent: frozenset[ConsultantId] = frozenset()
    treat_now: bool = False
    source: str | None = None
    requested: ConsultantId | None = None
    stage: Stage = Stage.WAITING
    to: str | None = None
    consultant: ConsultantId | None = None
    basis: Basis | None = None
    counted_for: ConsultantId | None = None
    since: int | None = None
    assigned: int | None = None
    accepted: bool = False
    moved: bool = False
    objection: ConsultantId | None = None
    voided_from: frozenset[ConsultantId] = frozenset()

    @property
    def active(self) -> bool:
        """Whether the visit waits or is in consultation."""
        return self.stage is Stage.WAITING or self.stage is Stage.IN_CONSULTATION

    @property
    def engages(self) -> ConsultantId | None:
        """The consultant whom this visit keeps engaged, if any."""
        return self.consultant if self.active else None


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The rotation of one lane: order, pointer, open credits and swaps, oldest first."""

    order: tuple[ConsultantId, ...]
    pointer: ConsultantId | None
    credits: tuple[Credit, ...] = ()
    swaps: tuple[Swap, ...] = ()

    def from_pointer(self) -> tuple[ConsultantId, ...]:
        """Return the order once round, beginning with whose turn it is."""
        if self.pointer is None:
            return self.order
        here = self.order.index(self.pointer)
        return self.order[here:] + self.order[:here]

    def behind(self, consultant: ConsultantId) -> ConsultantId:
        """Return who comes after this consultant in the order."""
        return self.order[(self.order.index(consultant) + 1) % len(self.order)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is given before the day's first event."""

    branch: str
    date: str
    timezone: str
    policy: Policy
    projects: Mapping[ProjectCode, Project]
    consultants: Mapping[ConsultantId, Consultant]


@dataclass(frozen=True, kw_only=True)
class Day:
    """The state of one branch on one business day; never changed in place.

    `active` holds those of `visits` that are not over, in order of arrival; `counts` is the
    first-visit count per consultant, `owners` is by customer,
    `designated` holds the own pointer of each designated project.
    """

    setting: Setting
    at: int
    lanes: Mapping[str, Lane]
    status: Mapping[ConsultantId, Status]
    owners: Mapping[CustomerId, ConsultantId]
    counts: Mapping[ConsultantId, int]
    visits: Mapping[VisitId, Visit] = field(default_factory=dict)
    active: Mapping[VisitId, Visit] = field(default_factory=dict)
    designated: Mapping[ProjectCode, ConsultantId] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        """The policy in force today."""
        return self.setting.policy

    def visit(self, visit: VisitId) -> Visit:
        """Return the visit. Raises UnknownVisit."""
        try:
            return self.visits[visit]
        except KeyError:
            raise UnknownVisit(facts={"visit": visit}) from None

    def consultant(self, consultant: ConsultantId) -> Consultant:
        """Return the consultant. Raises UnknownConsultant."""
        try:
            return self.setting.consultants[consultant]
        except KeyError:
            raise UnknownConsultant(facts={"consultant": consultant}) from None

    def project(self, project: ProjectCode) -> Project:
        """Return the project. Raises UnknownProject."""
        try:
            return self.setting.projects[project]
        except KeyError:
            raise UnknownProject(facts={"project": project}) from None

    def lane_name(self, klass: VisitClass) -> str:
        """Return the lane of this class; a recheck, which needs none, has the first one."""
        rule = self.policy.lane_of(klass)
        return rule.name if rule is not None else self.policy.lanes[0].name

    def seconds_at(self, instant: datetime) -> int:
        """Return an instant as seconds since this day's local midnight, never before its last event."""
        date, local = self.setting.date, instant.astimezone(ZoneInfo(self.setting.timezone))
        today, seconds = local.date().isoformat(), local.hour * 3600 + local.minute * 60 + local.second
        if today > date:
            seconds = 24 * 3600 - 1
        elif today < date:  # the clock was read just before midnight
            seconds = 0
        return max(self.at, seconds)

    def on_duty(self, consultant: ConsultantId | None) -> bool:
        """Whether this consultant is at work: idle or busy."""
        return self.status.get(consultant or "") in ON_DUTY

    def visit_with(self, consultant: ConsultantId) -> VisitId | None:
        """Return the first visit that keeps this consultant engaged, None without any."""
        return next((id_ for id_, visit in self.active.items() if visit.consultant == consultant), None)

    def engaged(self) -> frozenset[ConsultantId]:
        """Return everybody who has an assigned visit that is not finished."""
        return frozenset(c for v in self.active.values() if (c := v.consultant) is not None)
