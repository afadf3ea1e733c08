"""What time brings: the day is opened, and waits that are due are applied (T22, T23)."""

from __future__ import annotations

from datetime import datetime

from triage.domain.events import Tick
from triage.domain.model import Day
from triage.domain.rotation.waits import apply_waits
from triage.usecases.duty import open_days
from triage.usecases.happen import happen, live_day
from triage.usecases.ports import UnitOfWork


def keep_days(uow: UnitOfWork) -> None:
    """Let time pass: today is opened in every branch with a roster, and due waits are applied (T22, T23).

    A branch with nothing to do is not locked: its desks go on.
    """
    rosters = set(uow.roster.branches())
    for branch in sorted(rosters | {one for one, _ in open_days(uow)}):
        today = uow.days.today(branch, uow.now)
        day = uow.days.find(branch, today)
        if day is None and branch in rosters:
            live_day(branch, today, uow)
        elif day is not None and _is_due(day, uow.now):
            live = live_day(branch, today, uow)
            if _is_due(live.day, uow.now):
                happen(live, Tick(at=live.at(uow.now)), uow)


def _is_due(day: Day, now: datetime) -> bool:
    return bool(apply_waits(day, day.seconds_at(now))[1])
