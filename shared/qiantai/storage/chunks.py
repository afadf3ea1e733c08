"""Reading a whole table in chunks of bounded size, in the order of its key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


def next_chunk(
    connection: sa.Connection,
    query: sa.Select[Any],
    keys: Sequence[sa.ColumnElement[Any]],
    after: Sequence[Any] | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Return the next rows of a query by their sort keys; `after` holds those of the last row, None at the start."""
    if after is not None:
        last = (sa.cast(sa.literal(value), key.type) for key, value in zip(keys, after, strict=True))
        query = query.where(sa.tuple_(*keys) > sa.tuple_(*last))
    return connection.execute(query.order_by(*keys).limit(limit)).all()
