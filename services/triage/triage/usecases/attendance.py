"""签到/签退: who is here. Statuses, and under `order_by: check_in` the order, follow through the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qiantai import permissions
from qiantai.both import Both

from triage.domain.errors import YOU_ARE, ConsultantEngaged, NotCheckedIn, NotWorkingToday, OnlyForOneself
from triage.domain.events import SetStatus
from triage.domain.words import Status
from triage.usecases.happen import happen, live_day
from triage.usecases.model import Attendance
from triage.usecases.ports import LiveDay, UnitOfWork
from triage.usecases.todays_roster import follow_check_in


def check_in(branch: str, staff: str, uow: UnitOfWork) -> Attendance:
    """签到: whoever is in today's order is here and idle; twice is once, after a check-out it means being back.

    Raises OnlyForOneself, UnknownConsultant, NotWorkingToday.
    """
    live = _live(branch, staff, uow)
    if not any(staff in lane.order for lane in live.day.lanes.values()):
        raise NotWorkingToday(
            fields={
                "staff": Both(
                    "off, on leave or not listed today; enter a shift for today first",
                    "今天休息、请假或没有排班，请先为今天排班。",
                )
            }
        )
    earlier = _of(staff, uow.attendance.of_day(branch, live.date))
    if earlier is not None and earlier.checked_out_at is None:
        return earlier
    here = Attendance(branch=branch, day=live.date, staff=staff, checked_in_at=uow.now)
    if earlier is not None:  # back again: the first check-in keeps its place in the order
        here = replace(earlier, checked_out_at=None)
    uow.attendance.put(here)
    if not live.day.on_duty(staff):
        happen(live, SetStatus(at=live.at(uow.now), consultant=staff, status=Status.IDLE), uow)
    follow_check_in(live, uow)
    return here


def check_out(branch: str, staff: str, uow: UnitOfWork) -> Attendance:
    """签退: off from now on; twice is once.

    Raises OnlyForOneself, UnknownConsultant, NotCheckedIn, ConsultantEngaged while a visit is not finished.
    """
    live = _live(branch, staff, uow)
    earlier = _of(staff, uow.attendance.of_day(branch, live.date))
    if earlier is None:
        raise NotCheckedIn(fields={"staff": Both("check in first", "请先签到。")})
    if earlier.checked_out_at is not None:
        return earlier
    visit = live.day.visit_with(staff)
    if visit is not None:
        raise ConsultantEngaged(
            fields={"staff": Both("still has visit {visit}", "还有到院 {visit} 没有结束。").format(visit=visit)},
            facts={"visit": visit},
        )
    gone = replace(earlier, checked_out_at=uow.now)
    uow.attendance.put(gone)
    if live.day.status.get(staff) is not Status.OFF:
        happen(live, SetStatus(at=live.at(uow.now), consultant=staff, status=Status.OFF), uow)
    return gone


def _live(branch: str, staff: str, uow: UnitOfWork) -> LiveDay:
    """Return today under its lock, so that two check-ins of one person are one."""
    if staff != uow.actor.id and not permissions.may(uow.actor, "visit.register"):  # who stands at the desk
        raise OnlyForOneself(fields={"staff": YOU_ARE.format(staff=uow.actor.id)})
    live = live_day(branch, uow.days.today(branch, uow.now), uow)
    live.day.consultant(staff)
    return live


def _of(staff: str, everybody: Sequence[Attendance]) -> Attendance | None:
    return next((one for one in everybody if one.staff == staff), None)
