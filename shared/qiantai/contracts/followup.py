"""Facts about follow-up plans (domain rules F1-F10)."""

from __future__ import annotations

from datetime import datetime

from qiantai.contracts.event import Event, event


@event("followup.plan.planned.v1", subject="plan")
class PlanDrafted(Event):
    """A plan was made, by template or by hand (F1, F3)."""

    plan: str
    customer: str
    kind: str
    template: str | None
    due_from: datetime
    due_until: datetime
    executor: str | None
    state: str
    """drafted, submitted or approved."""
    visit: str | None = None


@event("followup.plan.approved.v1", subject="plan")
class PlanApproved(Event):
    """The plan may be executed (F1)."""

    plan: str
    customer: str
    kind: str
    due_from: datetime
    due_until: datetime
    executor: str | None


@event("followup.plan.returned.v1", subject="plan")
class PlanReturned(Event):
    """The approver sent the plan back with guidance (F1)."""

    plan: str
    customer: str
    guidance: str


@event("followup.plan.executed.v1", subject="plan")
class PlanExecuted(Event):
    """The contact was made; the next step is another plan or the end (F5)."""

    plan: str
    customer: str
    kind: str
    result: str
    next_step: str
    """plan or ended."""
    next_plan: str | None
    executed_at: datetime


@event("followup.plan.cancelled.v1", subject="plan")
class PlanCancelled(Event):
    """The plan is not needed any more (F1)."""

    plan: str
    customer: str
    reason: str
