"""What can happen on a day at the desk, one small value each.

`at` is in seconds since local midnight. The day script and the ledger carry
these same events (see `ledger.codec`).
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.domain.words import (
    ConsultantId,
    CustomerId,
    ProjectCode,
    Shift,
    Status,
    VisitClass,
    VisitId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at a time of the day."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrive(Event):
    """A visitor arrives, is classified, and is assigned (T8-T21).

    `soon`: busy consultants who say that they can receive within the limit (T18);
    `absent`: consultants called by the desk and not at the post (T17);
    `owner` is for a customer whose owner the day does not know.
    """

    visit: VisitId
    customer: CustomerId
    klass: VisitClass
    projects: tuple[ProjectCode, ...] = ()
    primary: ProjectCode | None = None
    notes_projects: tuple[ProjectCode, ...] = ()
    referrer: CustomerId | None = None
    owner: ConsultantId | None = None
    stand_in: ConsultantId | None = None
    online_consultant: str | None = None
    party: str | None = None
    soon: frozenset[ConsultantId] = frozenset()
    absent: frozenset[ConsultantId] = frozenset()
    treat_now: bool = False
    source: str | None = None
    requested: ConsultantId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus(Event):
    """A consultant's status changes; `by` is who said so, empty where it follows from shift, roster or check-in."""

    consultant: ConsultantId
    status: Status
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Event):
    """The consultation begins; the waiting clock stops, a new customer gets an owner."""

    visit: VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Event):
    """The consultation ends, with its outcome."""

    visit: VisitId
    outcome: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(Event):
    """The triage is void (T24)."""

    visit: VisitId
    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retriage(Event):
    """A void visit is decided anew (T24); without new answers the old ones hold."""

    visit: VisitId
    soon: frozenset[ConsultantId] | None = None
    absent: frozenset[ConsultantId] | None = None
    stand_in: ConsultantId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferrerFound(Event):
    """The existing customer who referred the visitor is found only now (T12)."""

    visit: VisitId
    referrer: CustomerId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesFound(Event):
    """Online notes that name other projects are read only now (T9)."""

    visit: VisitId
    notes_projects: tuple[ProjectCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Event):
    """Time passes: waits that are due are applied (T22, T23)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeConsultant(Event):
    """The customer wishes another consultant (T26); without `to` the rotation names one."""

    visit: VisitId
    to: ConsultantId | None = None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorNames(Event):
    """The supervisor names who receives (T11, T21, T23, T27).

    `credit`: a consultant who loses a counted visit gets a credit for it;
    `owns`: the one who is named becomes the customer's owner.
    """

    visit: VisitId
    to: ConsultantId
    by: str
    reason: str
    credit: bool = False
    owns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects(Event):
    """The consultant objects to T22 and names who stands in, keeping visitor and count."""

    visit: VisitId
    stand_in: ConsultantId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassify(Event):
    """The class is changed afterwards, with a reason (T6, T7)."""

    visit: VisitId
    klass: VisitClass
    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondTriage(Event):
    """A further stage of the same visit: treatment after consultation or the reverse (T25)."""

    visit: VisitId
    treatment: bool
    projects: tuple[ProjectCode, ...] = ()
    primary: ProjectCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Event):
    """The visitor leaves without (further) consultation."""

    visit: VisitId
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Event):
    """The consultant accepts the visit (policy `accept_within_minutes`)."""

    visit: VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOwner(Event):
    """The supervisor moves the ownership of a customer."""

    customer: CustomerId
    to: ConsultantId
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder(Event):
    """The order of a lane, or of all, is set by hand or by a check-in; with `top` the first one has the turn."""

    order: tuple[ConsultantId, ...]
    reason: str
    by: str = ""
    lane: str | None = None
    top: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetConsultant(Event):
    """The roster changes: a consultant joins, or shift, scope or projects are other now."""

    consultant: ConsultantId
    shift: Shift = ""
    scope: frozenset[ProjectCode] | None = None
    barred: frozenset[ProjectCode] = frozenset()
    designated: frozenset[ProjectCode] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerKnown(Event):
    """The day learns who owns a customer, for a referral or because it changed elsewhere (T11, T12)."""

    customer: CustomerId
    owner: ConsultantId


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProject(Event):
    """The catalogue has a project more, or one with other marks; it keeps its rank or stands last."""

    project: ProjectCode
    major: bool = False
    project_class: str = ""
    department: str | None = None
