"""The standing roster of a branch on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from triage.storage import tables as t
from triage.usecases.model import RosterPlace

_NAMES = tuple(field.name for field in fields(RosterPlace))
_LISTS = frozenset({"scope", "barred", "designated"})


class SqlRoster:
    """Who may receive in a branch, by place."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, branch: str) -> Sequence[RosterPlace]:
        """Return everybody, in order of place."""
        query = sa.select(t.consultant).where(t.consultant.c.branch == branch).order_by(
            t.consultant.c.place, t.consultant.c.staff
        )
        return [_place(row) for row in self._connection.execute(query)]

    def everybody(self) -> Sequence[RosterPlace]:
        """Return the places of all branches."""
        query = sa.select(t.consultant).order_by(t.consultant.c.branch, t.consultant.c.place)
        return [_place(row) for row in self._connection.execute(query)]

    def put(self, place: RosterPlace) -> RosterPlace | None:
        """Save a place; None when it is the same already."""
        query = sa.select(t.consultant).where(
            t.consultant.c.branch == place.branch, t.consultant.c.staff == place.staff
        ).with_for_update()
        row = self._connection.execute(query).first()
        version = row.version if row else 0
        if row is not None and _place(row) == replace(place, version=version):
            return None
        saved = replace(place, version=version + 1)
        values = {name: getattr(saved, name) for name in _NAMES}
        values = {n: list(v) if n in _LISTS and v is not None else v for n, v in values.items()}
        statement = insert(t.consultant).values(**values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["branch", "staff"], set_=values))
        return saved

    def names(self) -> Mapping[str, str]:
        """Return readable names by staff id."""
        query = sa.select(t.consultant.c.staff, t.consultant.c.name)
        return {row.staff: row.name for row in self._connection.execute(query)}


def _place(row: Any) -> RosterPlace:  # noqa: ANN401 - a row
    values = row._mapping
    return RosterPlace(**{
        name: tuple(values[name]) if name in _LISTS and values[name] is not None else values[name] for name in _NAMES
    })
