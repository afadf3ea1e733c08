"""Copies of what other services own, on PostgreSQL: any order, more than once, the newer version wins."""

from __future__ import annotations

import types
import typing
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.types import JSON
from typing_extensions import override

from qiantai.ids import Id
from qiantai.known import Copy, Known
from qiantai.storage.locks import hold
from qiantai.storage.statements import Statements
from qiantai.told import Told

K = TypeVar("K")

_TYPES: dict[object, sa.types.TypeEngine[Any]] = {
    Id: UUID(as_uuid=False),
    str: sa.Text(),
    int: sa.Integer(),
    bool: sa.Boolean(),
    date: sa.Date(),
    datetime: sa.DateTime(timezone=True),
    tuple[str, ...]: ARRAY(sa.Text()),
}

LIVING = "coalesce((SELECT living FROM known_alias WHERE merged = {customer}), {customer})"
"""SQL text: the file in which a customer lives; `customer` is a text expression."""
_LIVING = LIVING.format(customer="CAST(:customer AS text)")
_SAME = (
    f"WITH person AS (SELECT {_LIVING} AS living) SELECT living AS id FROM person UNION ALL"  # noqa: S608 - constants
    " SELECT a.merged FROM known_alias a JOIN person USING (living) WHERE a.merged <> living"
)
OF_PERSON = f"ANY (CAST(ARRAY({_SAME}) AS uuid[]))"
"""SQL text, to the right of `column =`: every file of the person to whom `:customer` belongs."""
_ALIAS = sa.table("known_alias", sa.column("merged", sa.Text), sa.column("living", sa.Text))
_MERGE = (
    'INSERT INTO known_alias AS known (merged, "into", living, version) VALUES (:merged, :into, :merged, :version)'
    ' ON CONFLICT (merged) DO UPDATE SET "into" = excluded."into", version = excluded.version'
    " WHERE known.version < excluded.version RETURNING true"
)
_RESOLVE = (
    # every file that leads to the merged one, over however many merges, lives where that one lives now
    "WITH RECURSIVE below AS (SELECT CAST(:merged AS text) AS merged"  # noqa: S608 - constants
    ' UNION SELECT a.merged FROM known_alias a JOIN below ON a."into" = below.merged)'
    " UPDATE known_alias AS a SET living = CASE WHEN CAST(:customer AS text) IS NULL THEN CAST(:merged AS text)"
    " WHEN CAST(:customer AS text) IN (SELECT merged FROM below) THEN CAST(:customer AS text)"
    f" ELSE {_LIVING} END FROM below WHERE a.merged = below.merged RETURNING a.merged"
)


FARTHEST = 100_000
"""Nobody misses so many versions of one thing: a fact that is farther ahead would only silence those that follow."""


def known_table(
    copy: Copy[Any], metadata: sa.MetaData, *more: sa.Index, version: type[sa.Integer] = sa.Integer
) -> sa.Table:
    """Return the table of a copy; its comment is what the copy's dataclass says of itself."""
    hints = typing.get_type_hints(copy.kind, include_extras=True)
    columns = [_column(name, hints[name], key=name == copy.key) for name in copy.fields]
    says = (copy.kind.__doc__ or "").split("\n", 1)[0]
    return sa.Table(copy.table, metadata, *columns, sa.Column("version", version, nullable=False), *more, comment=says)


def _column(name: str, hint: Any, *, key: bool) -> sa.Column[Any]:  # noqa: ANN401 - a type
    nullable = isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union
    if nullable:
        [hint] = [one for one in typing.get_args(hint) if one is not types.NoneType]
    return sa.Column(name, _TYPES[hint], primary_key=key, nullable=nullable)


def of_person(column: sa.ColumnElement[Any], customer: str) -> sa.ColumnElement[bool]:
    """Return the condition that a row names a file of the person to whom `customer` belongs: merged ones as well."""
    files = sa.text(_SAME).bindparams(sa.bindparam("customer", customer, unique=True)).columns(id=sa.Text)
    return column == sa.any_(sa.cast(sa.func.array(files.scalar_subquery()), ARRAY(column.type)))


