"""Policy versions on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from qiantai.contracts import CHAIN

from triage.domain.policy.reading import Known
from triage.storage import tables as t
from triage.usecases.model import PolicyVersion

_NAMES = tuple(field.name for field in fields(PolicyVersion))
_SPACE = "hashtext(current_schema()), hashtext('policy')"
_WRITING = sa.text(f"SELECT pg_advisory_xact_lock({_SPACE})")
_OPENING = sa.text(f"SELECT pg_advisory_xact_lock_shared({_SPACE})")
_IN_FORCE = sa.text(
    "SELECT DISTINCT ON (branch) * FROM policy_version WHERE branch IN (:branch, :chain) AND valid_from <= :day"
    " ORDER BY branch, valid_from DESC, version DESC"
)
_LAST_OPENED = sa.text("SELECT max(day) FROM branch_day WHERE :branch IN (branch, :chain)")
_PEOPLE = sa.text("SELECT DISTINCT staff FROM consultant WHERE :branch IN (branch, :chain)")
_PROJECTS = sa.text("SELECT code FROM project")
_IS_BRANCH = sa.text(
    "SELECT EXISTS (SELECT FROM branch WHERE code = :branch) OR EXISTS (SELECT FROM consultant WHERE branch = :branch)"
)


class SqlPolicies:
    """Policy versions by level: a branch's code, or chain."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def hold(self) -> None:
        """Let nobody else write a version or open a day until this transaction ends."""
        self._connection.execute(_WRITING)

    def hold_still(self) -> None:
        """Let nobody write a version until this transaction, which opens a day, ends."""
        self._connection.execute(_OPENING)

    def in_force(self, branch: str, day: date) -> Sequence[PolicyVersion]:
        """Return what the chain and the branch have in force on a day, the chain's first."""
        rows = self._connection.execute(_IN_FORCE, {"branch": branch, "chain": CHAIN, "day": day})
        return sorted((_version(row) for row in rows), key=lambda one: one.branch != CHAIN)

    def versions(self, branch: str) -> Sequence[PolicyVersion]:
        """Return all versions of one level, newest first."""
        table = t.policy_version
        query = sa.select(table).where(table.c.branch == branch).order_by(table.c.version.desc())
        return [_version(row) for row in self._connection.execute(query)]

    def add(self, version: PolicyVersion) -> None:
        """Save a version; the transaction fails where somebody else has just written the same number."""
        values = {name: getattr(version, name) for name in _NAMES}
        self._connection.execute(sa.insert(t.policy_version).values({**values, "fields": dict(version.fields)}))

    def last_opened(self, branch: str) -> date | None:
        """Return the last day that has begun in a branch, or in any for the chain."""
        found: date | None = self._connection.scalar(_LAST_OPENED, {"branch": branch, "chain": CHAIN})
        return found

    def known(self, branch: str) -> Known:
        """Return whom and what a policy of this level may name."""
        people = self._connection.scalars(_PEOPLE, {"branch": branch, "chain": CHAIN})
        return Known(people=frozenset(people), projects=frozenset(self._connection.scalars(_PROJECTS)))

    def is_branch(self, code: str) -> bool:
        """Say whether a branch has this code, or a roster."""
        return bool(self._connection.scalar(_IS_BRANCH, {"branch": code}))


def _version(row: Any) -> PolicyVersion:  # noqa: ANN401 - a row
    return PolicyVersion(**{name: row._mapping[name] for name in _NAMES})
