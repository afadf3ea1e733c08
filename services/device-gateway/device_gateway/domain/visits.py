"""A visit on the board, folded from its facts in the order of their versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from qiantai.contracts.receiver import SUPERVISOR
from qiantai.contracts.triage import FINISHED, IN_CONSULTATION, REGISTERED, WAITING

VOIDED = "voided"
"""Where a visit is on the board beside its stages: nobody has it, or the supervisor."""


class VisitFact(Protocol):
    """What the fold needs of a fact."""

    @property
    def type(self) -> str:
        """Last word of the event's type."""

    @property
    def version(self) -> int:
        """The visit's version after it."""

    @property
    def at(self) -> datetime:
        """When it was told."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The event's data as JSON values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the board knows of one visit; `state` is where it is, `since` since when."""

    id: str
    state: str = REGISTERED
    since: str = ""
    business_day: str | None = None
    arrived_at: str | None = None
    waiting_since: str | None = None
    visit_class: str | None = None
    projects: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    appointment: str | None = None
    to: str | None = None
    why: Mapping[str, str] | None = None
    supervisor: bool = False
    outcome: str | None = None


def fold_visit(id_: str, facts: Iterable[VisitFact]) -> Visit:
    """Return a visit from its facts, in the order of their versions; any of them may be missing."""
    visit = Visit(id=id_)
    known = [fact for fact in facts if fact.type in _STEPS]
    for fact in sorted(known, key=lambda f: (f.version, _ORDER[f.type])):
        visit = _STEPS[fact.type](visit, fact.data, fact.at.isoformat())
    return visit


def _registered(visit: Visit, data: Mapping[str, Any], _at: str) -> Visit:
    return replace(
        visit,
        since=data["arrived_at"],
        arrived_at=data["arrived_at"],
        waiting_since=data["arrived_at"],
        business_day=data["business_day"],
        visit_class=data["visit_class"],
        projects=tuple(data["projects"]),
        missing=tuple(data["missing"]),
        appointment=data["appointment"],
    )


def _classified(visit: Visit, data: Mapping[str, Any], _at: str) -> Visit:
    return replace(
        visit, visit_class=data["visit_class"], projects=tuple(data["projects"]), missing=(), since=visit.since or _at
    )


def _assigned(visit: Visit, data: Mapping[str, Any], _at: str) -> Visit:
    why = {"zh": data["why_zh"], "en": data["why_en"]}
    waiting_since = (
        data["decided_at"] if visit.state == VOIDED else visit.waiting_since or data["arrived_at"] or data["decided_at"]
    )
    supervisor = data["to"] == SUPERVISOR
    return replace(
        visit,
        state=SUPERVISOR if supervisor else WAITING,
        since=data["decided_at"],
        to=data["to"],
        why=why,
        waiting_since=waiting_since,
        supervisor=supervisor,
        missing=(),
        arrived_at=visit.arrived_at or data["arrived_at"],
    )


def _supervisor_needed(visit: Visit, data: Mapping[str, Any], at: str) -> Visit:
    why = {"zh": data["why_zh"], "en": data["why_en"]}
    return replace(
        visit, state=SUPERVISOR, since=at, to=None, why=why, supervisor=True, waiting_since=visit.waiting_since or at
    )


def _voided(visit: Visit, data: Mapping[str, Any], at: str) -> Visit:
    why = {"zh": data["reason"], "en": data["reason"]}
    return replace(visit, state=VOIDED, since=at, to=None, why=why, supervisor=False)


def _started(visit: Visit, data: Mapping[str, Any], _at: str) -> Visit:
    return replace(visit, state=IN_CONSULTATION, since=data["started_at"], to=data["consultant"], supervisor=False)


def _finished(visit: Visit, data: Mapping[str, Any], _at: str) -> Visit:
    return replace(
        visit,
        state=FINISHED,
        since=data["finished_at"],
        to=data["consultant"],
        outcome=data["outcome"],
        visit_class=data["visit_class"],
        projects=tuple(data["projects"]) or visit.projects,
        supervisor=False,
    )


def _stage_changed(visit: Visit, data: Mapping[str, Any], _at: str) -> Visit:
    return replace(visit, state=data["stage"], since=data["at"])


_STEPS = {
    "registered": _registered,
    "classified": _classified,
    "voided": _voided,
    "supervisor_needed": _supervisor_needed,
    "assigned": _assigned,
    "started": _started,
    "finished": _finished,
    "stage_changed": _stage_changed,
}
_ORDER = {name: place for place, name in enumerate(_STEPS)}
"""Facts of one version were told in this order."""
