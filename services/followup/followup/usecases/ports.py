"""What the use cases need of the storage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from qiantai.uow import UnitOfWork as BaseUnitOfWork

from followup.domain.plan import Plan, Step
from followup.domain.template import Fact, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFilter:
    """What a list of plans is narrowed to.

    `due` is today (begun, in time, business day of the branch), overdue, or now: both. `mine` is what the actor is to
    execute: by name, or as anybody with one of the actor's roles.
    """

    branch: str | None = None
    executor: str | None = None
    executor_role: str | None = None
    customer: str | None = None
    state: str | None = None
    due: str | None = None
    mine: bool = False


class Plans(Protocol):
    """Plans by id; a change locks its plan. What lies outside the actor's branches is unknown."""

    def add(self, plan: Plan, step: Step) -> bool:
        """Save a new plan; False when its template has made one of the same cause already (F3)."""

    def get(self, id_: str) -> Plan:
        """Return a plan. Raises UnknownPlan."""

    def hold_person(self, customer: str) -> None:
        """Let nobody else make or end plans of this person, under any of the files, until this transaction ends."""

    def hold_everybody(self) -> None:
        """Let nobody else make or end plans until this transaction ends: who is who, or who works, changes."""

    def lock(self, id_: str) -> Plan:
        """Return a plan that nobody else can change until this transaction ends. Raises UnknownPlan."""

    def lock_falling_due(self, before: datetime, *, limit: int) -> Sequence[Plan]:
        """Return, locked, approved plans whose window has begun; those being changed are left out."""

    def lock_open_of(
        self, *, customer: str | None = None, role: str | None = None, executor: str | None = None
    ) -> Sequence[Plan]:
        """Return, locked, plans still to be executed: of a customer, for a role, of an executor."""

    def save(self, plan: Plan, step: Step) -> None:
        """Save a changed plan and the step that led there."""

    def history(self, id_: str) -> Sequence[Mapping[str, Any]]:
        """Return the steps of a plan, oldest first."""

    def find(
        self,
        wanted: PlanFilter,
        *,
        now: datetime,
        day_ends: Mapping[str | None, datetime],
        after: tuple[datetime, str] | None = None,
        limit: int = 50,
    ) -> Sequence[Plan]:
        """Return plans, the most urgent first; `day_ends` is the end of the day per branch, None for the others."""

    def causes_of(self, template: str, causes: Iterable[str]) -> set[str]:
        """Return those of the causes that a template has made a plan of."""


class Templates(Protocol):
    """Templates by code."""

    def all(self) -> Sequence[Template]:
        """Return every template, in order of code."""

    def active_of(self, event: str) -> Sequence[Template]:
        """Return the active templates of an event, in order of code."""

    def get(self, code: str) -> Template:
        """Return a template. Raises UnknownTemplate."""

    def put(self, template: Template) -> None:
        """Save a template; its version is one more than that of the one it replaces. Raises TemplateChanged."""


class Facts(Protocol):
    """What happened, for as long as previews look back."""

    def add(self, fact: Fact, now: datetime) -> bool:
        """Keep a fact; False when it was known."""

    def since(self, event: str, begin: datetime, *, limit: int) -> Sequence[Fact]:
        """Return the facts of an event in the actor's branches since an instant, newest first."""

    def of_causes(self, causes: Iterable[str]) -> Mapping[str, Fact]:
        """Return those facts that are kept, by their causes."""

    def of_person(self, customer: str, *, since: datetime) -> Sequence[Fact]:
        """Return what happened since an instant to a person, under any of the files, in order of time."""

    def forget(self, before: datetime) -> None:
        """Drop what happened before an instant."""

    def is_first_treatment(self, customer: str, use: str, at: datetime) -> bool:
        """Say whether no earlier treatment of the customer was told, and remember this one."""


class UnitOfWork(BaseUnitOfWork, Protocol):
    """The follow-up service's transaction."""

    plans: Plans
    templates: Templates
    facts: Facts
