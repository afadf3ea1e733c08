"""The standing roster of a branch on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa
from qiantai.storage.chunks import next_chunk
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from triage.domain.rotation.explain import Names
from triage.storage import tables as t
from triage.storage.recent import Recent
from triage.usecases.model import RosterPlace
from triage.usecases.ports import Roster

_NAMES = tuple(field.name for field in fields(RosterPlace))
_LISTS = frozenset({"scope", "barred", "designated"})
_GONE = sa.text(
    "SELECT s.id FROM known_staff s JOIN consultant c ON c.staff = s.id"
    " WHERE c.branch = :branch AND NOT (s.active AND s.branches && ARRAY[:branch, '*'])"
)
_BRANCHES_OF = sa.text("SELECT branch FROM consultant WHERE staff = :staff ORDER BY branch")
_NAMES_OF = sa.text(
    "SELECT id AS staff, name FROM known_staff WHERE 'online' = ANY (roles)"
    " UNION ALL SELECT staff, name FROM consultant WHERE branch = :branch"
)
_names: Recent[tuple[sa.Engine, str], Names] = Recent(seconds=30)


class SqlRoster(Roster):
    """Who may receive in a branch, by place."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def of(self, branch: str) -> Sequence[RosterPlace]:
        query = (
            sa.select(t.consultant)
            .where(t.consultant.c.branch == branch)
            .order_by(t.consultant.c.place, t.consultant.c.staff)
        )
        return [_place(row) for row in self._connection.execute(query)]

    @override
    def branches(self) -> Sequence[str]:
        query = sa.select(t.consultant.c.branch).distinct().order_by(t.consultant.c.branch)
        return list(self._connection.scalars(query))

    @override
    def gone(self, branch: str) -> frozenset[str]:
        return frozenset(self._connection.scalars(_GONE, {"branch": branch}))

    @override
    def branches_of(self, staff: str) -> Sequence[str]:
        return list(self._connection.scalars(_BRANCHES_OF, {"staff": staff}))

    @override
    def everybody(self, *, after: tuple[str, str] | None, limit: int) -> Sequence[RosterPlace]:
        keys = [t.consultant.c.branch, t.consultant.c.staff]
        return [_place(row) for row in next_chunk(self._connection, sa.select(t.consultant), keys, after, limit)]

    @override
    def put(self, place: RosterPlace) -> RosterPlace | None:
        query = (
            sa.select(t.consultant)
            .where(t.consultant.c.branch == place.branch, t.consultant.c.staff == place.staff)
            .with_for_update()
        )
        row = self._connection.execute(query).first()
        version = row.version if row else 0
        if row is not None and _place(row) == replace(place, version=version):
            return None
        saved = replace(place, version=version + 1)
        _names.forget((self._connection.engine, place.branch))
        values = {name: getattr(saved, name) for name in _NAMES}
        values = {n: list(v) if n in _LISTS and v is not None else v for n, v in values.items()}
        statement = insert(t.consultant).values(**values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["branch", "staff"], set_=values))
        return saved

    @override
    def names(self, branch: str) -> Names:

        def read() -> Names:
            projects = self._connection.execute(sa.select(t.project.c.code, t.project.c.name_zh, t.project.c.name_en))
            return Names(
                people={row.staff: row.name for row in self._connection.execute(_NAMES_OF, {"branch": branch})},
                projects={row.code: (row.name_zh, row.name_en) for row in projects},
            )

        return _names.get((self._connection.engine, branch), read)


def _place(row: Any) -> RosterPlace:  # noqa: ANN401 - a row
    values: dict[str, Any] = {name: row._mapping[name] for name in _NAMES}
    lists = {name: tuple(values[name]) for name in _LISTS if values[name] is not None}
    return RosterPlace(**{**values, **lists})
