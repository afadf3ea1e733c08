"""The customer's history on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from qiantai.contracts import CHAIN
from qiantai.storage.scope import in_scope
from qiantai.storage.statements import Statements
from typing_extensions import override

from customer.domain.model import Step
from customer.storage import tables as t
from customer.usecases.ports import Timeline

_STEP = tuple(field.name for field in fields(Step))
_ADD = (
    "INSERT INTO timeline (message, customer, at, what, branch, zh, en, details)"
    " VALUES (:message, :customer, :at, :what, :branch, :zh, :en, :details) ON CONFLICT DO NOTHING"
)


class SqlTimeline(Timeline):
    """Steps by customer and time."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @override
    def add(self, customer: str, step: Step, *, message: str) -> None:
        values = {name: getattr(step, name) for name in _STEP}
        details = Jsonb(dict(step.details))
        self._statements.update_later(
            "timeline", _ADD, {**values, "message": message, "customer": customer, "details": details}
        )

    @override
    def of(self, customer: str, *, kinds: Sequence[str], scope: Sequence[str] | None, limit: int) -> Sequence[Step]:
        query = (
            sa.select(*(t.timeline.c[name] for name in _STEP))
            .where(t.timeline.c.customer == customer, t.timeline.c.what.in_(kinds))
            .where(sa.or_(t.timeline.c.branch == CHAIN, in_scope(t.timeline.c.branch, scope)))
            .order_by(t.timeline.c.at.desc(), t.timeline.c.message.desc())
            .limit(limit)
        )
        return [Step(**row._mapping) for row in self._statements.connection.execute(query)]
