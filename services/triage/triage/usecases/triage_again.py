"""再分诊: treatment after consultation or the reverse, in the same visit (T25)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triage.domain.events import SecondTriage
from triage.usecases.act import act, in_ledger
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageAgain:
    """What the visit goes on to; without projects those of the visit."""

    visit: str
    treatment: bool
    projects: tuple[str, ...] = ()
    primary: str | None = None


def triage_again(command: TriageAgain, uow: UnitOfWork) -> VisitRecord:
    """Add a further stage; it is no new first visit. Raises UnknownVisit, IllegalStage, UnknownProject, VisitIsOver."""
    record, live = in_ledger(command.visit, uow)
    again = SecondTriage(
        at=live.at(uow.now),
        visit=record.id,
        treatment=command.treatment,
        projects=command.projects,
        primary=command.primary,
    )
    record = act(again, record, live, uow)
    record = replace(record, projects=command.projects or record.projects)
    uow.visits.save([record])
    return record
