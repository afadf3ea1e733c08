"""Copies of what other services own: messages come in any order and more than once, and the newer version wins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert


def put_newer(
    connection: sa.Connection,
    table: sa.Table,
    values: Mapping[str, Any],
    *,
    by: str | None = None,
    kept: tuple[str, ...] = (),
) -> bool:
    """Insert a row, or put it in the place of an older one; says whether it was applied.

    `values` hold `version` and the primary key, or the unique column `by`; a row
    whose version is equal or newer stays as it is. `kept` are columns that a row
    which is there keeps: what is counted here, not told by the other service.
    """
    return connection.execute(_statement(table, tuple(values), by, kept), dict(values)).first() is not None


@cache
def _statement(table: sa.Table, columns: tuple[str, ...], by: str | None, kept: tuple[str, ...]) -> sa.Executable:
    """Return the statement for a table's columns, built once: a worker runs it for every message."""
    key = [column.name for column in table.primary_key] if by is None else [by]
    told = insert(table).values({name: sa.bindparam(name) for name in columns})
    newer = {name: told.excluded[name] for name in columns if name not in (*key, *kept)}
    put = told.on_conflict_do_update(index_elements=key, set_=newer, where=table.c.version < told.excluded.version)
    return put.returning(table.c.version)  # SQLAlchemy gives no row count of an INSERT
