"""Visits as far as billing needs them: whose, where, and with which consultant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from qiantai.both import Both
from qiantai.ids import Id

from billing.domain.errors import VisitOfSomebodyElse


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Copy of triage's visits: one visit of a customer to a branch."""

    id: Id
    customer: Id
    branch: str
    consultant: str | None = None

    def must_belong_to(self, files: Collection[str], branch: str) -> None:
        """Raise VisitOfSomebodyElse unless the visit is this person's, whose files are given, in this branch (B2)."""
        if self.customer not in files or self.branch != branch:
            raise VisitOfSomebodyElse(
                fields={
                    "visit": Both("choose a visit of this customer in this branch", "请选择这位顾客在本门店的到院。")
                }
            )
