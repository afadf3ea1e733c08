"""就诊环节: a visit goes on from stage to stage, with the forms that a stage waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qiantai import permissions
from qiantai.both import Both

from triage.domain.care.form_list import FORMS, NEEDS
from triage.domain.care.stages import Person, check_passage, named, was_treated, ways_back, ways_on
from triage.domain.errors import FormMissing
from triage.usecases import facts
from triage.usecases.history import came_to
from triage.usecases.model import OVER, VisitRecord
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class GoToStage:
    """A visit goes to a stage; going back, and passing a form that is missing, need the reason."""

    visit: str
    stage: str
    people: tuple[Person, ...] = ()
    note: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A passage as people read it; `seconds` count up to `uow.now` while it goes on, `ended_at` is None then."""

    passage: Passage
    ended_at: datetime | None
    seconds: int


_NEEDED = Both("Before {stage} the form {form} is needed ({zh}).", "进入“{stage}”前要先填写“{zh}”（{form}）。")
_SIGNED = Both(
    "Before {stage} the signed form {form} is needed ({zh}).", "进入“{stage}”前要先填写并签字“{zh}”（{form}）。"
)
_WRITE_FIRST = Both(
    "write the form {form} first; a supervisor may go on with a reason", "请先填写“{form}”；主管填写原因后可以继续。"
)


def go_to_stage(command: GoToStage, uow: UnitOfWork) -> VisitRecord:
    """Let a visit go on, or back with a reason; tells the others.

    Raises UnknownVisit, IllegalPassage, StageNeedsReason, FormMissing.
    """
    record = uow.visits.lock(command.visit)
    history = uow.passages.of(record.id)
    at = [one.stage for one in history]
    back = check_passage(
        record.stage,
        command.stage,
        department=record.with_department,
        came_from=_came_from(history),
        reason=command.reason,
    )
    if back:
        uow.note(back_from=record.stage, stage=command.stage, reason=command.reason)
    _forms_are_there(record, command, treated=was_treated(at), uow=uow)
    return enter(record, command.stage, uow, people=command.people, note=command.note, reason=command.reason)


def enter(
    record: VisitRecord,
    stage: str,
    uow: UnitOfWork,
    *,
    people: Sequence[Person] = (),
    note: str | None = None,
    reason: str | None = None,
    known: bool = False,
) -> VisitRecord:
    """Save and tell that a visit is at a stage; `known`: the history has it already."""
    record = replace(record, stage=stage, version=record.version + 1)
    uow.visits.save([record])
    if not known:
        came_to(record, uow, people=people, note=note, reason=reason)
    uow.outbox.append(facts.visit_stage_changed(record, at=uow.now), version=record.version)
    return record


def ways_of(visit: str, uow: UnitOfWork) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return where a visit may go on to, and where back to with a reason. Raises UnknownVisit."""
    record = uow.visits.get(visit)
    on = ways_on(record.stage, department=record.with_department)
    return on, ways_back(record.stage, _came_from(uow.passages.of(visit)))


def _came_from(history: Sequence[Passage]) -> str | None:
    return history[-2].stage if len(history) > 1 else None


def history_of(visit: str, uow: UnitOfWork) -> list[Stay]:
    """Return a visit's stages with their durations. Raises UnknownVisit."""
    uow.visits.get(visit)
    return [_stay(one, uow.now) for one in uow.passages.of(visit)]


def _stay(passage: Passage, now: datetime) -> Stay:
    over = passage.stage in OVER
    ended = passage.begun_at if over and passage.ended_at is None else passage.ended_at
    seconds = int(((ended or now) - passage.begun_at).total_seconds())
    return Stay(passage=passage, ended_at=ended, seconds=max(0, seconds))


def _forms_are_there(record: VisitRecord, command: GoToStage, *, treated: bool, uow: UnitOfWork) -> None:
    """Raise FormMissing unless what the stage waits for is written; a supervisor's reason passes, audited."""
    for need in NEEDS:
        if not need.holds_for(command.stage, record.visit_class, treated=treated):
            continue
        written = uow.forms.newest(record.id, need.form)
        if need.is_met_by(written.content if written else None):
            continue
        if permissions.may(uow.actor, "visit.reassign") and command.reason.strip():
            uow.note(form_missing=need.form, stage=command.stage, reason=command.reason)
            continue
        form = FORMS[need.form]
        needed = _SIGNED if need.signed else _NEEDED
        raise FormMissing(
            needed.format(stage=named(command.stage), form=need.form, zh=form.zh),
            fields={"stage": _WRITE_FIRST.format(form=Both(need.form, form.zh))},
            facts={"form": need.form, "signed": need.signed is not None, "stage": command.stage},
        )
