"""Writing the history of a visit's stages: one passage for each stage that it comes to."""

from __future__ import annotations

from collections.abc import Sequence

from qiantai.contracts.triage import IN_CONSULTATION, REGISTERED, WAITING

from triage.domain.care.stages import Person
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import Passage

_WITH_CONSULTANT = frozenset({WAITING, IN_CONSULTATION})


def came_to(
    record: VisitRecord,
    uow: UnitOfWork,
    *,
    people: Sequence[Person] = (),
    note: str | None = None,
    reason: str | None = None,
) -> None:
    """Add the stage that a visit is at now to its history; written with whatever else waits."""
    uow.passages.add([_passage(record, record.stage, uow, people=people, note=note, reason=reason)])


def arrived(record: VisitRecord, uow: UnitOfWork) -> None:
    """Begin the history: registered, and where the visit was assigned at once what came of that."""
    uow.passages.add(
        [_passage(record, stage, uow) for stage in dict.fromkeys((REGISTERED, record.stage))],
    )


def _passage(
    record: VisitRecord,
    stage: str,
    uow: UnitOfWork,
    *,
    people: Sequence[Person] = (),
    note: str | None = None,
    reason: str | None = None,
) -> Passage:
    known = list(people)
    if record.consultant is not None and stage in _WITH_CONSULTANT:
        known.insert(0, Person(role="consultant", staff=record.consultant))
    return Passage(
        visit=record.id,
        branch=record.branch,
        stage=stage,
        begun_at=uow.now,
        by=uow.actor.id,
        people=tuple(dict.fromkeys(known)),
        note=note or None,
        reason=reason or None,
    )
