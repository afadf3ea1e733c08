"""Visits on PostgreSQL, within the actor's branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from qiantai.storage.statements import Statements
from typing_extensions import override

from triage.domain.errors import UnknownVisit
from triage.storage import tables as t
from triage.usecases.model import SAID, Said, VisitRecord
from triage.usecases.ports import Visits

_NAMES = tuple(field.name for field in fields(VisitRecord))
_LISTS = frozenset({"class_rules", "projects", "missing", "rules"})
_UPDATE = "UPDATE visit SET " + ", ".join(f'"{n}" = :{n}' for n in _NAMES if n != "id") + " WHERE id = :id"  # noqa: S608


class SqlVisits(Visits):
    """Visits by id; `scope` is the actor's branches, None for all."""

    def __init__(self, statements: Statements, scope: list[str] | None) -> None:
        self._statements = statements
        self._scope = scope

    @override
    def add(self, visit: VisitRecord) -> None:
        self._statements.insert_later("visit", [_values(visit)])

    @override
    def lock(self, id_: str) -> VisitRecord:
        return self._one(id_, lock=True)

    @override
    def get(self, id_: str) -> VisitRecord:
        return self._one(id_, lock=False)

    @override
    def many(self, ids: Sequence[str]) -> Sequence[VisitRecord]:
        if not ids:
            return ()
        query = sa.select(t.visit).where(t.visit.c.id.in_(ids)).order_by(t.visit.c.id).with_for_update()
        return [_visit(row) for row in self._statements.connection.execute(query)]

    @override
    def save(self, visits: Sequence[VisitRecord]) -> None:
        for visit in visits:
            self._statements.update_later("visit", _UPDATE, _values(visit))

    @override
    def find(
        self, *, branch: str, day: date, stage: str | None, customer: str | None, after: str | None, limit: int
    ) -> Sequence[VisitRecord]:
        query = self._scoped(sa.select(t.visit).where(t.visit.c.branch == branch, t.visit.c.day == day))
        if stage is not None:
            query = query.where(t.visit.c.stage == stage)
        if customer is not None:
            query = query.where(t.visit.c.customer == customer)
        if after is not None:
            query = query.where(t.visit.c.id > after)
        return [_visit(row) for row in self._statements.connection.execute(query.order_by(t.visit.c.id).limit(limit))]

    @override
    def proposed(self, branch: str, day: date) -> Mapping[str, str]:
        query = self._scoped(
            sa.select(t.visit.c.id, t.visit.c.proposed_class).where(t.visit.c.branch == branch, t.visit.c.day == day)
        )
        return {row.id: row.proposed_class for row in self._statements.connection.execute(query)}

    def _one(self, id_: str, *, lock: bool) -> VisitRecord:
        query = self._scoped(sa.select(t.visit).where(t.visit.c.id == id_))
        row = self._statements.connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise UnknownVisit
        return _visit(row)

    def _scoped(self, query: sa.Select[Any]) -> sa.Select[Any]:
        return query if self._scope is None else query.where(t.visit.c.branch == sa.func.any(self._scope))


def _values(visit: VisitRecord) -> dict[str, Any]:
    values = {name: getattr(visit, name) for name in _NAMES}
    said = {name: value for name in SAID if (value := getattr(visit.said, name)) is not None}
    values.update({name: list(values[name]) for name in _LISTS}, class_why=Jsonb(values["class_why"]), said=Jsonb(said))
    return values


def _visit(row: Any) -> VisitRecord:  # noqa: ANN401 - a row
    values: dict[str, Any] = {name: row._mapping[name] for name in _NAMES}
    said: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in values["said"].items()}
    return VisitRecord(**{**values, **{name: tuple(values[name]) for name in _LISTS}, "said": Said(**said)})
