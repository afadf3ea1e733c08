"""Policy versions on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from qiantai.contracts import CHAIN
from qiantai.storage.locks import hold, share
from typing_extensions import override

from triage.domain.policy.takes import Known
from triage.storage import tables as t
from triage.usecases.model import PolicyVersion
from triage.usecases.ports import Policies

_NAMES = tuple(field.name for field in fields(PolicyVersion))
_IN_FORCE = sa.text(
    "SELECT DISTINCT ON (branch) * FROM policy_version WHERE branch IN (:branch, :chain) AND valid_from <= :day"
    " ORDER BY branch, valid_from DESC, version DESC"
)
_LAST_OPENED = sa.text("SELECT max(day) FROM branch_day WHERE :branch IN (branch, :chain)")
_PEOPLE = sa.text("SELECT DISTINCT staff FROM consultant WHERE :branch IN (branch, :chain)")
_PROJECTS = sa.text("SELECT code FROM known_project")
_IS_BRANCH = sa.text(
    "SELECT EXISTS (SELECT FROM known_branch WHERE code = :branch)"
    " OR EXISTS (SELECT FROM consultant WHERE branch = :branch)"
)


class SqlPolicies(Policies):
    """Policy versions by level: a branch's code, or chain."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def hold(self) -> None:
        hold(self._connection, "policy")

    def hold_still(self) -> None:
        """Let nobody write a version until this transaction, which opens a day, ends."""
        share(self._connection, "policy")

    @override
    def in_force(self, branch: str, day: date) -> Sequence[PolicyVersion]:
        rows = self._connection.execute(_IN_FORCE, {"branch": branch, "chain": CHAIN, "day": day})
        return sorted((_version(row) for row in rows), key=lambda one: one.branch != CHAIN)

    @override
    def versions(self, branch: str) -> Sequence[PolicyVersion]:
        table = t.policy_version
        query = sa.select(table).where(table.c.branch == branch).order_by(table.c.version.desc())
        return [_version(row) for row in self._connection.execute(query)]

    @override
    def add(self, version: PolicyVersion) -> None:
        values = {name: getattr(version, name) for name in _NAMES}
        self._connection.execute(sa.insert(t.policy_version).values({**values, "fields": dict(version.fields)}))

    @override
    def last_opened(self, branch: str) -> date | None:
        found: date | None = self._connection.scalar(_LAST_OPENED, {"branch": branch, "chain": CHAIN})
        return found

    @override
    def known(self, branch: str) -> Known:
        people = self._connection.scalars(_PEOPLE, {"branch": branch, "chain": CHAIN})
        return Known(people=frozenset(people), projects=frozenset(self._connection.scalars(_PROJECTS)))

    @override
    def is_branch(self, code: str) -> bool:
        return bool(self._connection.scalar(_IS_BRANCH, {"branch": code}))


def _version(row: Any) -> PolicyVersion:  # noqa: ANN401 - a row
    return PolicyVersion(**{name: row._mapping[name] for name in _NAMES})
