"""A front desk for tests: recurring consultants, one line per event."""

from __future__ import annotations

from typing import Any

from triage.domain.ledger.codec import decode_beginning, decode_event
from triage.domain.model import Day, Decision
from triage.domain.rotation.advance import advance
from triage.domain.rotation.beginning import begin

from triage_testing.random_days import PROJECTS


def person(name: str, scope: Any = "*", **more: Any) -> dict[str, Any]:
    """Return a consultant of the day shift who may receive everything."""
    return {"id": name, "shift": "day", "scope": scope, "barred": [], **more}


JIANG = person("jiang", ["filler", "laser"])  # scope: the small projects
LIN = person("lin")  # everything
WU = person("wu", barred=["laser"])  # everything but laser
CHEN = person("chen", designated=["breast"])


class Desk:
    """One day; `arrive` and the other events return the decisions they made."""

    def __init__(
        self,
        *people: dict[str, Any],
        policy: dict[str, Any] | None = None,
        owners: dict[str, str] | None = None,
        **head: Any,
    ) -> None:
        self.given = decode_beginning(
            {
                "branch": "sh-01",
                "date": "2026-11-21",
                "timezone": "Asia/Shanghai",
                "policy": policy or {},
                "projects": PROJECTS,
                "consultants": list(people),
                "order": [p["id"] for p in people],
                "owners": owners or {},
                **head,
            }
        )
        self.day: Day = begin(self.given)
        self.decisions: list[Decision] = []

    def do(self, at: str, kind: str, **fields: Any) -> list[Decision]:
        """Let one event happen and return what was decided."""
        self.day, made = advance(self.day, decode_event({"at": at, "type": kind, **fields}))
        self.decisions.extend(made)
        return list(made)

    def arrive(self, at: str, visit: str, *projects: str, klass: str = "first_visit", **more: Any) -> Decision:
        """Let a visitor arrive and return where the visit goes."""
        fields = {"customer": f"customer-of-{visit}", "class": klass, **more}
        if projects:
            fields = {"projects": list(projects), "primary": projects[0], **fields}
        return self.do(at, "arrive", visit=visit, **fields)[-1]

    def status(self, at: str, consultant: str, status: str) -> None:
        """Set a consultant's status."""
        self.do(at, "status", consultant=consultant, status=status)

    def served(self, at: str, visit: str) -> None:
        """Start and finish a visit in the same minute, so that nobody stays engaged."""
        self.do(at, "start", visit=visit)
        self.do(at, "finish", visit=visit, outcome="deal")

    @property
    def pointer(self) -> str | None:
        """Whose turn it is for first visits."""
        return self.day.lanes["first_visit"].pointer

    @property
    def owed(self) -> list[tuple[str, str]]:
        """Open first-visit credits, oldest first, as (consultant, reason)."""
        return [(c.consultant, c.reason.value) for c in self.day.lanes["first_visit"].credits]

    @property
    def swaps(self) -> list[tuple[str, str]]:
        """Open swaps, oldest first, as (debtor, creditor)."""
        return [(s.debtor, s.creditor) for s in self.day.lanes["first_visit"].swaps]

    @property
    def counts(self) -> dict[str, int]:
        """First visits of those who have any."""
        return {c: n for c, n in self.day.counts.items() if n}


def told(decision: Decision) -> tuple[str | None, str, bool]:
    """Return the short of a decision: to, basis, counted."""
    return decision.to, decision.basis.value, decision.counted


def passed(decision: Decision) -> list[tuple[str, str, bool]]:
    """Return who was passed over, why, and whether with credit."""
    return [(p.consultant, p.reason.value, p.credit) for p in decision.passed]
