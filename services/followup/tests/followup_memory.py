"""Follow-up's ports in memory: what the use cases need, and nothing of a database but its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from followup.domain.errors import TemplateChanged, UnknownPlan, UnknownTemplate
from followup.domain.plan import EXECUTABLE, OPEN, Plan, Step
from followup.domain.template import Fact, Template
from followup.usecases.ports import Facts, PlanFilter, Plans, Templates, UnitOfWork
from qiantai.actors import Actor
from qiantai.testing.memory import MemoryKnown, MemoryUnitOfWork
from typing_extensions import override


@dataclass
class Memory:
    """What stays between transactions."""

    plans: dict[str, Plan] = field(default_factory=dict)
    steps: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    facts: dict[str, tuple[Fact, datetime]] = field(default_factory=dict)
    first_treatments: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    known: MemoryKnown = field(default_factory=MemoryKnown)


class MemoryPlans(Plans):
    """Plans by id."""

    def __init__(self, memory: Memory, actor: Actor, now: datetime) -> None:
        self._plans = memory.plans
        self._steps = memory.steps
        self._known = memory.known
        self._actor = actor
        self._now = now

    @override
    def add(self, plan: Plan, step: Step) -> bool:
        if plan.cause is not None and plan.cause in self.causes_of(plan.template or "", [plan.cause]):
            return False
        self.save(plan, step)
        return True

    @override
    def get(self, id_: str) -> Plan:
        found = self._plans.get(id_)
        if found is None or not _sees(self._actor, found.branch):
            raise UnknownPlan
        return found

    @override
    def hold_person(self, customer: str) -> None:
        """Nobody else is there."""

    @override
    def hold_everybody(self) -> None:
        """Nobody else is there."""

    @override
    def lock(self, id_: str) -> Plan:
        return self.get(id_)

    @override
    def lock_falling_due(self, before: datetime, *, limit: int) -> Sequence[Plan]:
        begun = [plan for plan in self._plans.values() if plan.state == "approved" and plan.due_from <= before]
        return sorted(begun, key=lambda plan: plan.due_from)[:limit]

    @override
    def lock_open_of(
        self, *, customer: str | None = None, role: str | None = None, executor: str | None = None
    ) -> Sequence[Plan]:
        return [
            plan
            for _, plan in sorted(self._plans.items())
            if plan.state in OPEN
            and (customer is None or plan.customer in self._known.same(customer))
            and role in (None, plan.executor_role)
            and executor in (None, plan.executor)
        ]

    @override
    def save(self, plan: Plan, step: Step) -> None:
        self._plans[plan.id] = plan
        entry = {"what": step.what, "to_state": step.to_state, "version": step.version, "reason": step.reason}
        entry |= {"from_state": step.from_state, "details": dict(step.details)}
        self._steps.setdefault(plan.id, []).append({**entry, "at": self._now, "actor": self._actor.id})

    @override
    def history(self, id_: str) -> Sequence[Mapping[str, Any]]:
        return self._steps.get(id_, [])

    @override
    def find(
        self,
        wanted: PlanFilter,
        *,
        now: datetime,
        day_ends: Mapping[str | None, datetime],
        after: tuple[datetime, str] | None = None,
        limit: int = 50,
    ) -> Sequence[Plan]:
        found = [plan for plan in self._plans.values() if _sees(self._actor, plan.branch)]
        if wanted.customer is not None:
            found = [plan for plan in found if plan.customer in self._known.same(wanted.customer)]
        for name in ("branch", "executor", "executor_role", "state"):
            value = getattr(wanted, name)
            found = [plan for plan in found if value in (None, getattr(plan, name))]
        if wanted.due is not None:
            found = [plan for plan in found if plan.state in EXECUTABLE]
        if wanted.due == "overdue":
            found = [plan for plan in found if plan.due_until < now]
        if wanted.mine:
            found = [plan for plan in found if self._is_mine(plan)]
        if wanted.due == "today":
            found = [plan for plan in found if plan.due_until >= now]
        if wanted.due in ("today", "now"):
            found = [plan for plan in found if plan.due_from < day_ends.get(plan.branch, day_ends[None])]
        places = {(plan.due_until, plan.id): plan for plan in found}
        return [plan for place, plan in sorted(places.items()) if after is None or place > after][:limit]

    def _is_mine(self, plan: Plan) -> bool:
        return plan.executor == self._actor.id or (plan.executor is None and plan.executor_role in self._actor.roles)

    @override
    def causes_of(self, template: str, causes: Iterable[str]) -> set[str]:
        made = {plan.cause for plan in self._plans.values() if plan.template == template}
        return {cause for cause in causes if cause in made}


class MemoryTemplates(Templates):
    """Templates by code."""

    def __init__(self, memory: Memory) -> None:
        self._templates = memory.templates

    @override
    def all(self) -> Sequence[Template]:
        return [template for _, template in sorted(self._templates.items())]

    @override
    def active_of(self, event: str) -> Sequence[Template]:
        return [template for template in self.all() if template.event == event and template.active]

    @override
    def get(self, code: str) -> Template:
        if code not in self._templates:
            raise UnknownTemplate
        return self._templates[code]

    @override
    def put(self, template: Template) -> None:
        known = self._templates.get(template.code)
        if known is not None and known.version != template.version - 1:
            raise TemplateChanged
        self._templates[template.code] = template


class MemoryFacts(Facts):
    """What happened."""

    def __init__(self, memory: Memory, actor: Actor) -> None:
        self._facts = memory.facts
        self._first = memory.first_treatments
        self._known = memory.known
        self._actor = actor

    @override
    def add(self, fact: Fact, now: datetime) -> bool:
        return self._facts.setdefault(fact.cause, (fact, now))[0] is fact

    @override
    def since(self, event: str, begin: datetime, *, limit: int) -> Sequence[Fact]:
        seen = [fact for fact, _ in self._facts.values() if fact.event == event and fact.at >= begin]
        seen = [fact for fact in seen if _sees(self._actor, fact.branch)]
        return sorted(sorted(seen, key=lambda fact: fact.cause), key=lambda fact: fact.at, reverse=True)[:limit]

    @override
    def of_causes(self, causes: Iterable[str]) -> Mapping[str, Fact]:
        return {cause: self._facts[cause][0] for cause in causes if cause in self._facts}

    @override
    def of_person(self, customer: str, *, since: datetime) -> Sequence[Fact]:
        files = self._known.same(customer)
        seen = [fact for fact, _ in self._facts.values() if fact.customer in files and fact.at >= since]
        return sorted(seen, key=lambda fact: (fact.at, fact.cause))

    @override
    def forget(self, before: datetime) -> None:
        for cause in [cause for cause, (_, kept_at) in self._facts.items() if kept_at < before]:
            del self._facts[cause]

    @override
    def is_first_treatment(self, customer: str, use: str, at: datetime) -> bool:
        self._first[customer] = min((at, use), self._first.get(customer, (at, use)))
        return min(self._first[file] for file in self._known.same(customer) if file in self._first)[1] == use


class MemoryFollowup(MemoryUnitOfWork, UnitOfWork):
    """One transaction of an actor; nothing waits for a lock."""

    def __init__(self, memory: Memory, actor: Actor, now: datetime) -> None:
        super().__init__(actor, now, memory.known)
        self.plans = MemoryPlans(memory, actor, now)
        self.templates = MemoryTemplates(memory)
        self.facts = MemoryFacts(memory, actor)


def _sees(actor: Actor, branch: str) -> bool:
    return actor.scope is None or branch in actor.scope
