"""Plans on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from qiantai.storage.known import LIVING, of_person
from qiantai.storage.locks import hold, share
from qiantai.storage.scope import in_scope
from qiantai.uow import Context
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from followup.domain.errors import UnknownPlan
from followup.domain.plan import EXECUTABLE, OPEN, Plan, Step
from followup.storage import tables as t
from followup.usecases.ports import PlanFilter, Plans

_PEOPLE = "plans of everybody"
_LIVING = sa.text(f"SELECT {LIVING.format(customer='CAST(:customer AS text)')}")


class SqlPlans(Plans):
    """Plans by id; what lies outside the actor's branches is unknown."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        self._connection = connection
        self._context = context

    @override
    def add(self, plan: Plan, step: Step) -> bool:
        added = self._connection.execute(
            insert(t.plan)
            .values(**asdict(plan))
            .on_conflict_do_nothing(index_elements=["template", "cause"])
            .returning(t.plan.c.id)
        ).first()
        if added is not None:
            self._add_step(plan.id, step)
        return added is not None

    @override
    def get(self, id_: str) -> Plan:
        return self._one(self._by_id(id_))

    @override
    def hold_person(self, customer: str) -> None:
        share(self._connection, _PEOPLE)  # no merge makes another person of this one meanwhile
        living = self._connection.execute(_LIVING, {"customer": customer}).scalar_one()
        hold(self._connection, f"plans of {living}")

    @override
    def hold_everybody(self) -> None:
        hold(self._connection, _PEOPLE)

    @override
    def lock(self, id_: str) -> Plan:
        return self._one(self._by_id(id_).with_for_update())

    @override
    def lock_falling_due(self, before: datetime, *, limit: int) -> Sequence[Plan]:
        query = sa.select(t.plan).where(t.plan.c.state == "approved", t.plan.c.due_from <= before)
        return self._all(query.order_by(t.plan.c.due_from).limit(limit).with_for_update(skip_locked=True))

    @override
    def lock_open_of(
        self, *, customer: str | None = None, role: str | None = None, executor: str | None = None
    ) -> Sequence[Plan]:
        query = sa.select(t.plan).where(t.plan.c.state.in_(OPEN))
        if customer is not None:
            query = query.where(of_person(t.plan.c.customer, customer))
        for column, value in (("executor_role", role), ("executor", executor)):
            if value is not None:
                query = query.where(t.plan.c[column] == value)
        return self._all(query.order_by(t.plan.c.id).with_for_update())

    @override
    def save(self, plan: Plan, step: Step) -> None:
        self._connection.execute(sa.update(t.plan).where(t.plan.c.id == plan.id).values(**asdict(plan)))
        self._add_step(plan.id, step)

    @override
    def history(self, id_: str) -> Sequence[Mapping[str, Any]]:
        query = sa.select(t.step).where(t.step.c.plan == id_).order_by(t.step.c.id)
        return [dict(row) for row in self._connection.execute(query).mappings()]

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
        query = sa.select(t.plan).where(in_scope(t.plan.c.branch, self._context.actor.scope))
        if wanted.customer is not None:
            query = query.where(of_person(t.plan.c.customer, wanted.customer))
        for column in ("branch", "executor", "executor_role", "state"):
            value = getattr(wanted, column)
            if value is not None:
                query = query.where(t.plan.c[column] == value)
        if wanted.due is not None:
            query = query.where(t.plan.c.state.in_(EXECUTABLE))
        if wanted.mine:
            query = query.where(self._mine())
        if wanted.due == "overdue":
            query = query.where(t.plan.c.due_until < now)
        if wanted.due == "today":
            query = query.where(t.plan.c.due_until >= now)
        if wanted.due in ("today", "now"):
            query = query.where(t.plan.c.due_from < _day_end(day_ends))
        if after is not None:
            place = sa.tuple_(t.plan.c.due_until, t.plan.c.id)
            query = query.where(place > sa.tuple_(sa.literal(after[0]), sa.cast(after[1], t.plan.c.id.type)))
        return self._all(query.order_by(t.plan.c.due_until, t.plan.c.id).limit(limit))

    @override
    def causes_of(self, template: str, causes: Iterable[str]) -> set[str]:
        query = sa.select(t.plan.c.cause).where(t.plan.c.template == template, t.plan.c.cause.in_(list(causes)))
        return {str(cause) for cause in self._connection.execute(query).scalars()}

    def _mine(self) -> sa.ColumnElement[bool]:
        actor, column = self._context.actor, t.plan.c
        anybody = sa.and_(column.executor.is_(None), column.executor_role.in_(sorted(actor.roles)))
        return sa.or_(column.executor == actor.id, anybody)

    def _by_id(self, id_: str) -> sa.Select[Any]:
        return sa.select(t.plan).where(t.plan.c.id == id_, in_scope(t.plan.c.branch, self._context.actor.scope))

    def _one(self, query: sa.Select[Any]) -> Plan:
        found = self._all(query)
        if not found:
            raise UnknownPlan
        return found[0]

    def _all(self, query: sa.Select[Any]) -> Sequence[Plan]:
        return [Plan(**row) for row in self._connection.execute(query).mappings()]

    def _add_step(self, id_: str, step: Step) -> None:
        self._connection.execute(
            insert(t.step).values(
                plan=id_,
                version=step.version,
                at=self._context.now,
                actor=self._context.actor.id,
                what=step.what,
                from_state=step.from_state,
                to_state=step.to_state,
                reason=step.reason,
                details=dict(step.details),
            )
        )


def _day_end(day_ends: Mapping[str | None, datetime]) -> sa.ColumnElement[Any]:
    others = sa.literal(day_ends[None])
    known = [(t.plan.c.branch == branch, sa.literal(end)) for branch, end in day_ends.items() if branch is not None]
    return sa.case(*known, else_=others) if known else others
