"""Who is on duty and in which order, and what the catalogue offers: the running days follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from qiantai import permissions
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.errors import Stale
from qiantai.staff import STAFF
from qiantai.told import Told

from triage.domain.errors import YOU_ARE, AccountClosed, OnlyForOneself
from triage.domain.events import SetProject, SetStatus
from triage.domain.rotation.alerts import absence_of
from triage.domain.words import ON_DUTY, Status
from triage.usecases import facts
from triage.usecases.happen import happen, live_day
from triage.usecases.model import RosterPlace
from triage.usecases.ports import UnitOfWork
from triage.usecases.todays_roster import follow, set_order


class PlaceChangedMeanwhile(Stale):
    """Somebody changed these settings meanwhile; look at them and repeat the change."""

    zh = "别人刚改了这项设置，请查看后再改。"


def schedule_consultant(place: RosterPlace, uow: UnitOfWork, *, over: int | None = None) -> RosterPlace:
    """Set a consultant's standing settings; a day that is running follows at once. The same again changes nothing.

    `over` is the version that the writer has seen, None where they overwrite whatever there is. Raises
    PlaceChangedMeanwhile.
    """
    uow.shifts.lock(place.branch)
    earlier = next((one for one in uow.roster.of(place.branch) if one.staff == place.staff), None)
    known = earlier.version if earlier else 0
    if over is not None and over != known:
        raise PlaceChangedMeanwhile(facts={"version": known})
    saved = uow.roster.put(place)
    if saved is None:
        return earlier or place
    uow.outbox.append(facts.consultant_scheduled(saved), version=saved.version)
    elsewhere = earlier is not None and earlier.place != saved.place
    follow(place.branch, uow.days.today(place.branch, uow.now), uow, reason="roster", ranked_anew=elsewhere)
    return saved


def set_status(branch: str, consultant: str, status: str, uow: UnitOfWork) -> None:
    """Say what a consultant is doing: idle, busy, out, off, leave or late.

    Oneself, the desk and supervisors say so, and the ledger names who; the same again is no entry, unless it tells
    that somebody whom the desk missed is at the post. Raises OnlyForOneself, UnknownConsultant, AccountClosed.
    """
    if consultant != uow.actor.id and not permissions.may(uow.actor, "visit.register"):  # who stands at the desk
        raise OnlyForOneself(fields={"staff": YOU_ARE.format(staff=uow.actor.id)})
    if Status(status) in ON_DUTY and consultant in uow.roster.gone(branch):
        raise AccountClosed(facts={"consultant": consultant})
    live = live_day(branch, uow.days.today(branch, uow.now), uow)
    live.day.consultant(consultant)
    if live.day.status.get(consultant) == status and absence_of(consultant) not in live.alerts:
        return
    said = SetStatus(at=live.at(uow.now), consultant=consultant, status=Status(status), by=uow.actor.id)
    happen(live, said, uow)


def know_staff(told: Told[StaffChanged], uow: UnitOfWork) -> None:
    """Keep who has an account where; whose account is closed, or moved away, is not on duty any more (T17)."""
    if not uow.known.take(STAFF, told):
        return
    for branch in uow.roster.branches_of(told.event.staff):
        uow.shifts.lock(branch)
        follow(branch, uow.days.today(branch, uow.now), uow, reason="account")


def reorder(branch: str, order: tuple[str, ...], reason: str, uow: UnitOfWork) -> None:
    """Set today's order by hand, with a reason; lanes with an order of their own keep it."""
    live = live_day(branch, uow.days.today(branch, uow.now), uow)
    uow.note(order=list(order), reason=reason)
    set_order(live, order, uow, reason=reason)


def learn_project(code: str, *, major: bool, project_class: str, department: str, uow: UnitOfWork) -> None:
    """Let the running days know a project that the catalogue has more, or with other marks."""
    for branch, day in open_days(uow):
        if day != uow.days.today(branch, uow.now):
            continue
        live = live_day(branch, day, uow)
        event = SetProject(
            at=live.at(uow.now), project=code, major=major, project_class=project_class, department=department
        )
        happen(live, event, uow)


def open_days(uow: UnitOfWork) -> Sequence[tuple[str, date]]:
    """Return branch and date of the days that may be today somewhere."""
    return uow.days.open_days((uow.now - timedelta(days=1)).date())
