"""What somebody may do with a thing now: by role, by whose it is, and by the state that it is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qiantai import permissions
from qiantai.actors import Actor
from qiantai.contracts import CHAIN
from qiantai.contracts.triage import IN_CONSULTATION

from triage.domain import events
from triage.domain.care.stages import ways_on
from triage.domain.rotation.possible import POSSIBLE
from triage.usecases.act import is_mine, ledger_stage
from triage.usecases.ledger import LaneTable, OnDuty
from triage.usecases.model import OVER, VisitRecord
from triage.usecases.records import OPEN, AlertRecord


def _anybody(_record: VisitRecord, _actor: Actor) -> bool:
    return True


def _to_accept(record: VisitRecord, actor: Actor) -> bool:
    return record.accepted_at is None and is_mine(record, actor)


def _to_object(record: VisitRecord, actor: Actor) -> bool:
    return record.objector is not None and (record.objector == actor.id or is_mine(record, actor))


def _to_void(record: VisitRecord, actor: Actor) -> bool:
    """Whoever stands at the desk; others their own, before it is accepted (T42)."""
    if permissions.may(actor, "visit.register"):
        return True
    return is_mine(record, actor) and record.accepted_at is None and record.stage != IN_CONSULTATION


_OFFERS: tuple[tuple[str, str, type[events.Event], Callable[[VisitRecord, Actor], bool]], ...] = (
    ("accept", "visit.start", events.Accept, _to_accept),
    ("start", "visit.start", events.Start, is_mine),
    ("finish", "visit.finish", events.Finish, is_mine),
    ("stand-in", "visit.start", events.Objects, _to_object),
    ("leave", "visit.triage", events.Leave, _anybody),
    ("retriage", "visit.triage", events.Retriage, _anybody),
    ("change", "visit.triage", events.ChangeConsultant, _anybody),
    ("class", "visit.triage", events.Reclassify, _anybody),
    ("second", "visit.triage", events.SecondTriage, _anybody),
    ("reassign", "visit.reassign", events.SupervisorNames, _anybody),
    ("void", "visit.void", events.Void, _to_void),
)
"""Route, action, what it brings into the ledger, and whether it is this person's to do."""


def offered(record: VisitRecord, actor: Actor) -> Iterator[str]:
    """Return the names of what this person may do with the visit now."""
    over = record.stage in OVER
    if record.missing:
        if not over and permissions.may(actor, "visit.triage"):
            yield "triage"
    else:
        stage = ledger_stage(record)
        for name, action, event, theirs in _OFFERS:
            late = over and event is not events.Reclassify
            if not late and stage in POSSIBLE[event] and permissions.may(actor, action) and theirs(record, actor):
                yield name
        if not over and permissions.may(actor, "visit.triage"):
            yield "referrer"
    if permissions.may(actor, "visit.stage") and ways_on(record.stage, department=record.with_department):
        yield "stage"


_ON_CONSULTANT = {"status": "status.set", "check-in": "attendance.note", "check-out": "attendance.note"}


def offered_on_consultant(one: OnDuty, actor: Actor) -> Iterator[str]:
    """Return what this person may do with a consultant of the day now: everybody with themselves, the desk with all."""
    if one.consultant == actor.id or permissions.may(actor, "visit.register"):
        yield from (name for name in one.possible if permissions.may(actor, _ON_CONSULTANT[name]))


def offered_on_lane(lane: LaneTable, actor: Actor) -> Iterator[str]:
    """Return what this person may do with a lane of the day now."""
    if permissions.may(actor, "roster.edit"):
        yield from lane.possible


def offered_on_alert(alert: AlertRecord, actor: Actor) -> Iterator[str]:
    """Return what this person may do with an alert now."""
    if alert.state == OPEN and permissions.may(actor, "alert.handle"):
        yield "acknowledge"


def offered_on_policy(branch: str, actor: Actor) -> Iterator[str]:
    """Return what this person may do with the policy of a branch, or of the chain: that is for head office."""
    if permissions.may(actor, "policy.edit") and (branch != CHAIN or actor.scope is None):
        yield "versions"
