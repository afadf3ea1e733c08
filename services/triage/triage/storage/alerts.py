"""Alerts on PostgreSQL, within the actor's branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from qiantai.storage.statements import Statements
from typing_extensions import override

from triage.domain.errors import UnknownAlert
from triage.storage import tables as t
from triage.usecases.ports import Alerts
from triage.usecases.records import AlertRecord

_NAMES = tuple(field.name for field in fields(AlertRecord))
_CLEAR = "UPDATE alert SET state = 'cleared', cleared_at = :at, cleared_by = :by WHERE id = ANY(CAST(:ids AS uuid[]))"


class SqlAlerts(Alerts):
    """Alerts by id; raising and clearing go along with whatever else waits."""

    def __init__(self, statements: Statements, scope: list[str] | None) -> None:
        self._statements = statements
        self._scope = scope

    @override
    def add(self, alerts: Sequence[AlertRecord]) -> None:
        self._statements.insert_later("alert", [_values(alert) for alert in alerts])

    @override
    def clear(self, ids: Sequence[str], *, at: datetime, by: str) -> None:
        self._statements.update_later("alert", _CLEAR, {"ids": list(ids), "at": at, "by": by})

    @override
    def get(self, id_: str) -> AlertRecord:
        return self._one(sa.select(t.alert).where(t.alert.c.id == id_))

    @override
    def lock(self, id_: str) -> AlertRecord:
        return self._one(sa.select(t.alert).where(t.alert.c.id == id_).with_for_update())

    def _one(self, query: sa.Select[Any]) -> AlertRecord:
        row = self._statements.connection.execute(self._scoped(query)).first()
        if row is None:
            raise UnknownAlert
        return _alert(row)

    @override
    def save_acknowledged(self, alert: AlertRecord) -> None:
        names = ("state", "acknowledged_at", "acknowledged_by", "note")
        values = {name: getattr(alert, name) for name in names}
        self._statements.connection.execute(sa.update(t.alert).where(t.alert.c.id == alert.id).values(**values))

    @override
    def find(
        self, *, branch: str, day: date | None, state: str | None, before: str | None, limit: int
    ) -> Sequence[AlertRecord]:
        query = self._scoped(sa.select(t.alert).where(t.alert.c.branch == branch))
        if day is not None:
            query = query.where(t.alert.c.day == day)
        if state is not None:
            query = query.where(t.alert.c.state == state)
        if before is not None:
            query = query.where(t.alert.c.id < before)
        return [
            _alert(row) for row in self._statements.connection.execute(query.order_by(t.alert.c.id.desc()).limit(limit))
        ]

    def _scoped(self, query: sa.Select[Any]) -> sa.Select[Any]:
        return query if self._scope is None else query.where(t.alert.c.branch == sa.func.any(self._scope))


def _values(alert: AlertRecord) -> dict[str, Any]:
    return {**{name: getattr(alert, name) for name in _NAMES}, "rules": list(alert.rules)}


def _alert(row: Any) -> AlertRecord:  # noqa: ANN401 - a row
    values = {name: row._mapping[name] for name in _NAMES}
    return AlertRecord(**{**values, "rules": tuple(values["rules"])})
