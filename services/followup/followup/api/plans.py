"""Plans over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import marshmallow as ma
from qiantai.both import Both
from qiantai.branches import BRANCHES, zones_of
from qiantai.clock import HOME_ZONE
from qiantai.staff import STAFF, Staff
from qiantai.web.fields import Body, BranchCode, Choice, Code, Id, Instant, Text, Whole
from qiantai.web.may import May
from qiantai.web.paging import Page, PageQuery, cut, moment_of, page_of, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, list_of, many, view_of

from followup.domain.kinds import CODES
from followup.domain.plan import MOODS, RESULTS, ROLES, STATES, Completion, Plan, Step
from followup.domain.template import end_of_day
from followup.known import CUSTOMERS, Customer
from followup.usecases.approve_plans import approve_plan, each, return_plan
from followup.usecases.cancel_plan import cancel_plan
from followup.usecases.draft_plan import DraftPlan, draft_plan, submit_plan
from followup.usecases.execute_plan import ExecutePlan, NextPlan, ReviewPlan, execute_plan, review_plan
from followup.usecases.offered import with_plan
from followup.usecases.ports import PlanFilter, UnitOfWork

routes = Routes("plans", about="Follow-up plans: plan, approve, call, review (F1-F7)")


class DraftBody(Body):
    """A contact to be made (F1); with `submit` its approval is asked for at once."""

    branch = BranchCode(required=True)
    customer = Id(required=True)
    kind = Choice(*CODES, required=True)
    due_from = Instant(required=True)
    due_until = Instant(required=True)
    content = Text(2000, required=True)
    purpose = Text(300, load_default=None, allow_none=True)
    executor = Code(load_default=None, allow_none=True)
    executor_role = Choice(*ROLES, load_default=None, allow_none=True)
    attention = ma.fields.Boolean(load_default=False)
    visit = Id(load_default=None, allow_none=True)
    appointment = Id(load_default=None, allow_none=True)
    charge = Id(load_default=None, allow_none=True)
    submit = ma.fields.Boolean(load_default=False)


class CompletionBody(Body):
    """What is corrected when submitting, or completed when approving; what is left out stays as it is (F1)."""

    due_from = Instant()
    due_until = Instant()
    executor = Code()
    content = Text(2000)
    purpose = Text(300)


def _plans() -> ma.fields.List[Any]:
    return ma.fields.List(Id(), required=True, validate=ma.validate.Length(min=1, max=200))


class SubmitManyBody(Body):
    """Plans whose approval is asked for, all or none (F1)."""

    plans = _plans()


class ApproveManyBody(CompletionBody):
    """Plans to approve, all or none, and what is set in all of them (F1)."""

    plans = _plans()


class ReturnBody(Body):
    """What is to be done better (指导意见) (F1)."""

    guidance = Text(2000, required=True)


class ReturnManyBody(ReturnBody):
    """Plans to send back, all or none, with one guidance (F1)."""

    plans = _plans()


class CancelBody(Body):
    """Why the contact is not needed any more."""

    reason = Text(300, required=True)


class NextPlanBody(Body):
    """The next contact; the executor is the same person unless said otherwise."""

    kind = Choice(*CODES, required=True)
    due_from = Instant(required=True)
    due_until = Instant(required=True)
    content = Text(2000, required=True)
    executor = Code(load_default=None, allow_none=True)


class NextStepBody(Body):
    """Either the next plan, or `ended` with the reason (F5)."""

    plan = ma.fields.Nested(NextPlanBody)
    ended = Text(300)


class ExecuteBody(Body):
    """What came of a call (F5).

    `next_step` is needed unless the customer was not reached: then the same
    plan is called again, and ends by itself after the last attempt.
    `attempts` is how many calls in vain the caller knows of: with another one since, this one is refused.
    """

    result = Choice(*RESULTS, required=True)
    feedback = Text(4000, load_default=None, allow_none=True)
    mood = Choice(*MOODS, load_default=None, allow_none=True)
    next_step = ma.fields.Nested(NextStepBody, load_default=None, allow_none=True)
    attempts = Whole(0, 100, load_default=None, allow_none=True)

    @ma.validates_schema
    def complete(self, data: dict[str, object], **_: object) -> None:
        """Refuse a call that reached the customer without feedback and next step."""
        wrong: dict[str, list[Both]] = {}
        given = data.get("next_step")
        if given is not None and (not isinstance(given, dict) or len(given) != 1):
            wrong["next_step"] = [
                Both(
                    "Give either the next plan or why it ended, not both.", "请填写下一次回访计划或结束原因，两者之一。"
                )
            ]
        if data.get("result") != "not_reached":
            if given is None:
                wrong["next_step"] = [
                    Both("Give the next plan, or ended with the reason.", "请填写下一次回访计划，或填写结束原因。")
                ]
            if data.get("feedback") is None:
                wrong["feedback"] = [Both("Say what came of the call.", "请填写回访结果。")]
        if wrong:
            raise ma.ValidationError(wrong)


class ReviewBody(Body):
    """How good the call was (F6); a model case (案例) is for others to learn from."""

    score = Whole(0, 100, required=True)
    remark = Text(2000, load_default=None, allow_none=True)
    model_case = ma.fields.Boolean(load_default=False)


class PlanQuery(PageQuery):
    """Which plans, of `due` and `mine` of what can be executed.

    `due`: today (the window has begun or begins today and is not over), overdue, or now: both. `mine`: what the asker
    is to execute, by name or as anybody with one of their roles.
    """

    branch = BranchCode(load_default=None)
    executor = Code(load_default=None)
    executor_role = Choice(*ROLES, load_default=None)
    customer = Id(load_default=None)
    state = Choice(*STATES, load_default=None)
    due = Choice("today", "overdue", "now", load_default=None)
    mine = ma.fields.Boolean(load_default=False)


_BESIDE: Mapping[str, Any] = {
    "timezone": str,
    "customer_name": str | None,
    "executor_name": str | None,
    "overdue": bool,
    "may": May(with_plan),
}
PlanView = view_of(
    Plan, without=("cause",), more=_BESIDE, about="A plan; `timezone` is the branch's, in which people read the times."
)
StepView = view_of(Step, more={"at": datetime, "actor": str})
WholePlanView = view_of(
    Plan,
    without=("cause",),
    more={**_BESIDE, "history": many(StepView)},
    about="A plan with its history, oldest step first.",
    name="WholePlanView",
)


@routes.write("POST", "/plans", may="plan.draft", body=DraftBody, returns=PlanView, status=201)
def draft(uow: UnitOfWork, body: dict[str, Any]) -> Shown:
    """Make a plan, as a draft or submitted for approval."""
    return _shown(draft_plan(DraftPlan(**body), uow), uow)


@routes.read("/plans", may="plan.read", query=PlanQuery, returns=page_of(PlanView))
def find(uow: UnitOfWork, query: dict[str, Any]) -> Page[Shown]:
    """List plans, the most urgent first."""
    after, limit = moment_of(query), query.pop("limit")
    del query["cursor"]
    day_ends: dict[str | None, datetime] = {None: end_of_day(uow.now, HOME_ZONE)}
    for branch in uow.known.all(BRANCHES):
        day_ends[branch.code] = end_of_day(uow.now, branch.timezone)
    rows = uow.plans.find(PlanFilter(**query), now=uow.now, day_ends=day_ends, after=after, limit=limit + 1)
    page = cut(rows, limit, lambda plan: write_cursor(plan.due_until.isoformat(), plan.id))
    return Page(_all_shown(page.items, uow), page.next_cursor)


@routes.read("/plans/<id:plan>", may="plan.read", returns=WholePlanView)
def get(uow: UnitOfWork, plan: str) -> Shown:
    """Return a plan with its history."""
    return _shown(uow.plans.get(plan), uow, history=uow.plans.history(plan))


@routes.write("POST", "/plans/<id:plan>/submit", may="plan.draft", body=CompletionBody, returns=PlanView)
def submit(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> Shown:
    """Ask for a plan's approval, also again after it was returned, with corrections."""
    return _shown(submit_plan(plan, Completion(**body), uow), uow)


