"""Plans made by templates (F3): from a fact as it is told, and what a template would have made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qiantai.actors import service_actor
from qiantai.branches import zone_of
from qiantai.contracts import CHAIN
from qiantai.errors import NotKnownYet
from qiantai.ids import Id, new_id

from followup.domain.errors import TemplateChanged, UnknownTemplate
from followup.domain.plan import Plan
from followup.domain.template import Fact, Template, check, matches, window_after
from followup.known import CUSTOMERS, PROJECTS
from followup.usecases.draft_plan import add_plan
from followup.usecases.executors import executor_for
from followup.usecases.outlived import end_outlived, outlived_at_birth
from followup.usecases.ports import UnitOfWork

SERVICE = service_actor("followup").id
_PREVIEWED = 500


def react(fact: Fact, uow: UnitOfWork) -> None:
    """Make the plans that the active templates ask for; the same fact makes them once, however often it is told.

    What it makes pointless ends.

    Raises NotKnownYet while a template asks for the class of a project that billing has not told.
    """
    templates = uow.templates.active_of(fact.event)
    classes = _classes(fact.projects, uow)
    unknown = set(fact.projects) - set(classes)
    if unknown and any(template.conditions.need_class for template in templates):
        raise NotKnownYet(f"projects {sorted(unknown)}")
    uow.plans.hold_person(fact.customer)  # before anything is read: what ends these plans may come at this instant
    if not uow.facts.add(fact, uow.now):
        return
    for template in templates:
        if matches(template, fact, classes):
            plan = _plan(template, fact, uow)
            if not outlived_at_birth(plan, fact, uow):
                add_plan(plan, uow)
    end_outlived(fact, uow)


def _classes(projects: Collection[str], uow: UnitOfWork) -> Mapping[str, str]:
    """Return the classes of those projects that are known."""
    return {code: one.project_class for code, one in uow.known.many(PROJECTS, projects).items()}


def _plan(template: Template, fact: Fact, uow: UnitOfWork) -> Plan:
    window = window_after(template, fact.at, zone_of(fact.branch, uow))
    return Plan(
        id=new_id(),
        branch=fact.branch,
        customer=fact.customer,
        kind=template.kind,
        state="approved" if template.pre_approved else "submitted",
        due_from=window.due_from,
        due_until=window.due_until,
        drafted_by=SERVICE,
        created_at=uow.now,
        version=1,
        content=template.content,
        purpose=template.purpose,
        executor=executor_for(template.executor_role, fact, uow),
        executor_role=template.executor_role,
        template=template.code,
        cause=fact.cause,
        visit=fact.visit,
        appointment=fact.appointment,
        approved_by=SERVICE if template.pre_approved else None,
    )


def put_template(template: Template, version: int, uow: UnitOfWork) -> Template:
    """Save a template that was loaded at `version`, 0 for a new one; it makes plans in every branch.

    Raises OtherBranch, ImpossibleTemplate, TemplateChanged.
    """
    uow.actor.must_work_in(CHAIN)
    check(template)
    try:
        known = uow.templates.get(template.code).version
    except UnknownTemplate:
        known = 0
    if known != version:
        raise TemplateChanged(facts={"version": known})
    saved = replace(template, version=version + 1)
    uow.templates.put(saved)
    return saved


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedPlan:
    """A plan that the template would make; `made` when it did."""

    happened_at: datetime
    customer: Id
    customer_name: str | None
    branch: str
    state: str
    due_from: datetime
    due_until: datetime
    executor: str | None
    made: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a template would make of the facts looked at, the newest first."""

    facts: int
    items: tuple[PreviewedPlan, ...]


def preview(code: str, days: int, uow: UnitOfWork) -> Preview:
    """Try a template on what happened in the last days; nothing is made. Raises UnknownTemplate."""
    template = uow.templates.get(code)
    facts = uow.facts.since(template.event, uow.now - timedelta(days=days), limit=_PREVIEWED)
    classes = _classes({code for fact in facts for code in fact.projects}, uow)
    plans = [(fact, _plan(template, fact, uow)) for fact in facts if matches(template, fact, classes)]
    made = uow.plans.causes_of(code, [fact.cause for fact, _ in plans])
    known = uow.known.many(CUSTOMERS, [plan.customer for _, plan in plans])
    items = (
        PreviewedPlan(
            happened_at=fact.at,
            customer=plan.customer,
            customer_name=known[plan.customer].name if plan.customer in known else None,
            branch=plan.branch,
            state=plan.state,
            due_from=plan.due_from,
            due_until=plan.due_until,
            executor=plan.executor,
            made=fact.cause in made,
        )
        for fact, plan in plans
    )
    return Preview(facts=len(facts), items=tuple(items))
