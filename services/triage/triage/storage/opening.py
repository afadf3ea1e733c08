"""How a branch day begins: roster, projects, policy, and what the last working day leaves (T28)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from triage.domain.beginning import Beginning, Carried, carry_over
from triage.domain.header import decode_policy
from triage.domain.model import Consultant, Day, Project
from triage.domain.order import day_order
from triage.domain.policy import Policy
from triage.storage.recent import Recent

DEFAULT_TIMEZONE = "Asia/Shanghai"

_LAST = sa.text("SELECT max(day) FROM branch_day WHERE branch = :branch AND day < :day AND seq > 0")
_POLICY = sa.text(
    "SELECT fields FROM policy WHERE branch IN (:branch, 'chain') AND valid_from <= :day"
    " ORDER BY branch = 'chain' DESC, valid_from"
)
_ROSTER = sa.text("SELECT * FROM consultant WHERE branch = :branch ORDER BY place, staff")
_PROJECTS = sa.text("SELECT * FROM project WHERE active ORDER BY NOT major, rank, code")


_ZONE = sa.text("SELECT timezone FROM branch WHERE code = :code")
_zones: Recent[tuple[sa.Engine, str], str] = Recent(seconds=30)


def timezone_of(connection: sa.Connection, branch: str) -> str:
    """Return the branch's zone."""

    def read() -> str:
        return str(connection.scalar(_ZONE, {"code": branch}) or DEFAULT_TIMEZONE)

    return _zones.get((connection.engine, branch), read)


class Opening:
    """Reads what a day begins with."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def beginning(self, branch: str, day: date, find: Callable[[str, date], Day | None]) -> Beginning:
        """Return the beginning of a day; `find` gives the state of an earlier one."""
        policy = self.policy(branch, day)
        projects = tuple(project_of(row, place) for place, row in enumerate(self._connection.execute(_PROJECTS)))
        codes = {project.code for project in projects}
        rows = self._connection.execute(_ROSTER, {"branch": branch}).all()
        people = tuple(consultant_of(row, codes) for row in rows)
        active = {row.staff for row in rows if row.active}
        order = day_order(policy, [person for person in people if person.id in active], {})
        return Beginning(
            branch=branch,
            date=day.isoformat(),
            timezone=timezone_of(self._connection, branch),
            order=order,
            policy=policy,
            projects=projects,
            consultants=people,
            carried=self._carried(branch, day, order, policy, find),
        )

    def policy(self, branch: str, day: date) -> Policy:
        """Return the policy in force: the chain's, then the branch's own, by date."""
        fields: dict[str, Any] = {}
        for row in self._connection.execute(_POLICY, {"branch": branch, "day": day}):
            fields.update(row.fields)
        return decode_policy(fields)

    def _carried(
        self, branch: str, day: date, order: tuple[str, ...], policy: Policy, find: Callable[[str, date], Day | None]
    ) -> dict[str, Carried]:
        last_day = self._connection.scalar(_LAST, {"branch": branch, "day": day})
        last = find(branch, last_day) if last_day else None
        if last is None:
            return {}
        lanes = {rule.name: rule.order or order for rule in policy.lanes}
        return {
            name: _of_people(carried, order, lanes[name])
            for name, carried in carry_over(last, day.isoformat(), order).items()
            if name in lanes
        }


def consultant_of(row: Any, codes: Collection[str]) -> Consultant:  # noqa: ANN401 - a row
    """Return a consultant of the roster; projects that the catalogue no longer has are left out."""
    return Consultant(
        id=row.staff,
        shift=row.shift,
        scope=None if row.scope is None else frozenset(row.scope) & frozenset(codes),
        barred=frozenset(row.barred) & frozenset(codes),
        designated=frozenset(row.designated) & frozenset(codes),
    )


def project_of(row: Any, place: int) -> Project:  # noqa: ANN401 - a row
    """Return a project of the catalogue at its place in the rank (T8)."""
    return Project(code=row.code, klass=row.project_class, major=row.major, department=row.department, rank=place)


def _of_people(carried: Carried, working: Collection[str], lane: Collection[str]) -> Carried:
    """Leave out whoever no longer works here, with what they were owed or owe."""
    return replace(
        carried,
        pointer=carried.pointer if carried.pointer in lane else None,
        credits=tuple(c for c in carried.credits if c.consultant in working),
        swaps=tuple(s for s in carried.swaps if s.debtor in working and s.creditor in working),
    )
