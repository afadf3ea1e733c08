"""A visit on the board, folded from its facts in the order of their versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from qiantai.contracts.event import Event
from qiantai.contracts.receiver import SUPERVISOR
from qiantai.contracts.triage import (
    FINISHED,
    IN_CONSULTATION,
    REGISTERED,
    WAITING,
    ConsultationFinished,
    ConsultationStarted,
    SupervisorNeeded,
    VisitAssigned,
    VisitClassified,
    VisitRegistered,
    VisitSeenElsewhere,
    VisitStageChanged,
    VisitVoided,
)

from device_gateway.domain.facts import Fact

VOIDED = "voided"
"""Where a visit is on the board beside its stages: nobody has it, or the supervisor."""
Why = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the board knows of one visit; `state` is where it is, `since` since when."""

    id: str
    state: str = REGISTERED
    since: datetime | None = None
    business_day: date | None = None
    arrived_at: datetime | None = None
    waiting_since: datetime | None = None
    promised_at: datetime | None = None
    visit_class: str | None = None
    projects: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    appointment: str | None = None
    to: str | None = None
    why: Why | None = None
    supervisor: bool = False
    outcome: str | None = None
    elsewhere: bool = False


_ORDER: tuple[type[Event], ...] = (
    VisitRegistered,
    VisitClassified,
    VisitVoided,
    SupervisorNeeded,
    VisitAssigned,
    ConsultationStarted,
    ConsultationFinished,
    VisitStageChanged,
    VisitSeenElsewhere,
)
"""Facts of one version were told in this order."""


def fold_visit(id_: str, facts: Iterable[Fact]) -> Visit:
    """Return a visit from its facts, in the order of their versions; any of them may be missing."""
    visit = Visit(id=id_)
    known = [fact for fact in facts if type(fact.event) in _ORDER]
    for fact in sorted(known, key=lambda f: (f.version, _ORDER.index(type(f.event)))):
        visit = _after(visit, fact.event, fact.at)
    return visit


def _after(visit: Visit, event: Event, at: datetime) -> Visit:  # noqa: PLR0911 - one for each kind of fact
    match event:
        case VisitRegistered():
            return replace(
                visit,
                since=event.arrived_at,
                arrived_at=event.arrived_at,
                waiting_since=event.arrived_at,
                business_day=event.business_day,
                visit_class=event.visit_class,
                projects=event.projects,
                missing=event.missing,
                appointment=event.appointment,
            )
        case VisitClassified():
            return replace(
                visit,
                visit_class=event.visit_class,
                projects=event.projects,
                appointment=event.appointment if event.answered else visit.appointment,
                missing=(),
                since=visit.since or at,
            )
        case VisitAssigned():
            return _assigned(visit, event)
        case SupervisorNeeded():
            return replace(
                visit,
                state=SUPERVISOR,
                since=at,
                to=None,
                why=(event.why_zh, event.why_en),
                supervisor=True,
                waiting_since=visit.waiting_since or at,
            )
        case VisitVoided():
            why = (event.reason, event.reason)
            return replace(visit, state=VOIDED, since=at, to=None, why=why, supervisor=False)
        case ConsultationStarted():
            started = event.started_at
            return replace(
                visit, state=IN_CONSULTATION, since=started, to=event.consultant, supervisor=False, elsewhere=False
            )
        case ConsultationFinished():
            return replace(
                visit,
                state=FINISHED,
                since=event.finished_at,
                to=event.consultant,
                outcome=event.outcome,
                visit_class=event.visit_class,
                projects=event.projects or visit.projects,
                supervisor=False,
            )
        case VisitStageChanged():
            return replace(visit, state=event.stage, since=event.at)
        case VisitSeenElsewhere():
            return replace(visit, elsewhere=True)
        case _:
            return visit


def _assigned(visit: Visit, event: VisitAssigned) -> Visit:
    before = visit.waiting_since or event.arrived_at or event.decided_at
    supervisor = event.to == SUPERVISOR
    return replace(
        visit,
        state=SUPERVISOR if supervisor else WAITING,
        since=event.decided_at,
        to=event.to,
        why=(event.why_zh, event.why_en),
        waiting_since=event.decided_at if visit.state == VOIDED else before,
        promised_at=event.promised_at,
        supervisor=supervisor,
        elsewhere=False,
        missing=(),
        arrived_at=visit.arrived_at or event.arrived_at,
    )
