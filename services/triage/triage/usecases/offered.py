"""What somebody may do with a visit now: by role, by whose it is, and by the table of stages."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai import permissions
from qiantai.actors import Actor
from qiantai.contracts.triage import IN_CONSULTATION, REGISTERED

from triage.domain import events
from triage.domain.care.stages import ways_on
from triage.domain.rotation.possible import POSSIBLE
from triage.domain.words import Stage
from triage.usecases.act import is_mine
from triage.usecases.model import OVER, VisitRecord

_OFFERS: tuple[tuple[str, str, type[events.Event], bool], ...] = (
    ("accept", "visit.start", events.Accept, True),
    ("start", "visit.start", events.Start, True),
    ("finish", "visit.finish", events.Finish, True),
    ("stand-in", "visit.start", events.Objects, True),
    ("leave", "visit.triage", events.Leave, False),
    ("retriage", "visit.triage", events.Retriage, False),
    ("change", "visit.triage", events.ChangeConsultant, False),
    ("class", "visit.triage", events.Reclassify, False),
    ("second", "visit.triage", events.SecondTriage, False),
    ("reassign", "visit.reassign", events.SupervisorNames, False),
)
"""Route, action, what it brings into the ledger, and whether it is for whose visit it is alone."""


def offered(record: VisitRecord, actor: Actor) -> Iterator[str]:
    """Return the names of what this person may do with the visit now."""
    over = record.stage in OVER
    mine = is_mine(record, actor)
    if record.missing:
        if not over and permissions.may(actor, "visit.triage"):
            yield "triage"
    else:
        stage = _in_ledger(record)
        for name, action, event, only_mine in _OFFERS:
            late = over and event is not events.Reclassify
            if not late and stage in POSSIBLE[event] and permissions.may(actor, action) and (mine or not only_mine):
                yield name
        if not over and stage in POSSIBLE[events.Void] and _may_void(record, actor, mine=mine):
            yield "void"
        if not over and permissions.may(actor, "visit.triage"):
            yield "referrer"
    if permissions.may(actor, "visit.stage") and ways_on(record.stage, department=record.with_department):
        yield "stage"


def _may_void(record: VisitRecord, actor: Actor, *, mine: bool) -> bool:
    """Whoever stands at the desk; others their own, before the consultation (T42)."""
    if not permissions.may(actor, "visit.void"):
        return False
    return permissions.may(actor, "visit.register") or (mine and record.stage != IN_CONSULTATION)


def _in_ledger(record: VisitRecord) -> Stage:
    """Return the stage that the ledger has; what the desk lets follow comes after the consultation."""
    if record.stage == REGISTERED:
        return Stage.WAITING
    return Stage(record.stage) if record.stage in set(Stage) else Stage.FINISHED
