"""A plan that hangs on a slip moves with it (F1, A4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from followup.domain.outlived import REMINDERS
from followup.domain.plan import Plan, Window, move
from followup.domain.template import NO_SHOW, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTime:
    """A slip's new time, said at an instant; `was_at` is None where the old one was not told."""

    appointment: str
    starts_at: datetime
    was_at: datetime | None
    said_at: datetime


def moved(plan: Plan, reason: Fact | None, new: NewTime, timezone: str, *, now: datetime) -> Plan | None:
    """Return the plan with its window as many days later or earlier as the slip; None where it does not hang on it.

    A reminder is made before the slip begins: one for which it is too late begins now. Where the old time was not
    told the plan is marked, for people to look at. A call to somebody who did not come stays.
    """
    no_show = reason is not None and reason.event == NO_SHOW
    if plan.appointment != new.appointment or no_show or plan.created_at >= new.said_at:
        return None
    if new.was_at is None:
        return replace(plan, attention=True, version=plan.version + 1)
    return move(plan, _window(plan, new.was_at, new.starts_at, ZoneInfo(timezone), now), now=now)


def _window(plan: Plan, was_at: datetime, starts_at: datetime, zone: ZoneInfo, now: datetime) -> Window:
    days = starts_at.astimezone(zone).date() - was_at.astimezone(zone).date()
    due_from, due_until = (_on_another_day(at, days, zone) for at in (plan.due_from, plan.due_until))
    if plan.kind in REMINDERS:
        due_until = min(due_until, starts_at)
    if due_until > max(due_from, now):
        return Window(due_from=due_from, due_until=due_until)
    ahead = plan.kind in REMINDERS and starts_at > now
    return Window(due_from=now, due_until=starts_at if ahead else now + (plan.due_until - plan.due_from))


def _on_another_day(at: datetime, days: timedelta, zone: ZoneInfo) -> datetime:
    """Return the same time of the day, as the branch's clock shows it, so many days later."""
    return (at.astimezone(zone) + days).astimezone(UTC)


def why_moved(starts_at: datetime, timezone: str) -> str:
    """Return in words why plans moved."""
    local = starts_at.astimezone(ZoneInfo(timezone))
    return f"预约已改到 {local:%Y-%m-%d %H:%M} / the slip was moved to {local:%Y-%m-%d %H:%M}"
