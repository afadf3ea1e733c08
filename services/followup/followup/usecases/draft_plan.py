"""Making a plan by hand, and submitting it (F1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qiantai.both import Both
from qiantai.branches import open_branch
from qiantai.ids import new_id

from followup.domain import plan as model
from followup.domain.errors import UnknownCustomer
from followup.domain.plan import Completion, Plan, step, window_of
from followup.known import CUSTOMERS
from followup.usecases import facts
from followup.usecases.executors import owner_of, refuse_absent
from followup.usecases.outlived import refuse_slip_that_is_over
from followup.usecases.ports import UnitOfWork
from followup.usecases.quicker import who_did


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPlan:
    """A contact that somebody wants made; `submit` asks for its approval at once."""

    branch: str
    customer: str
    kind: str
    due_from: datetime
    due_until: datetime
    content: str
    purpose: str | None = None
    executor: str | None = None
    executor_role: str | None = None
    attention: bool = False
    visit: str | None = None
    appointment: str | None = None
    charge: str | None = None
    submit: bool = False


def draft_plan(command: DraftPlan, uow: UnitOfWork) -> Plan:
    """Make a plan and tell the others.

    Raises UnknownBranch, BranchClosed, ImpossibleWindow, UnknownCustomer, ExecutorNotHere, SlipIsOver.
    """
    open_branch(command.branch, uow)
    uow.plans.hold_person(command.customer)
    window = window_of(command.due_from, command.due_until, now=uow.now)
    if uow.known.get(CUSTOMERS, command.customer) is None:
        raise UnknownCustomer(
            fields={"customer": Both("not known here yet; try again in a moment", "这里还没有这位顾客，请稍后再试。")}
        )
    executor = command.executor
    if executor is None and command.executor_role == "owner":
        executor = owner_of(command.customer, uow)
    else:
        refuse_absent(executor, command.branch, uow)
    plan = Plan(
        id=new_id(),
        branch=command.branch,
        customer=command.customer,
        kind=command.kind,
        state="submitted" if command.submit else "drafted",
        due_from=window.due_from,
        due_until=window.due_until,
        drafted_by=uow.actor.id,
        created_at=uow.now,
        version=1,
        content=command.content,
        purpose=command.purpose,
        executor=executor,
        executor_role=command.executor_role,
        attention=command.attention,
        visit=command.visit,
        appointment=command.appointment,
        charge=command.charge,
    )
    refuse_slip_that_is_over(plan, uow)
    add_plan(plan, uow)
    return plan


def add_plan(plan: Plan, uow: UnitOfWork) -> bool:
    """Save a new plan and tell it; False when its template has made it already."""
    if not uow.plans.add(plan, step(None, plan, "planned")):
        return False
    uow.outbox.append(facts.plan_drafted(plan), version=plan.version)
    return True


def submit_plan(id_: str, values: Completion, uow: UnitOfWork) -> Plan:
    """Ask for the approval of a draft, or again after it was sent back, with what was corrected.

    Raises UnknownPlan, NotInThisState, ImpossibleWindow, ExecutorNotHere.
    """
    if values.executor is not None:
        uow.plans.hold_person(uow.plans.get(id_).customer)
    before = uow.plans.lock(id_)
    refuse_absent(values.executor, before.branch, uow)
    with who_did(before, uow):
        after = model.complete(model.submit(before), values, now=uow.now)
    uow.plans.save(after, step(before, after, "submitted"))
    return after
