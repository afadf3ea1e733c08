"""At which stage which event of a visit is possible: one table, for the rules and for what a desk is offered."""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain import events
from triage.domain.errors import FinishedConsultation, IllegalStage
from triage.domain.model import Day, Visit
from triage.domain.words import Stage

_ACTIVE = frozenset({Stage.WAITING, Stage.IN_CONSULTATION})

POSSIBLE: Mapping[type[events.Event], frozenset[Stage]] = {
    events.Accept: frozenset({Stage.WAITING}),
    events.Start: frozenset({Stage.WAITING}),
    events.Finish: _ACTIVE,
    events.Void: _ACTIVE,
    events.Retriage: frozenset({Stage.VOID}),
    events.ChangeConsultant: _ACTIVE,
    events.SupervisorNames: _ACTIVE,
    events.Objects: frozenset({Stage.WAITING}),
    events.Leave: _ACTIVE,
    events.Reclassify: frozenset(Stage) - {Stage.VOID},
    events.SecondTriage: frozenset(Stage) - {Stage.VOID, Stage.LEFT},
}

OfVisit = (
    events.Start
    | events.Finish
    | events.Void
    | events.Retriage
    | events.ChangeConsultant
    | events.SupervisorNames
    | events.Objects
    | events.Leave
    | events.Reclassify
    | events.SecondTriage
)
_MOVES = (events.Void, events.ChangeConsultant, events.SupervisorNames, events.Objects, events.Leave)


def possible(day: Day, event: OfVisit) -> Visit:
    """Return the visit that an event is about. Raises IllegalStage, FinishedConsultation where its stage forbids it."""
    visit = day.visit(event.visit)
    must_be_possible(type(event), visit.stage, {"visit": visit.id, "stage": visit.stage})
    return visit


def must_be_possible(event: type[events.Event], stage: Stage, facts: Mapping[str, object]) -> None:
    """Raise IllegalStage, FinishedConsultation with these facts where the stage forbids what an event is about."""
    if stage in POSSIBLE.get(event, frozenset(Stage)):
        return
    raise (FinishedConsultation if stage is Stage.FINISHED and event in _MOVES else IllegalStage)(facts=facts)
