"""The day: what one event makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from triage.domain import events
from triage.domain.changed import changed
from triage.domain.errors import (
    IllegalDay,
    TimeBackwards,
    VisitExists,
)
from triage.domain.model import Consultant, Day, Decision, Project, Visit
from triage.domain.rotation import aftermath
from triage.domain.rotation.decide import decide
from triage.domain.rotation.possible import possible
from triage.domain.rotation.recording import known_ids, need_reason, put, record
from triage.domain.rotation.waits import apply_waits
from triage.domain.words import Basis, Stage, Status, VisitClass

OWNING = frozenset({Basis.TURN, Basis.CREDIT, Basis.SWAP, Basis.DESIGNATED, Basis.REFERRAL, Basis.CHANGE})


def advance(day: Day, event: events.Event) -> tuple[Day, tuple[Decision, ...]]:
    """Return the day after this event and what was decided, waits that were due first.

    Pure: the argument is never changed. Raises a TriageError if the event is
    not possible; then nothing happened, not even the waits.
    """
    if event.at < day.at:
        raise TimeBackwards(facts={"at": event.at, "before": day.at})
    day, due = apply_waits(changed(day, at=event.at), event.at)
    day, decision = HANDLERS[type(event)](day, event)
    if decision is None:
        return day, due
    return record(day, decision), (*due, decision)


def _arrive(day: Day, event: events.Arrive) -> aftermath.Decided:
    if event.visit in day.visits:
        raise VisitExists(facts={"visit": event.visit})
    if event.owner is not None and event.customer not in day.owners:
        day.consultant(event.owner)
        day = changed(day, owners={**day.owners, event.customer: event.owner})
    known = day.owners.get(event.customer)
    visit = Visit(
        id=event.visit,
        customer=event.customer,
        klass=event.klass,
        arrived=event.at,
        since=event.at,
        projects=event.projects,
        primary=event.primary,
        notes_projects=event.notes_projects,
        referrer=event.referrer,
        enquiry_owner=known if event.klass is VisitClass.FIRST_VISIT else None,
        stand_in=event.stand_in,
        online_consultant=event.online_consultant,
        soon=event.soon,
        absent=event.absent,
        treat_now=event.treat_now,
        source=event.source,
        requested=event.requested,
    )
    known_ids(day, visit)
    return put(day, visit), decide(day, visit, event.at)


def _set_status(day: Day, event: events.SetStatus) -> aftermath.Decided:
    day.consultant(event.consultant)
    return changed(day, status={**day.status, event.consultant: event.status}), None


def _start(day: Day, event: events.Start) -> aftermath.Decided:
    """Stop the clock; a customer without an owner gets the one who starts."""
    visit = possible(day, event)
    day = put(day, changed(visit, stage=Stage.IN_CONSULTATION, since=None, accepted=True))
    owned = visit.customer in day.owners or visit.basis not in OWNING
    if owned or visit.klass in {VisitClass.OTHER, VisitClass.RECHECK} or not visit.consultant:
        return day, None
    return changed(day, owners={**day.owners, visit.customer: visit.consultant}), None


def _finish(day: Day, event: events.Finish) -> aftermath.Decided:
    visit = possible(day, event)
    return put(day, changed(visit, stage=Stage.FINISHED, since=None)), None


def _accept(day: Day, event: events.Accept) -> aftermath.Decided:
    return put(day, changed(day.visit(event.visit), accepted=True)), None


def _move_owner(day: Day, event: events.MoveOwner) -> aftermath.Decided:
    day.consultant(event.to)
    need_reason(event.reason)
    return changed(day, owners={**day.owners, event.customer: event.to}), None


def _reorder(day: Day, event: events.Reorder) -> aftermath.Decided:
    """Keep the pointer with its consultant, or move it on to the next who is still in; or put it at the top."""
    need_reason(event.reason)
    if len(set(event.order)) != len(event.order) or event.lane not in {None, *day.lanes}:
        raise IllegalDay(facts={"order": list(event.order), "lane": event.lane})
    for person in event.order:
        day.consultant(person)
    lanes = dict(day.lanes)
    for name in [event.lane] if event.lane else lanes:
        going_on = (c for c in lanes[name].from_pointer() if c in event.order and not event.top)
        pointer = next(going_on, next(iter(event.order), None))
        lanes[name] = changed(lanes[name], order=event.order, pointer=pointer)
    counts = {**dict.fromkeys(event.order, 0), **day.counts}
    return changed(day, lanes=lanes, counts=counts), None


def _set_consultant(day: Day, event: events.SetConsultant) -> aftermath.Decided:
    person = Consultant(
        id=event.consultant,
        shift=event.shift,
        scope=event.scope,
        barred=event.barred,
        designated=event.designated,
    )
    people = {**day.setting.consultants, person.id: person}
    setting = replace(day.setting, consultants=people)
    return changed(day, setting=setting, status={person.id: Status.OFF, **day.status}), None


def _owner_known(day: Day, event: events.OwnerKnown) -> aftermath.Decided:
    day.consultant(event.owner)
    return changed(day, owners={**day.owners, event.customer: event.owner}), None


def _set_project(day: Day, event: events.SetProject) -> aftermath.Decided:
    known = day.setting.projects.get(event.project)
    project = Project(
        code=event.project,
        klass=event.project_class,
        major=event.major,
        department=event.department,
        rank=known.rank if known else len(day.setting.projects),
    )
    projects = {**day.setting.projects, project.code: project}
    return changed(day, setting=replace(day.setting, projects=projects)), None


def _tick(day: Day, _event: events.Tick) -> aftermath.Decided:
    return day, None


HANDLERS: Mapping[type[events.Event], Callable[[Day, Any], aftermath.Decided]] = {
    events.Arrive: _arrive,
    events.SetStatus: _set_status,
    events.Start: _start,
    events.Finish: _finish,
    events.Void: aftermath.void,
    events.Retriage: aftermath.retriage,
    events.ReferrerFound: aftermath.referrer_found,
    events.NotesFound: aftermath.notes_found,
    events.Tick: _tick,
    events.ChangeConsultant: aftermath.change_consultant,
    events.SupervisorNames: aftermath.supervisor_names,
    events.Objects: aftermath.objects,
    events.Reclassify: aftermath.reclassify,
    events.SecondTriage: aftermath.second_triage,
    events.Leave: aftermath.leave,
    events.Accept: _accept,
    events.MoveOwner: _move_owner,
    events.Reorder: _reorder,
    events.SetConsultant: _set_consultant,
    events.OwnerKnown: _owner_known,
    events.SetProject: _set_project,
}
