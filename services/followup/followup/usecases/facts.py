"""What the follow-up service tells: each fact made of the plan as it is after it."""

from __future__ import annotations

from datetime import datetime

from qiantai.contracts.followup import PlanApproved, PlanCancelled, PlanDrafted, PlanExecuted, PlanReturned

from followup.domain.plan import Plan


def plan_drafted(plan: Plan) -> PlanDrafted:
    """Return a new plan."""
    return PlanDrafted(
        branch=plan.branch,
        plan=plan.id,
        customer=plan.customer,
        kind=plan.kind,
        template=plan.template,
        due_from=plan.due_from,
        due_until=plan.due_until,
        executor=plan.executor,
        state=plan.state,
        visit=plan.visit,
    )


def plan_approved(plan: Plan) -> PlanApproved:
    """Return that a plan may be executed, and what was set with it."""
    return PlanApproved(
        branch=plan.branch,
        plan=plan.id,
        customer=plan.customer,
        kind=plan.kind,
        due_from=plan.due_from,
        due_until=plan.due_until,
        executor=plan.executor,
    )


def plan_returned(plan: Plan, guidance: str) -> PlanReturned:
    """Return that a plan went back to its drafter, and with which guidance."""
    return PlanReturned(branch=plan.branch, plan=plan.id, customer=plan.customer, guidance=guidance)


def plan_executed(plan: Plan, result: str, next_step: str, at: datetime) -> PlanExecuted:
    """Return what came of the contact, and what is next."""
    return PlanExecuted(
        branch=plan.branch,
        plan=plan.id,
        customer=plan.customer,
        kind=plan.kind,
        result=result,
        next_step=next_step,
        next_plan=plan.next_plan,
        executed_at=at,
    )


def plan_cancelled(plan: Plan, reason: str) -> PlanCancelled:
    """Return that a contact is not needed any more, and why."""
    return PlanCancelled(branch=plan.branch, plan=plan.id, customer=plan.customer, reason=reason)