@routes.write("POST", "/plans/submit", may="plan.draft", body=SubmitManyBody, returns=list_of(PlanView))
def submit_many(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Ask for the approval of many plans at once, all or none."""
    return _many(body["plans"], lambda plan: submit_plan(plan, Completion(), uow), uow)


@routes.write("POST", "/plans/approve", may="plan.approve", body=ApproveManyBody, returns=list_of(PlanView))
def approve_many(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Approve many plans at once, all or none, completing all of them where something is given."""
    plans = body.pop("plans")
    return _many(plans, lambda plan: approve_plan(plan, Completion(**body), uow), uow)


@routes.write("POST", "/plans/return", may="plan.approve", body=ReturnManyBody, returns=list_of(PlanView))
def send_many_back(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Send many plans back to their drafters at once, all or none."""
    return _many(body["plans"], lambda plan: return_plan(plan, body["guidance"], uow), uow)


@routes.write("POST", "/plans/<id:plan>/approve", may="plan.approve", body=CompletionBody, returns=PlanView)
def approve(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> Shown:
    """Approve a plan, completing it where something was left open; not one's own draft."""
    return _shown(approve_plan(plan, Completion(**body), uow), uow)


@routes.write("POST", "/plans/<id:plan>/return", may="plan.approve", body=ReturnBody, returns=PlanView)
def send_back(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> Shown:
    """Send a plan back to its drafter with guidance."""
    return _shown(return_plan(plan, body["guidance"], uow), uow)


@routes.write("POST", "/plans/<id:plan>/execute", may="plan.execute", body=ExecuteBody, returns=PlanView)
def execute(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> Shown:
    """Note what came of a call; only an approved plan can be executed."""
    step = body.pop("next_step") or {}
    following = NextPlan(**step["plan"]) if "plan" in step else None
    command = ExecutePlan(plan=plan, next_plan=following, ended=step.get("ended"), **body)
    return _shown(execute_plan(command, uow), uow)


@routes.write("POST", "/plans/<id:plan>/review", may="plan.review", body=ReviewBody, returns=PlanView)
def review(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> Shown:
    """Review an executed plan; not one's own call."""
    return _shown(review_plan(ReviewPlan(plan=plan, **body), uow), uow)


@routes.write("POST", "/plans/<id:plan>/cancel", may="plan.draft", body=CancelBody, returns=PlanView)
def cancel(uow: UnitOfWork, plan: str, body: dict[str, Any]) -> Shown:
    """Cancel a plan that is not needed any more."""
    uow.note(reason=body["reason"])
    return _shown(cancel_plan(plan, body["reason"], uow), uow)


def _many(plans: Sequence[str], act: Callable[[str], Plan], uow: UnitOfWork) -> dict[str, Any]:
    uow.note(plans=plans)
    return {"items": _all_shown(each(plans, act), uow)}


def _shown(plan: Plan, uow: UnitOfWork, **more: object) -> Shown:
    return _all_shown([plan], uow, **more)[0]


def _all_shown(plans: Sequence[Plan], uow: UnitOfWork, **more: object) -> list[Shown]:
    customers = uow.known.many(CUSTOMERS, [plan.customer for plan in plans])
    people = uow.known.many(STAFF, {plan.executor for plan in plans if plan.executor is not None})
    zones = zones_of({plan.branch for plan in plans}, uow)
    return [
        Shown(
            plan,
            overdue=plan.overdue(uow.now),
            customer_name=_name(customers.get(plan.customer)),
            executor_name=_name(people.get(plan.executor or "")),
            timezone=zones[plan.branch],
            **more,
        )
        for plan in plans
    ]


def _name(known: Customer | Staff | None) -> str | None:
    return None if known is None else known.name
