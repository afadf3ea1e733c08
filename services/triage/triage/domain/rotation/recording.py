"""Entering a decision into the day: mechanical, no rule is decided here."""

from __future__ import annotations

from typing import TypeVar

from qiantai.both import Both

from triage.domain.changed import changed
from triage.domain.errors import OverrideNeedsReason
from triage.domain.model import Day, Decision, Lane, Visit
from triage.domain.words import Basis, Stage

T = TypeVar("T")


def put(day: Day, visit: Visit) -> Day:
    """Return the day with this visit as it is now."""
    visits = {**day.visits, visit.id: visit}
    if not visit.active:
        active = {id_: one for id_, one in day.active.items() if id_ != visit.id}
    elif visit.id in day.active or visit.id not in day.visits:
        active = {**day.active, visit.id: visit}
    else:  # one that was over is back: it stands where it arrived
        active = {id_: one for id_, one in visits.items() if one.active}
    return changed(day, visits=visits, active=active)


def known_ids(day: Day, visit: Visit) -> None:
    """Raise UnknownProject or UnknownConsultant for an id of the visit that nobody has."""
    for code in (*visit.projects, *visit.notes_projects, *filter(None, [visit.primary])):
        day.project(code)
    for person in (*visit.soon, *visit.absent, *filter(None, [visit.stand_in, visit.requested])):
        day.consultant(person)


def need_reason(reason: str) -> None:
    """Raise OverrideNeedsReason where nobody says why."""
    if not reason.strip():
        raise OverrideNeedsReason(fields={"reason": Both("say why", "请填写原因。")})


def record(day: Day, decision: Decision) -> Day:
    """Return the day after this decision: visit, lane, counts and owners."""
    visit = day.visit(decision.visit)
    day = put(day, _visit_after(visit, decision))
    if decision.lane is not None:
        lane = _lane_after(day.lanes[decision.lane], decision)
        day = changed(day, lanes={**day.lanes, decision.lane: lane})
    if decision.designated_pointer is not None and decision.project is not None:
        pointers = {**day.designated, decision.project: decision.designated_pointer}
        day = changed(day, designated=pointers)
    if decision.owner is not None:
        day = changed(day, owners={**day.owners, visit.customer: decision.owner})
    return _counts_after(day, decision)


def _counts_after(day: Day, decision: Decision) -> Day:
    counts = dict(day.counts)
    if decision.counted and decision.counted_for is not None:
        counts[decision.counted_for] = counts.get(decision.counted_for, 0) + 1
    if decision.uncounted is not None:
        counts[decision.uncounted] -= 1
    return changed(day, counts=counts)


def _visit_after(visit: Visit, decision: Decision) -> Visit:
    stage = {Basis.VOID: Stage.VOID, Basis.LEFT: Stage.LEFT}.get(decision.basis, Stage.WAITING)
    if decision.basis is Basis.RECLASSIFIED:
        return changed(visit, counted_for=decision.counted_for)
    voided = visit.voided_from
    if decision.basis is Basis.VOID and visit.consultant is not None:
        voided = voided | {visit.consultant}
    return changed(
        visit,
        stage=stage,
        to=decision.to,
        consultant=decision.consultant,
        basis=decision.basis,
        counted_for=decision.counted_for,
        assigned=decision.at,
        accepted=False,
        moved=visit.moved or decision.moved,
        voided_from=voided,
    )


def _lane_after(lane: Lane, decision: Decision) -> Lane:
    return changed(
        lane,
        pointer=decision.pointer or lane.pointer,
        credits=_without(lane.credits, decision.redeemed) + decision.granted,
        swaps=_without(lane.swaps, decision.swap_paid) + ((decision.swap_owed,) if decision.swap_owed else ()),
    )


def _without(owed: tuple[T, ...], gone: T | None) -> tuple[T, ...]:
    """Take out one: equal misses are interchangeable, and only one is redeemed."""
    if gone is None:
        return owed
    here = owed.index(gone)
    return owed[:here] + owed[here + 1 :]
