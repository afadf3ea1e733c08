"""What the triage service tells: each fact made of the record as it is after it."""

from __future__ import annotations

from datetime import datetime

from qiantai.contracts.triage import (
    NO_DEAL,
    AlertCleared,
    AlertRaised,
    ConsultantScheduled,
    ConsultantStatusChanged,
    ConsultationFinished,
    ConsultationStarted,
    OwnerChanged,
    PassedOver,
    PerformanceMoved,
    StandInNoted,
    SupervisorNeeded,
    VisitAssigned,
    VisitClassified,
    VisitRegistered,
    VisitSeenElsewhere,
    VisitStageChanged,
    VisitVoided,
)

from triage.domain.model import Decision
from triage.usecases.model import RosterPlace, VisitRecord
from triage.usecases.records import AlertRecord, OwnerRecord, StandInNote


def visit_registered(visit: VisitRecord) -> VisitRegistered:
    """Return that a customer is here, with the proposed class."""
    return VisitRegistered(
        branch=visit.branch,
        visit=visit.id,
        customer=visit.customer,
        business_day=visit.day,
        arrived_at=visit.arrived_at,
        visit_class=visit.visit_class,
        class_reasons=visit.class_rules,
        projects=visit.projects,
        appointment=visit.appointment,
        scan=visit.scan,
        missing=visit.missing,
    )


def visit_seen_elsewhere(visit: VisitRecord, branch: str, at: datetime) -> VisitSeenElsewhere:
    """Return that the visitor has been registered in another branch."""
    return VisitSeenElsewhere(branch=visit.branch, visit=visit.id, customer=visit.customer, elsewhere=branch, at=at)


def visit_classified(visit: VisitRecord, reason: str | None, *, answered: bool = False) -> VisitClassified:
    """Return class and projects as the desk says, with the reason for another class than the proposed one."""
    return VisitClassified(
        branch=visit.branch,
        visit=visit.id,
        customer=visit.customer,
        visit_class=visit.visit_class,
        projects=visit.projects,
        override_reason=reason,
        answered=answered,
        appointment=visit.appointment if answered else None,
    )


def visit_assigned(
    visit: VisitRecord, decision: Decision, *, entry: int, at: datetime, promised_at: datetime | None
) -> VisitAssigned:
    """Return to whom a visit goes, until when, and why."""
    return VisitAssigned(
        branch=visit.branch,
        visit=visit.id,
        customer=visit.customer,
        to=decision.to or "",
        basis=str(decision.basis),
        counted=decision.counted,
        passed=tuple(
            PassedOver(consultant=p.consultant, reason=str(p.reason), credit=p.credit) for p in decision.passed
        ),
        rules=decision.rules,
        why_zh=visit.why_zh,
        why_en=visit.why_en,
        entry=entry,
        decided_at=at,
        deciding_project=decision.project,
        arrived_at=visit.arrived_at,
        scan=visit.scan,
        released=_released(decision),
        promised_at=promised_at,
    )


def visit_voided(visit: VisitRecord, decision: Decision, *, entry: int, reason: str) -> VisitVoided:
    """Return that an assignment no longer counts."""
    return VisitVoided(
        branch=visit.branch,
        visit=visit.id,
        customer=visit.customer,
        released=_released(decision),
        reason=reason,
        entry=entry,
    )


def supervisor_needed(visit: VisitRecord) -> SupervisorNeeded:
    """Return that a supervisor is to name somebody."""
    return SupervisorNeeded(
        branch=visit.branch,
        visit=visit.id,
        customer=visit.customer,
        rules=visit.rules,
        why_zh=visit.why_zh,
        why_en=visit.why_en,
    )


def consultation_started(visit: VisitRecord, *, at: datetime, waited_seconds: int) -> ConsultationStarted:
    """Return that the consultation begins."""
    return ConsultationStarted(
        branch=visit.branch,
        visit=visit.id,
        customer=visit.customer,
        consultant=visit.receiver,
        started_at=at,
        waited_seconds=waited_seconds,
    )


def consultation_finished(visit: VisitRecord, *, at: datetime, outcome: str, owner: str | None) -> ConsultationFinished:
    """Return the outcome of a consultation."""
    return ConsultationFinished(
        branch=visit.branch,
        visit=visit.id,
        customer=visit.customer,
        visit_class=visit.visit_class,
        consultant=visit.receiver,
        outcome=outcome,
        projects=visit.projects,
        finished_at=at,
        no_deal_reason=visit.outcome_reason if outcome == NO_DEAL else None,
        owner=owner,
    )


def visit_stage_changed(visit: VisitRecord, *, at: datetime) -> VisitStageChanged:
    """Return where a visit went on to."""
    return VisitStageChanged(branch=visit.branch, visit=visit.id, customer=visit.customer, stage=visit.stage, at=at)


def stand_in_noted(note: StandInNote) -> StandInNoted:
    """Return what a stand-in left for the owner."""
    return StandInNoted(
        branch=note.branch,
        visit=note.visit,
        customer=note.customer,
        owner=note.owner,
        stand_in=note.stand_in,
        note=note.note,
        at=note.written_at,
    )


def owner_changed(owner: OwnerRecord, *, branch: str, previous: str | None, reason: str) -> OwnerChanged:
    """Return who is responsible for a customer."""
    return OwnerChanged(
        branch=branch, customer=owner.customer, owner=owner.consultant or "", previous=previous, reason=reason
    )


def performance_moved(
    owner: OwnerRecord, *, branch: str, since: datetime, visit: str | None, previous: str | None, rule: str, reason: str
) -> PerformanceMoved:
    """Return that the performance of a customer's deals goes to the owner."""
    return PerformanceMoved(
        branch=branch,
        customer=owner.customer,
        visit=visit,
        previous=previous,
        to=owner.consultant or "",
        since=since,
        rule=rule,
        reason=reason,
    )


def alert_raised(alert: AlertRecord) -> AlertRaised:
    """Return what supervisors are to know at once."""
    return AlertRaised(
        branch=alert.branch,
        alert=alert.id,
        kind=alert.kind,
        severity=alert.severity,
        visit=alert.visit,
        consultant=alert.consultant,
        text_zh=alert.zh,
        text_en=alert.en,
        rules=alert.rules,
        at=alert.raised_at,
    )


def alert_cleared(alert: str, *, branch: str, at: datetime) -> AlertCleared:
    """Return that what an alert told of is over."""
    return AlertCleared(branch=branch, alert=alert, at=at)


def consultant_scheduled(place: RosterPlace) -> ConsultantScheduled:
    """Return a consultant's standing settings."""
    return ConsultantScheduled(
        branch=place.branch,
        consultant=place.staff,
        name=place.name,
        shift=place.shift,
        scope=place.scope if place.scope is not None else ("*",),
        place=place.place,
        active=place.active,
    )


def consultant_status_changed(
    branch: str, consultant: str, status: str, visit: str | None, *, at: datetime
) -> ConsultantStatusChanged:
    """Return what a consultant is doing, and with which visit."""
    return ConsultantStatusChanged(branch=branch, consultant=consultant, status=status, engaged_visit=visit, at=at)


def _released(decision: Decision) -> str | None:
    return decision.released.consultant if decision.released else None
