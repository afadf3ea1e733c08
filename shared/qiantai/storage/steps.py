"""Steps of migrations that go beside those who work, each safe to repeat after a kill in its middle."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

from qiantai.storage.patience import patiently

CHUNK = 5000


def fill(table: str, assignment: str, *, key: str = "id") -> None:
    """Run `UPDATE … SET assignment` over a whole table, some thousand rows a transaction in order of the key.

    What the step did before is committed by then: it must bear to be done again.
    """
    start = f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 1"  # noqa: S608 - names of our own tables
    part = (
        f"WITH part AS (SELECT {key} FROM {table} WHERE {key} >= :start ORDER BY {key} LIMIT {CHUNK}),"  # noqa: S608
        f" done AS (UPDATE {table} AS t SET {assignment} FROM part WHERE t.{key} = part.{key})"
        f" SELECT {key} FROM {table} WHERE {key} > (SELECT {key} FROM part ORDER BY {key} DESC LIMIT 1)"
        f" ORDER BY {key} LIMIT 1"
    )
    with op.get_context().autocommit_block():
        after = op.get_bind().scalar(sa.text(start))
        while after is not None:
            after = patiently(partial(op.get_bind().scalar, sa.text(part), {"start": after}))


def check(table: str, name: str, condition: str) -> None:
    """Put a check on a table, or another one in its place: new rows at once, those that are there without a lock."""
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    with op.get_context().autocommit_block():
        patiently(lambda: op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))


def index(name: str, table: str, columns: Sequence[str | sa.TextClause], **more: Any) -> None:  # noqa: ANN401 - alembic's own
    """Make an index beside those who write; one that was half made goes first."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for those who read, and nobody for it
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.create_index(name, table, list(columns), postgresql_concurrently=True, **more)
        op.execute("RESET lock_timeout")
