"""Making the contact (F5) and reviewing it (F6)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time

from qiantai.branches import zone_of
from qiantai.errors import Refusal
from qiantai.ids import new_id

from followup.domain import plan as model
from followup.domain.errors import UnknownTemplate
from followup.domain.plan import Contact, Plan, Window, step, window_of
from followup.usecases import facts
from followup.usecases.draft_plan import add_plan
from followup.usecases.executors import refuse_absent
from followup.usecases.outlived import refuse_slip_that_is_over
from followup.usecases.ports import UnitOfWork
from followup.usecases.quicker import who_did


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPlan:
    """The next contact with the same customer; the executor is the same person unless said otherwise."""

    kind: str
    due_from: datetime
    due_until: datetime
    content: str
    executor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutePlan:
    """What came of a call; for a call that reached the customer either `next_plan` or `ended` (a reason).

    `attempts` is how many calls in vain the caller knows of.
    """

    plan: str
    result: str
    feedback: str | None = None
    mood: str | None = None
    next_plan: NextPlan | None = None
    ended: str | None = None
    attempts: int | None = None


def execute_plan(command: ExecutePlan, uow: UnitOfWork) -> Plan:
    """Note a call. A plan whose customer was not reached is called again, up to the policy's attempts.

    Raises UnknownPlan, NotApproved, CalledMeanwhile, ImpossibleWindow, ExecutorNotHere, SlipIsOver.
    """
    if command.next_plan is not None:
        uow.plans.hold_person(uow.plans.get(command.plan).customer)
    before = uow.plans.lock(command.plan)
    following = _following(command.next_plan, before, uow) if command.next_plan is not None else None
    contact = Contact(
        result=command.result,
        feedback=command.feedback,
        mood=command.mood,
        ended=command.ended,
        next_plan=following.id if following else None,
    )
    with who_did(before, uow):
        model.refuse_unseen_call(before, command.attempts)
        after = model.execute(before, contact, by=uow.actor.id, at=uow.now, again=_again(before, uow))
    what = "tried" if after.state == "approved" else after.state
    entry = step(before, after, what, command.feedback)
    unlike = model.unlike_planned(before, by=uow.actor.id, roles=uow.actor.roles, at=uow.now)
    uow.plans.save(after, replace(entry, details={**entry.details, **unlike}))
    if after.next_step is not None:
        executed = facts.plan_executed(after, command.result, after.next_step, uow.now)
        uow.outbox.append(executed, version=after.version)
    if following is not None:
        refuse_slip_that_is_over(following, uow)
        add_plan(following, uow)
    return after


def _again(plan: Plan, uow: UnitOfWork) -> Window:
    """Return when the customer is called again, within the hours of the template that asked for the call."""
    opens, closes = model.CALLS_FROM, model.CALLS_UNTIL
    if plan.template is not None:
        with suppress(UnknownTemplate):
            template = uow.templates.get(plan.template)
            opens, closes = time.fromisoformat(template.window_from), time.fromisoformat(template.window_until)
    return model.retry_window(plan, uow.now, zone_of(plan.branch, uow), opens, closes)


def _following(wanted: NextPlan, plan: Plan, uow: UnitOfWork) -> Plan:
    refuse_absent(wanted.executor, plan.branch, uow, field="next_step.plan.executor")
    try:
        window = window_of(wanted.due_from, wanted.due_until, now=uow.now)
    except Refusal as error:
        error.fields = {f"next_step.plan.{name}": text for name, text in error.fields.items()}
        raise
    return Plan(
        id=new_id(),
        branch=plan.branch,
        customer=plan.customer,
        kind=wanted.kind,
        state="submitted",
        due_from=window.due_from,
        due_until=window.due_until,
        drafted_by=uow.actor.id,
        created_at=uow.now,
        version=1,
        content=wanted.content,
        executor=wanted.executor or plan.executor,
        executor_role=plan.executor_role,
        visit=plan.visit,
        appointment=plan.appointment,
        charge=plan.charge,
        previous=plan.id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPlan:
    """How good a call was: `score` 0 to 100, and whether others should learn from it (案例)."""

    plan: str
    score: int
    remark: str | None = None
    model_case: bool = False


def review_plan(command: ReviewPlan, uow: UnitOfWork) -> Plan:
    """Review an executed plan; not one's own call. Raises UnknownPlan, OwnCall, NotInThisState."""
    before = uow.plans.lock(command.plan)
    with who_did(before, uow):
        after = model.review(
            before, score=command.score, remark=command.remark, model_case=command.model_case, by=uow.actor.id
        )
    uow.plans.save(after, step(before, after, "reviewed", command.remark))
    return after
