"""Visits on PostgreSQL, within the actor's branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from qiantai.storage.known import of_person
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
    """Visits by id; `scope` is the actor's branches, None for all.

    Within the transaction a visit is locked once and written once, as it is at the end.
    """

    def __init__(self, statements: Statements, scope: list[str] | None) -> None:
        self._statements = statements
        self._scope = scope
        self._held: dict[str, VisitRecord] = {}
        self._added: set[str] = set()
        self._changed: set[str] = set()

    @override
    def add(self, visit: VisitRecord) -> None:
        self._held[visit.id] = visit
        self._added.add(visit.id)

    @override
    def lock(self, id_: str) -> VisitRecord:
        if id_ not in self._held:
            self._held[id_] = self._one(id_, lock=True)
        return self._held[id_]

    @override
    def get(self, id_: str) -> VisitRecord:
        return self._held[id_] if id_ in self._held else self._one(id_, lock=False)

    @override
    def many(self, ids: Sequence[str]) -> Sequence[VisitRecord]:
        missing = {id_ for id_ in ids if id_ not in self._held}
        if missing:
            query = sa.select(t.visit).where(t.visit.c.id.in_(missing)).order_by(t.visit.c.id).with_for_update()
            self._held.update((row.id, _visit(row)) for row in self._statements.connection.execute(query))
        return [self._held[id_] for id_ in sorted(set(ids))]

    @override
    def save(self, visits: Sequence[VisitRecord]) -> None:
        self._held.update((visit.id, visit) for visit in visits)
        self._changed.update(visit.id for visit in visits if visit.id not in self._added)

    def write(self) -> None:
        """Let what is new and changed wait for the next statement."""
        for id_ in sorted(self._changed):  # first: a visit that is over makes room for the next one of its customer
            self._statements.update_later("visit", _UPDATE, _values(self._held[id_]))
        if self._added:
            self._statements.insert_later("visit", [_values(self._held[id_]) for id_ in sorted(self._added)])
        self._added, self._changed = set(), set()

    @override
    def find(
        self,
        *,
        branch: str,
        day: date,
        stage: str | None,
        customer: str | None,
        receivers: Sequence[str] | None,
        after: str | None,
        limit: int,
    ) -> Sequence[VisitRecord]:
        self.write()
        query = self._scoped(sa.select(t.visit).where(t.visit.c.branch == branch, t.visit.c.day == day))
        if stage is not None:
            query = query.where(t.visit.c.stage == stage)
        if customer is not None:
            query = query.where(of_person(t.visit.c.customer, customer))
        if receivers is not None:
            query = query.where(sa.or_(*map(_went_to, receivers)))
        if after is not None:
            query = query.where(t.visit.c.id > after)
        return [_visit(row) for row in self._statements.connection.execute(query.order_by(t.visit.c.id).limit(limit))]

    @override
    def proposed(self, branch: str, day: date) -> Mapping[str, str]:
        self.write()
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


def _went_to(receiver: str) -> sa.ColumnElement[bool]:
    """Return whether a visit went to somebody; `department:` is any of that kind."""
    if receiver.endswith(":"):
        return t.visit.c.to.startswith(receiver, autoescape=True)
    return sa.or_(t.visit.c.to == receiver, t.visit.c.consultant == receiver)


def _values(visit: VisitRecord) -> dict[str, Any]:
    values = {name: getattr(visit, name) for name in _NAMES}
    said = {name: value for name in SAID if (value := getattr(visit.said, name)) is not None}
    values.update({name: list(values[name]) for name in _LISTS}, class_why=Jsonb(values["class_why"]), said=Jsonb(said))
    return values


def _visit(row: Any) -> VisitRecord:  # noqa: ANN401 - a row
    values: dict[str, Any] = {name: row._mapping[name] for name in _NAMES}
    said: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in values["said"].items()}
    return VisitRecord(**{**values, **{name: tuple(values[name]) for name in _LISTS}, "said": Said(**said)})
