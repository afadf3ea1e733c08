"""Plans over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from qiantai.web.paging import BadCursor, Page, cut, page_of, read_cursor, write_cursor
from qiantai.web.routes import Routes

from followup.api import schemas
from followup.domain.plan import Completion, Plan
from followup.domain.template import DEFAULT_TIMEZONE, end_of_day
from followup.usecases.approve_plans import approve_plan, approve_plans, return_plan
from followup.usecases.draft_plan import DraftPlan, cancel_plan, draft_plan, submit_plan
from followup.usecases.execute_plan import ExecutePlan, NextPlan, ReviewPlan, execute_plan, review_plan
from followup.usecases.ports import PlanFilter, UnitOfWork

routes = Routes("plans", about="Follow-up plans: plan, approve, call, review (F1-F7)")


@routes.write("POST", "/plans", may="plan.draft", body=schemas.DraftBody, returns=schemas.PlanView, status=201)
def draft(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Make a plan, as a draft or submitted for approval."""
    return _shown(draft_plan(DraftPlan(**body), uow), uow)


@routes.read("/plans", may="plan.read", query=schemas.PlanQuery, returns=page_of(schemas.PlanView))
def find(uow: UnitOfWork, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """List plans, the most urgent first."""
    after, limit = _place(query.pop("cursor")), query.pop("limit")
    day_ends: dict[str | None, datetime] = {None: end_of_day(uow.now, DEFAULT_TIMEZONE)}
    for branch, zone in uow.branches.timezones().items():
        day_ends[branch] = end_of_day(uow.now, zone)
    rows = uow.plans.find(PlanFilter(**query), now=uow.now, day_ends=day_ends, after=after, limit=limit + 1)
    page = cut(rows, limit, lambda plan: write_cursor(plan.due_until.isoformat(), plan.id))
    return Page(_all_shown(page.items, uow), page.next_cursor)


@routes.read("/plans/<id:plan>", may="plan.read", returns=schemas.WholePlanView)
def get(uow: UnitOfWork, plan: str) -> dict[str, Any]:
    """Return a plan with its history."""
    return {**_shown(uow.plans.get(plan), uow), "history": uow.plans.history(plan)}


@routes.write(
    "POST", "/plans/<id:plan>/submit", may="plan.draft", body=schemas.CompletionBody, returns=schemas.PlanView
)
def submit(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask for a plan's approval, also again after it was returned, with corrections."""
    return _shown(submit_plan(plan, Completion(**body), uow), uow)


@routes.write("POST", "/plans/approve", may="plan.approve", body=schemas.ApproveManyBody, returns=schemas.PlansView)
def approve_many(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Approve many plans at once, all or none."""
    uow.note(plans=body["plans"])
    return {"items": _all_shown(approve_plans(body["plans"], uow), uow)}


@routes.write(
    "POST", "/plans/<id:plan>/approve", may="plan.approve", body=schemas.CompletionBody, returns=schemas.PlanView
)
def approve(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> dict[str, Any]:
    """Approve a plan, completing it where something was left open; not one's own draft."""
    return _shown(approve_plan(plan, Completion(**body), uow), uow)


@routes.write("POST", "/plans/<id:plan>/return", may="plan.approve", body=schemas.ReturnBody, returns=schemas.PlanView)
def send_back(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send a plan back to its drafter with guidance."""
    return _shown(return_plan(plan, body["guidance"], uow), uow)


@routes.write(
    "POST", "/plans/<id:plan>/execute", may="plan.execute", body=schemas.ExecuteBody, returns=schemas.PlanView
)
def execute(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> dict[str, Any]:
    """Note what came of a call; only an approved plan can be executed."""
    step = body.pop("next_step") or {}
    following = NextPlan(**step["plan"]) if "plan" in step else None
    command = ExecutePlan(plan=plan, next_plan=following, ended=step.get("ended"), **body)
    return _shown(execute_plan(command, uow), uow)


@routes.write("POST", "/plans/<id:plan>/review", may="plan.review", body=schemas.ReviewBody, returns=schemas.PlanView)
def review(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> dict[str, Any]:
    """Review an executed plan; not one's own call."""
    return _shown(review_plan(ReviewPlan(plan=plan, **body), uow), uow)


@routes.write("POST", "/plans/<id:plan>/cancel", may="plan.draft", body=schemas.CancelBody, returns=schemas.PlanView)
def cancel(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> dict[str, Any]:
    """Cancel a plan that is not needed any more."""
    uow.note(reason=body["reason"])
    return _shown(cancel_plan(plan, body["reason"], uow), uow)


def _shown(plan: Plan, uow: UnitOfWork) -> dict[str, Any]:
    return _all_shown([plan], uow)[0]


def _all_shown(plans: Sequence[Plan], uow: UnitOfWork) -> list[dict[str, Any]]:
    customers = uow.customers.names([plan.customer for plan in plans])
    people = uow.people.names({plan.executor for plan in plans if plan.executor is not None})
    zones = uow.branches.timezones()
    return [
        {
            **asdict(plan),
            "overdue": plan.overdue(uow.now),
            "customer_name": customers.get(plan.customer),
            "executor_name": people.get(plan.executor) if plan.executor is not None else None,
            "timezone": zones.get(plan.branch, DEFAULT_TIMEZONE),
        }
        for plan in plans
    ]


def _place(cursor: str | None) -> tuple[datetime, str] | None:
    keys = read_cursor(cursor, str, str)
    if keys is None:
        return None
    try:
        return datetime.fromisoformat(str(keys[0])), str(UUID(str(keys[1])))
    except ValueError as error:
        raise BadCursor(fields={"cursor": "not a cursor of this list"}) from error
