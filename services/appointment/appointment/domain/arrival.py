"""Which appointment somebody who arrives has come for (A11)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from qiantai.slips import is_for_something_else

from appointment.domain.model import Appointment


def day_bounds(day: date, timezone: str) -> tuple[datetime, datetime]:
    """Return the instants, UTC, at which a business day begins and the next one begins."""
    zone = ZoneInfo(timezone)
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def came_for(todays: Sequence[Appointment], at: datetime, projects: Collection[str] = ()) -> Appointment | None:
    """Return the one of a customer's appointments of the day that an arrival at `at` is about, None without one.

    The nearest to its start, also when it has arrived already: a second
    reading of the same card must not make the next appointment arrive. One
    that was completed before `at` is over; a cancelled one is not expected. Who
    comes for other `projects` long before or after its time has not come for
    it: unless the desk says so it stays expected.
    """
    possible = [
        one
        for one in todays
        if one.state != "cancelled"
        and (one.completed_at is None or at <= one.completed_at)
        and not is_for_something_else(one.starts_at, one.projects, at, projects)
    ]
    return min(possible, key=lambda one: (abs(one.starts_at - at), one.starts_at, one.id), default=None)
