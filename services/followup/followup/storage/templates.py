"""Templates and the facts that they are tried on, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from qiantai.storage.known import of_person
from qiantai.storage.scope import in_scope
from qiantai.uow import Context
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from followup.domain.errors import TemplateChanged, UnknownTemplate
from followup.domain.template import Conditions, Fact, Template
from followup.storage import tables as t
from followup.usecases.ports import Facts, Templates

_FACT_COLUMNS = ("cause", "event", "branch", "customer", "at")
_FACT_DETAILS = tuple(field.name for field in fields(Fact) if field.name not in _FACT_COLUMNS)


class SqlTemplates(Templates):
    """Templates by code."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def all(self) -> Sequence[Template]:
        return self._read(sa.select(t.template))

    @override
    def active_of(self, event: str) -> Sequence[Template]:
        return self._read(sa.select(t.template).where(t.template.c.event == event, t.template.c.active))

    @override
    def get(self, code: str) -> Template:
        found = self._read(sa.select(t.template).where(t.template.c.code == code))
        if not found:
            raise UnknownTemplate
        return found[0]

    @override
    def put(self, template: Template) -> None:
        add = insert(t.template).values(**asdict(template))
        put = add.on_conflict_do_update(
            index_elements=["code"],
            where=t.template.c.version == template.version - 1,
            set_={column.name: add.excluded[column.name] for column in t.template.c if column.name != "code"},
        )
        if self._connection.execute(put.returning(t.template.c.code)).first() is None:
            raise TemplateChanged

    def _read(self, query: sa.Select[Any]) -> Sequence[Template]:
        rows = self._connection.execute(query.order_by(t.template.c.code)).mappings()
        return [Template(**{**row, "conditions": _conditions(row["conditions"])}) for row in rows]


class SqlFacts(Facts):
    """Facts by what they happened to."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        self._connection = connection
        self._context = context

    @override
    def add(self, fact: Fact, now: datetime) -> bool:
        values: dict[str, Any] = {name: getattr(fact, name) for name in _FACT_COLUMNS}
        details = {name: getattr(fact, name) for name in _FACT_DETAILS}
        added = insert(t.fact).values(**values, details=details, kept_at=now).on_conflict_do_nothing()
        return self._connection.execute(added.returning(t.fact.c.cause)).first() is not None

    @override
    def since(self, event: str, begin: datetime, *, limit: int) -> Sequence[Fact]:
        query = sa.select(t.fact).where(
            t.fact.c.event == event, t.fact.c.at >= begin, in_scope(t.fact.c.branch, self._context.actor.scope)
        )
        rows = self._connection.execute(query.order_by(t.fact.c.at.desc(), t.fact.c.cause).limit(limit)).mappings()
        return [_fact(row) for row in rows]

    @override
    def of_causes(self, causes: Iterable[str]) -> Mapping[str, Fact]:
        rows = self._connection.execute(sa.select(t.fact).where(t.fact.c.cause.in_(list(causes)))).mappings()
        return {row["cause"]: _fact(row) for row in rows}

    @override
    def of_person(self, customer: str, *, since: datetime) -> Sequence[Fact]:
        query = sa.select(t.fact).where(of_person(t.fact.c.customer, customer), t.fact.c.at >= since)
        rows = self._connection.execute(query.order_by(t.fact.c.at, t.fact.c.cause)).mappings()
        return [_fact(row) for row in rows]

    @override
    def forget(self, before: datetime) -> None:
        self._connection.execute(sa.delete(t.fact).where(t.fact.c.kept_at < before))

    @override
    def is_first_treatment(self, customer: str, use: str, at: datetime) -> bool:
        add = insert(t.first_treatment).values(customer=customer, use=use, at=at)
        kept = t.first_treatment.c
        self._connection.execute(
            add.on_conflict_do_update(
                index_elements=["customer"],
                set_={"use": add.excluded.use, "at": add.excluded.at},
                where=sa.tuple_(add.excluded.at, add.excluded.use) < sa.tuple_(kept.at, kept.use),
            )
        )
        of_this_one = sa.select(kept.use).where(of_person(kept.customer, customer))
        first = self._connection.execute(of_this_one.order_by(kept.at, kept.use).limit(1)).scalar_one()
        return bool(first == use)


def _conditions(values: dict[str, Any]) -> Conditions:
    read: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Conditions(**read)


def _fact(row: sa.RowMapping) -> Fact:
    details = {**row["details"], "projects": tuple(row["details"]["projects"])}
    return Fact(**{name: row[name] for name in _FACT_COLUMNS}, **details)
