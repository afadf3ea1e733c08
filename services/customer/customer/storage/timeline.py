"""The customer's history on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from qiantai.storage.statements import Statements
from typing_extensions import override

from customer.storage import tables as t
from customer.usecases.ports import Timeline

_ADD = (
    "INSERT INTO timeline (message, customer, at, what, branch, zh, en, details)"
    " VALUES (:message, :customer, :at, :what, :branch, :zh, :en, :details) ON CONFLICT DO NOTHING"
)


class SqlTimeline(Timeline):
    """Steps by customer and time."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @override
    def add(
        self,
        customer: str,
        *,
        at: datetime,
        what: str,
        branch: str,
        zh: str,
        en: str,
        details: Mapping[str, Any],
        message: str,
    ) -> None:
        self._statements.update_later(
            "timeline",
            _ADD,
            {
                "message": message,
                "customer": customer,
                "at": at,
                "what": what,
                "branch": branch,
                "zh": zh,
                "en": en,
                "details": Jsonb(dict(details)),
            },
        )

    @override
    def of(self, customer: str, *, limit: int) -> Sequence[Mapping[str, Any]]:
        query = (
            sa.select(t.timeline)
            .where(t.timeline.c.customer == customer)
            .order_by(t.timeline.c.at.desc(), t.timeline.c.message.desc())
            .limit(limit)
        )
        return [dict(row) for row in self._statements.connection.execute(query).mappings()]
