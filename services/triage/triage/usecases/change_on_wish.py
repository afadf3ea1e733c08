"""The customer wishes another consultant (T26)."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai import permissions
from qiantai.both import Both

from triage.domain.errors import NamedBySupervisor
from triage.domain.events import ChangeConsultant
from triage.usecases.act import act, in_ledger
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOnWish:
    """Why, and whom a supervisor names; without `to` the rotation names somebody, or asks the supervisor."""

    visit: str
    reason: str
    to: str | None = None


def change_on_wish(command: ChangeOnWish, uow: UnitOfWork) -> VisitRecord:
    """Give the visit to another consultant, with ownership and later performance.

    Raises UnknownVisit, IllegalStage, NamedBySupervisor, ConsultantNotOnDuty, VisitIsOver.
    """
    to, reason = command.to, command.reason
    if to is not None and not permissions.may(uow.actor, "visit.reassign"):
        raise NamedBySupervisor(
            fields={
                "to": Both(
                    "leave it out; the rotation or the supervisor names somebody", "请不要填，由轮排或主管安排。"
                )
            }
        )
    uow.note(to=to, reason=reason)
    record, live = in_ledger(command.visit, uow)
    change = ChangeConsultant(at=live.at(uow.now), visit=record.id, to=to, by=uow.actor.id, reason=reason)
    return act(change, record, live, uow, reason=reason)
