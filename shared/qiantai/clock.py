"""Time: instants are UTC, a business day is the calendar day in the branch's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HOME_ZONE = "Asia/Shanghai"
"""The zone of a branch that nothing has been heard of yet, or whose own is not one."""


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def business_day(instant: datetime, timezone: str) -> date:
    """Return the day on which `instant` falls in the branch's zone."""
    return instant.astimezone(ZoneInfo(timezone)).date()
