"""How a branch day begins: roster, projects, policy, and what the last working day leaves (T28)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from qiantai.clock import HOME_ZONE
from qiantai.storage.statements import Statements

from triage.domain.model import Day, Project
from triage.domain.policy.policy import Policy
from triage.domain.policy.reading import for_branch, policy_of
from triage.domain.roster.order import day_order, remembered
from triage.domain.roster.shifts import with_shift, working
from triage.domain.rotation.beginning import Beginning, Carried, carry_over
from triage.storage.policies import SqlPolicies
from triage.storage.recent import Recent
from triage.storage.roster import SqlRoster
from triage.storage.shifts import shifts_of_day
from triage.usecases.policies import levels_of

_LAST = sa.text(
    "SELECT day FROM branch_day WHERE branch = :branch AND day < :day AND seq > 0 ORDER BY day DESC LIMIT :days"
)
_REMEMBERED_DAYS = 7
"""So far back an order by hand remembers where somebody stood who had days off since."""
_PROJECTS = sa.text("SELECT * FROM known_project WHERE active ORDER BY NOT major, rank, code")


_ZONE = "SELECT timezone FROM known_branch WHERE code = :code"
_zones: Recent[tuple[sa.Engine, str], str] = Recent(seconds=30)


def timezone_of(statements: Statements, branch: str) -> str:
    """Return the branch's zone; the statements that wait go on waiting unless it must be read."""

    def read() -> str:
        rows = statements.fetch(_ZONE, {"code": branch})
        return str(rows[0].timezone) if rows else HOME_ZONE

    return _zones.get((statements.engine, branch), read)


class Opening:
    """Reads what a day begins with."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._connection = statements.connection

    def beginning(self, branch: str, day: date, find: Callable[[str, date], Day | None]) -> Beginning:
        """Return the beginning of a day; `find` gives the state of an earlier one."""
        projects = tuple(project_of(row, place) for place, row in enumerate(self._connection.execute(_PROJECTS)))
        codes = {project.code for project in projects}
        roster = SqlRoster(self._connection).of(branch)
        policy = for_branch(self.policy(branch, day), {place.staff for place in roster})
        people = tuple(place.as_consultant(codes) for place in roster)
        shifts = shifts_of_day(self._connection, branch, day, held=True)
        gone = SqlRoster(self._connection).gone(branch)
        employed = [
            person for person, place in zip(people, roster, strict=True) if place.active and place.staff not in gone
        ]
        hand = policy.order_by == "hand"
        earlier = self._earlier(branch, day, _REMEMBERED_DAYS if hand else 1, find)
        by_hand = remembered(_order_of(one) for one in earlier if one.policy.order_by != "check_in")
        order = day_order(policy, working(employed, shifts), {}, by_hand)
        return Beginning(
            branch=branch,
            date=day.isoformat(),
            timezone=timezone_of(self._statements, branch),
            order=order,
            policy=policy,
            projects=projects,
            consultants=tuple(with_shift(person, shifts) for person in people),
            carried=_carried(next(iter(earlier), None), day, order, {person.id for person in employed}, policy),
        )

    def policy(self, branch: str, day: date) -> Policy:
        """Return the policy in force: the book, over it the chain's version of that day, over it the branch's own."""
        policies = SqlPolicies(self._connection)
        policies.hold_still()
        return policy_of(levels_of(policies.in_force(branch, day)))

    def _earlier(self, branch: str, day: date, most: int, find: Callable[[str, date], Day | None]) -> list[Day]:
        """Return the last working days, newest first."""
        days = self._connection.scalars(_LAST, {"branch": branch, "day": day, "days": most}).all()
        return [found for one in days if (found := find(branch, one)) is not None]


def _order_of(last: Day) -> Sequence[str]:
    own = {rule.name for rule in last.policy.lanes if rule.order is not None}
    return next((lane.order for name, lane in last.lanes.items() if name not in own), ())


def _carried(
    last: Day | None, day: date, order: Sequence[str], employed: Collection[str], policy: Policy
) -> dict[str, Carried]:
    """Return what goes on (T28): what somebody is owed also goes on over a day off."""
    if last is None:
        return {}
    lanes = {rule.name: rule.order or order for rule in policy.lanes}
    return {
        name: _of_people(carried, employed, lanes[name], top=policy.order_by == "check_in")
        for name, carried in carry_over(last, day.isoformat(), order).items()
        if name in lanes
    }


def project_of(row: Any, place: int) -> Project:  # noqa: ANN401 - a row
    """Return a project of the catalogue at its place in the rank (T8)."""
    return Project(code=row.code, klass=row.project_class, major=row.major, department=row.department, rank=place)


def _of_people(carried: Carried, employed: Collection[str], lane: Collection[str], *, top: bool) -> Carried:
    """Leave out whoever no longer works here, with what they were owed or owe; an order by check-in begins anew."""
    return replace(
        carried,
        pointer=carried.pointer if carried.pointer in lane and not top else None,
        credits=tuple(c for c in carried.credits if c.consultant in employed),
        swaps=tuple(s for s in carried.swaps if s.debtor in employed and s.creditor in employed),
    )
