"""Facts about visits, turns and consultations (domain rules T1-T28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from qiantai.contracts.event import Event, event

REGISTERED, WAITING, IN_CONSULTATION, FINISHED = "registered", "waiting", "in_consultation", "finished"
EXAMINATION, DIAGNOSIS, TREATMENT_PLAN = "examination", "diagnosis", "treatment_plan"
PAYMENT, TREATMENT, AFTER_CARE, LEAVING = "payment", "treatment", "after_care", "leaving"
VOID, LEFT = "void", "left"
"""Stages of a visit; `stage_changed` tells those after the consultation, and `left`."""

DEAL, NO_DEAL = "deal", "no_deal"
"""Outcomes of a consultation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A consultant who was passed on the way to the receiver, and whether a credit is owed (T16, T17)."""

    consultant: str
    reason: str
    credit: bool


@event("triage.visit.registered.v1", subject="visit")
class VisitRegistered(Event):
    """A customer is here; the class is proposed with its reasons (T1-T6)."""

    visit: str
    customer: str
    business_day: date
    arrived_at: datetime
    visit_class: str
    """first_visit, return_visit, recheck, repurchase or other."""
    class_reasons: tuple[str, ...]
    """Rule ids, the deciding one first."""
    projects: tuple[str, ...] = ()
    appointment: str | None = None
    scan: str | None = None
    missing: tuple[str, ...] = ()
    """What the desk must still ask before the visit can be assigned."""


@event("triage.visit.classified.v1", subject="visit")
class VisitClassified(Event):
    """The desk confirmed or overrode class and projects (T6)."""

    visit: str
    customer: str
    visit_class: str
    projects: tuple[str, ...]
    override_reason: str | None = None
    answered: bool = False
    """The desk has just said what was still to be asked: what the visit is for is known only now."""
    appointment: str | None = None
    """The slip that the visit is for, where it was `answered`."""


@event("triage.visit.assigned.v1", subject="visit")
class VisitAssigned(Event):
    """A visit goes to somebody, and why (T10-T26); `to` is a consultant, department:CODE, online:ID or supervisor."""

    visit: str
    customer: str
    to: str
    basis: str
    counted: bool
    passed: tuple[PassedOver, ...]
    rules: tuple[str, ...]
    why_zh: str
    why_en: str
    entry: int
    """Place of the decision in the ledger of the branch day."""
    decided_at: datetime
    deciding_project: str | None = None
    arrived_at: datetime | None = None
    scan: str | None = None
    released: str | None = None
    """The consultant whom the visit was taken from, if any."""
    promised_at: datetime | None = None
    """When the waiting limit is reached (T22); None where none runs."""


@event("triage.visit.voided.v1", subject="visit")
class VisitVoided(Event):
    """An assignment no longer counts (T24)."""

    visit: str
    customer: str
    released: str | None
    reason: str
    entry: int


@event("triage.visit.supervisor_needed.v1", subject="visit")
class SupervisorNeeded(Event):
    """Nobody can receive, or the rules ask for a supervisor (T21-T23)."""

    visit: str
    customer: str
    rules: tuple[str, ...]
    why_zh: str
    why_en: str


@event("triage.visit.started.v1", subject="visit")
class ConsultationStarted(Event):
    """The consultant receives the visitor; the waiting clock stops."""

    visit: str
    customer: str
    consultant: str
    started_at: datetime
    waited_seconds: int


@event("triage.visit.finished.v1", subject="visit")
class ConsultationFinished(Event):
    """The consultation has its outcome: deal or no_deal with a reason."""

    visit: str
    customer: str
    visit_class: str
    consultant: str
    outcome: str
    projects: tuple[str, ...]
    finished_at: datetime
    no_deal_reason: str | None = None
    owner: str | None = None


@event("triage.visit.stage_changed.v1", subject="visit")
class VisitStageChanged(Event):
    """The visit went on to another stage (payment, treatment, leaving)."""

    visit: str
    customer: str
    stage: str
    at: datetime


@event("triage.visit.seen_elsewhere.v1", subject="visit")
class VisitSeenElsewhere(Event):
    """The visitor of an open visit has been registered in another branch meanwhile."""

    visit: str
    customer: str
    elsewhere: str
    """The other branch."""
    at: datetime


@event("triage.owner.changed.v1", subject="customer")
class OwnerChanged(Event):
    """Who is responsible for a customer from now on (T11, T26)."""

    customer: str
    owner: str
    previous: str | None
    reason: str


@event("triage.performance.moved.v1", subject="customer")
class PerformanceMoved(Event):
    """业绩: who gets the performance of a customer's deals, from when on (T11, T26, T27); the first owner too."""

    customer: str
    visit: str | None
    """Where it came about; null for a supervisor's decision apart from any visit."""
    previous: str | None
    to: str
    since: datetime
    rule: str
    reason: str


@event("triage.standin.noted.v1", subject="visit")
class StandInNoted(Event):
    """What a stand-in leaves for the owner of the customer (T11)."""

    visit: str
    customer: str
    owner: str | None
    stand_in: str
    note: str
    at: datetime


@event("triage.alert.raised.v1", subject="alert")
class AlertRaised(Event):
    """Something that a supervisor is to know at once (T6, T17, T21-T24, T27)."""

    alert: str
    kind: str
    """nobody_can_receive, owner_wait, name_somebody, moved, override, many_voids, not_at_post or owner_taken."""
    severity: str
    """urgent, warning or notice."""
    visit: str | None
    consultant: str | None
    text_zh: str
    text_en: str
    rules: tuple[str, ...]
    at: datetime


@event("triage.alert.cleared.v1", subject="alert")
class AlertCleared(Event):
    """What an alert told of is over: the visit is assigned or started, the consultant is back."""

    alert: str
    at: datetime


@event("triage.consultant.status_changed.v1", subject="consultant")
class ConsultantStatusChanged(Event):
    """What a consultant of a branch is doing: idle, busy, out, off, leave or late; engaged with which visit."""

    consultant: str
    status: str
    engaged_visit: str | None
    at: datetime


@event("triage.consultant.scheduled.v1", subject="consultant")
class ConsultantScheduled(Event):
    """A consultant's standing settings in a branch: shift, scope, place in the order."""

    consultant: str
    name: str
    shift: str
    scope: tuple[str, ...]
    """Project codes; ("*",) is every project."""
    place: int
    active: bool = True
