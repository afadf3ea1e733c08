"""What a change of roster, shifts or check-ins makes of a day that is running: always through its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from triage.domain.events import Reorder, SetConsultant, SetStatus
from triage.domain.model import Consultant, Day
from triage.domain.roster.order import day_order, with_changes
from triage.domain.roster.shifts import away, with_shift, working
from triage.domain.words import Status
from triage.usecases.happen import happen, live_day
from triage.usecases.ports import LiveDay, UnitOfWork


def follow(branch: str, day: date, uow: UnitOfWork, *, reason: str, ranked_anew: bool = False) -> bool:
    """Bring a day in line with the standing roster and its shifts; False where it is not running.

    People and shifts as they are now; the order by the policy's `order_by`, the
    pointer kept; whoever comes in is idle, whoever no longer works, or whose
    account is closed, is off or on leave. Under `ranking` an order by hand stays as far as it can, unless the
    ranking itself is new (`ranked_anew`).
    """
    if uow.days.find(branch, day) is None:
        return False
    live = live_day(branch, day, uow)
    shifts = uow.shifts.of_day(branch, day)
    standing = [(place, place.as_consultant(live.day.setting.projects)) for place in uow.roster.of(branch)]
    without_account = uow.roster.gone(branch)
    employed = [person for place, person in standing if place.active and place.staff not in without_account]
    _set_people([with_shift(person, shifts) for _, person in standing], live, uow)
    before = todays_order(live.day)
    at_work = working(employed, shifts)
    ranking = [person.id for person in at_work]
    policy = live.day.policy
    if policy.order_by == "ranking" and not policy.reserved_places and not ranked_anew:
        order = with_changes(before, ranking)
    else:
        order = day_order(policy, at_work, check_ins(branch, day, uow), before)
    set_order(live, order, uow, reason=reason)
    home = away([person.id for person in employed], shifts)
    gone = {one: Status.OFF for one in [*before, *sorted(without_account)] if one not in order}
    new = {one: Status.IDLE for one in order if one not in before and not live.day.on_duty(one)}
    for staff, status in {**gone, **home, **new}.items():
        if live.day.status.get(staff) != status:
            happen(live, SetStatus(at=live.at(uow.now), consultant=staff, status=status), uow)
    return True


def follow_check_in(live: LiveDay, uow: UnitOfWork) -> None:
    """Under `order_by: check_in` the order follows the check-ins so far; until the first arrival the top has the turn.

    Whoever has not checked in stands behind, by ranking.
    """
    if live.day.policy.order_by != "check_in":
        return
    here = set(todays_order(live.day))
    ranked = [live.day.consultant(one.staff) for one in uow.roster.of(live.branch) if one.staff in here]
    order = day_order(live.day.policy, ranked, check_ins(live.branch, live.date, uow))
    set_order(live, order, uow, reason="check-in", top=not live.day.visits)


def check_ins(branch: str, day: date, uow: UnitOfWork) -> dict[str, int]:
    """Return staff -> the how-manieth to check in, from 1."""
    return {one.staff: place for place, one in enumerate(uow.attendance.of_day(branch, day), start=1)}


def todays_order(day: Day) -> tuple[str, ...]:
    """Return the day's order, that of the lanes without one of their own."""
    return next((day.lanes[name].order for name in _common_lanes(day)), ())


def set_order(live: LiveDay, order: Sequence[str], uow: UnitOfWork, *, reason: str, top: bool = False) -> None:
    """Set the order of the lanes without one of their own; nothing happens where it stands so already."""
    names = _common_lanes(live.day)
    if all(live.day.lanes[name].order == tuple(order) for name in names):
        first = next(iter(order), None)
        if not top or all(live.day.lanes[name].pointer == first for name in names):
            return
    for name in [None] if len(names) == len(live.day.lanes) else names:
        at, by = live.at(uow.now), uow.actor.id
        happen(live, Reorder(at=at, order=tuple(order), reason=reason, by=by, lane=name, top=top), uow)


def _common_lanes(day: Day) -> list[str]:
    return [rule.name for rule in day.policy.lanes if rule.order is None]


def _set_people(people: Sequence[Consultant], live: LiveDay, uow: UnitOfWork) -> None:
    for one in people:
        if live.day.setting.consultants.get(one.id) != one:
            event = SetConsultant(
                at=live.at(uow.now),
                consultant=one.id,
                shift=one.shift,
                scope=one.scope,
                barred=one.barred,
                designated=one.designated,
            )
            happen(live, event, uow)