def living_file(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the file in which the customer of a row lives."""
    named = sa.cast(column, sa.Text)
    living = sa.select(_ALIAS.c.living).where(_ALIAS.c.merged == named).correlate_except(_ALIAS).scalar_subquery()
    return sa.cast(sa.func.coalesce(living, named), column.type)


class SqlKnown(Known):
    """The copies of one service in its transaction."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @override
    def take(self, copy: Copy[Any], told: Told[Any]) -> bool:
        return bool(
            self._statements.fetch(
                _put(copy.table, (*copy.fields, "version"), (copy.key,), (), FARTHEST), copy.values(told)
            )
        )

    @override
    def get(self, copy: Copy[K], key: str) -> K | None:
        return self.many(copy, [key]).get(key)

    @override
    def many(self, copy: Copy[K], keys: Collection[str]) -> Mapping[str, K]:
        rows = self._statements.fetch(_many(copy), {"keys": list(keys)}) if keys else []
        return {row.asked: _row(copy, row) for row in rows}

    @override
    def all(self, copy: Copy[K]) -> Sequence[K]:
        names = ", ".join(f'"{name}"' for name in copy.fields)
        text = f'SELECT {names} FROM {copy.table} ORDER BY "{copy.key}"'  # noqa: S608 - names of our own tables
        return [_row(copy, row) for row in self._statements.fetch(text, {})]

    @override
    def merge(self, customer: str, into: str | None, version: int) -> None:
        hold(self._statements, "known_alias")  # two merges of one person resolve one after the other
        values = {"merged": customer, "into": into, "version": version}
        if self._statements.fetch(_MERGE, values):
            self._statements.fetch(_RESOLVE, {"merged": customer, "customer": into})

    @override
    def living(self, customer: str) -> str:
        return self.same(customer)[0]

    @override
    def same(self, customer: str) -> Sequence[str]:
        return [row.id for row in self._statements.fetch(_SAME, {"customer": customer})]


def put_newer(
    connection: sa.Connection,
    table: sa.Table,
    values: Mapping[str, Any],
    *,
    by: str | None = None,
    kept: tuple[str, ...] = (),
) -> bool:
    """Insert a row that is no plain copy, or put it in the place of an older one; says whether it was applied.

    `values` hold `version` and the primary key, or the unique column `by`; a row
    whose version is equal or newer stays as it is. `kept` are columns that a row
    which is there keeps: what is counted here, not told by the other service.
    """
    key = tuple(column.name for column in table.primary_key) if by is None else (by,)
    documents = {name for name in values if isinstance(table.c[name].type, JSON)}
    given = {name: Jsonb(value) if name in documents else value for name, value in values.items()}
    return bool(Statements(connection).fetch(_put(table.name, tuple(values), key, kept), given))


@cache
def _put(
    table: str, columns: tuple[str, ...], key: tuple[str, ...], kept: tuple[str, ...], farthest: int | None = None
) -> str:
    newer = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in (*key, *kept))
    near = "" if farthest is None else f" AND (known.version = 0 OR excluded.version <= known.version + {farthest})"
    names, places = ", ".join(f'"{name}"' for name in columns), ", ".join(f":{name}" for name in columns)
    return (
        f"INSERT INTO {table} AS known ({names}) VALUES ({places})"  # noqa: S608 - names of our own tables
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {newer} WHERE known.version < excluded.version{near}"
        " RETURNING true"
    )


@cache
def _many(copy: Copy[Any]) -> str:
    names = ", ".join(f'known."{name}"' for name in copy.fields)
    found = LIVING.format(customer="keys.asked") if copy.of_customers else "keys.asked"
    return (
        f"SELECT keys.asked, {names} FROM unnest(CAST(:keys AS text[])) AS keys (asked)"  # noqa: S608 - our own tables
        f' JOIN {copy.table} AS known ON known."{copy.key}" = CAST({found} AS {_key_type(copy)})'
    )


def _key_type(copy: Copy[Any]) -> str:
    return "uuid" if typing.get_type_hints(copy.kind, include_extras=True)[copy.key] == Id else "text"


def _row(copy: Copy[K], row: Any) -> K:  # noqa: ANN401 - a row
    return copy.kind(**{name: _plain(getattr(row, name)) for name in copy.fields})


def _plain(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return str(value) if isinstance(value, uuid.UUID) else value
