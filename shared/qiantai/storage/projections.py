"""Copies of what other services own: messages come in any order and more than once, and the newer version wins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from sqlalchemy.types import JSON

from qiantai.storage.statements import Statements


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
    text, documents = _statement(table, tuple(values), by, kept)
    given = {name: Jsonb(value) if name in documents else value for name, value in values.items()}
    return bool(Statements(connection).fetch(text, given))


@cache
def _statement(
    table: sa.Table, columns: tuple[str, ...], by: str | None, kept: tuple[str, ...]
) -> tuple[str, frozenset[str]]:
    """Return the statement for a table's columns, and which of them are JSON; made once for all messages."""
    key = [column.name for column in table.primary_key] if by is None else [by]
    newer = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in (*key, *kept))
    names, places = ", ".join(f'"{name}"' for name in columns), ", ".join(f":{name}" for name in columns)
    text = (
        f"INSERT INTO {table.name} AS known ({names}) VALUES ({places})"  # noqa: S608 - names of our own tables
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {newer} WHERE known.version < excluded.version RETURNING true"
    )
    return text, frozenset(name for name in columns if isinstance(table.c[name].type, JSON))
