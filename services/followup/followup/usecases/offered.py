"""What somebody may do with a plan or a template now: by role, by who drafted or called, and by the table of states."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qiantai import permissions
from qiantai.actors import Actor
from qiantai.contracts import CHAIN
from qiantai.errors import Refusal

from followup.domain import plan as model
from followup.domain.plan import EXECUTABLE, Plan
from followup.domain.template import Template

_OFFERS: tuple[tuple[str, str, Callable[[Plan, str], object]], ...] = (
    ("submit", "plan.draft", lambda plan, _: model.submit(plan)),
    ("approve", "plan.approve", lambda plan, by: model.approve(plan, by=by)),
    ("return", "plan.approve", lambda plan, _: model.send_back(plan, "")),
    (
        "review",
        "plan.review",
        lambda plan, by: model.review(plan, score=0, remark=None, model_case=False, by=by),
    ),
    ("cancel", "plan.draft", lambda plan, _: model.cancel(plan)),
)
"""Route, action, and the rule that refuses where it is not possible."""


def with_plan(plan: Plan, actor: Actor) -> Iterator[str]:
    """Return the names of what this person may do with the plan now."""
    for name, action, rule in _OFFERS:
        if permissions.may(actor, action) and _goes(rule, plan, actor.id):
            yield name
    if plan.state in EXECUTABLE and permissions.may(actor, "plan.execute"):
        yield "execute"


def with_template(_: Template, actor: Actor) -> Iterator[str]:
    """Return what this person may do with a template; it makes plans in every branch."""
    if permissions.may(actor, "template.edit"):
        yield "preview"
        if actor.works_in(CHAIN):
            yield "edit"


def _goes(rule: Callable[[Plan, str], object], plan: Plan, by: str) -> bool:
    try:
        rule(plan, by)
    except Refusal:
        return False
    return True
