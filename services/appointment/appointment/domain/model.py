"""An appointment (预约单), its states and what may become of it (A2-A4, A11-A13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from qiantai.both import Both
from qiantai.ids import Id
from qiantai.states import become

from appointment.domain.errors import AppointmentChanged, ImpossibleTimes, NotInThisState

KINDS = ("consultation", "treatment", "recheck", "other")
"""咨询, 治疗, 复查, 其他."""
PROVIDERS = ("consultant", "doctor")
"""Roles of those whose days are a calendar (A2); an appointment can name any colleague."""
INTENTS = ("high", "medium", "low")
"""意向度."""
EXPECTED = ("booked", "confirmed")
"""States in which the customer is expected."""
OCCUPYING = ("booked", "confirmed", "arrived")
"""States that hold the provider's time (A8)."""

NEXT: Mapping[str, tuple[str, ...]] = {
    "booked": ("booked", "confirmed", "arrived", "cancelled", "no_show"),
    "confirmed": ("booked", "arrived", "cancelled", "no_show"),
    "arrived": ("completed",),
    "completed": (),
    "cancelled": (),
    "no_show": ("arrived",),  # the message of an arrival may come after the end of its day
}
"""State -> states that may follow (A3)."""
STATES = tuple(NEXT)

GRACE = timedelta(minutes=30)
"""Policy: how long after the start the latest arrival is."""
EARLY = timedelta(minutes=60)
"""Policy: who comes more than this before the start is early."""
LONGEST = timedelta(hours=12)
"""Policy: no appointment is longer."""
FURTHEST = timedelta(days=730)
"""Policy: nothing is booked further ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When a customer is expected, UTC."""

    starts_at: datetime
    ends_at: datetime
    latest_arrival: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One slip (A2); `projects` are catalogue codes, the primary one first; `version` counts the changes."""

    id: Id
    number: str
    customer: Id
    branch: str
    kind: str
    state: str
    starts_at: datetime
    ends_at: datetime
    latest_arrival: datetime
    booked_by: str
    first_booked_at: datetime
    version: int
    projects: tuple[str, ...] = ()
    provider: str | None = None
    online_consultant: str | None = None
    channel: str | None = None
    intent: str | None = None
    remark: str | None = None
    arrived_at: datetime | None = None
    punctuality: str | None = None
    """early, on_time or late."""
    completed_at: datetime | None = None

    @property
    def occupies(self) -> bool:
        """Whether it holds its provider's time (A8)."""
        return self.state in OCCUPYING


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of an appointment's history: what was done to it and why (A3)."""

    what: str
    from_state: str | None
    to_state: str
    version: int
    reason: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def times_of(starts_at: datetime, ends_at: datetime, latest_arrival: datetime | None, *, now: datetime) -> Times:
    """Return the times of an appointment; without a latest arrival it is GRACE after the start.

    Raises ImpossibleTimes, which names every wrong field (A2).
    """
    wrong: dict[str, Both] = {}
    if starts_at < now:
        wrong["starts_at"] = Both("lies in the past; choose a later time", "这个时间已过，请选择之后的时间。")
    elif starts_at - now > FURTHEST:
        wrong["starts_at"] = Both("lies more than {days} days ahead", "最多可以提前 {days} 天预约。").format(
            days=FURTHEST.days
        )
    if ends_at <= starts_at:
        wrong["ends_at"] = Both("must be after the start", "结束时间应在开始时间之后。")
    elif ends_at - starts_at > LONGEST:
        wrong["ends_at"] = Both(
            "must be within {hours} hours of the start", "结束时间应在开始后 {hours} 小时内。"
        ).format(hours=LONGEST // timedelta(hours=1))
    if latest_arrival is not None and not timedelta(0) <= latest_arrival - starts_at <= LONGEST:
        wrong["latest_arrival"] = Both(
            "must be within {hours} hours after the start", "最晚到院时间应在开始后 {hours} 小时内。"
        ).format(hours=LONGEST // timedelta(hours=1))
    if wrong:
        raise ImpossibleTimes(fields=wrong)
    return Times(
        starts_at=starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC),
        latest_arrival=(starts_at + GRACE if latest_arrival is None else latest_arrival).astimezone(UTC),
    )


def _become(appointment: Appointment, state: str, **values: Any) -> Appointment:  # noqa: ANN401 - its fields
    refusal = NotInThisState(facts={"state": appointment.state, "possible": list(NEXT[appointment.state])})
    return become(appointment, state, NEXT, refusal, **values)


def confirm(appointment: Appointment) -> Appointment:
    """Return it confirmed: the customer said that they will come (A4). Raises NotInThisState."""
    return _become(appointment, "confirmed")


def reschedule(appointment: Appointment, times: Times, *, provider: str | None, version: int) -> Appointment:
    """Return the appointment at its new time; what was confirmed was the old time, so it is booked again (A4).

    Raises AppointmentChanged when `version` is not the appointment's, NotInThisState, and ImpossibleTimes when
    nothing changes.
    """
    if version != appointment.version:
        raise AppointmentChanged(facts={"version": appointment.version})
    moved = _become(
        appointment,
        "booked",
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        latest_arrival=times.latest_arrival,
        provider=provider,
    )
    if replace(moved, state=appointment.state, version=appointment.version) == appointment:
        raise ImpossibleTimes(
            Both("The appointment has this time already.", "预约单已经是这个时间。"),
            fields={"starts_at": Both("choose another time", "请选择其他时间。")},
        )
    return moved


def cancel(appointment: Appointment) -> Appointment:
    """Return it cancelled: the customer is not expected any more (A4). Raises NotInThisState."""
    return _become(appointment, "cancelled")


def arrive(appointment: Appointment, at: datetime) -> Appointment:
    """Return it arrived: the customer is here since `at` (A11). Raises NotInThisState."""
    return _become(appointment, "arrived", arrived_at=at, punctuality=punctuality(appointment, at))


def expect_again(appointment: Appointment) -> Appointment:
    """Return an arrived one expected again: the arrival was for something else (A11).

    Nobody asks for this, so it is not among the states that may follow. Raises NotInThisState.
    """
    if appointment.state != "arrived":
        raise NotInThisState(facts={"state": appointment.state, "possible": list(NEXT[appointment.state])})
    return replace(appointment, state="booked", arrived_at=None, punctuality=None, version=appointment.version + 1)


def complete(appointment: Appointment, at: datetime) -> Appointment:
    """Return it completed: what was booked has been done (A13). Raises NotInThisState."""
    return _become(appointment, "completed", completed_at=at)


def miss(appointment: Appointment) -> Appointment:
    """Return it as a no-show: the day ended without the customer (A12). Raises NotInThisState."""
    return _become(appointment, "no_show")


def punctuality(appointment: Appointment, at: datetime) -> str:
    """Return early (more than EARLY before the start), late (after the latest arrival) or on_time (A11)."""
    if at > appointment.latest_arrival:
        return "late"
    return "early" if appointment.starts_at - at > EARLY else "on_time"


def step(before: Appointment | None, after: Appointment, what: str, reason: str | None = None) -> Step:
    """Return the entry for the history; a new time or provider is in its details as [before, after]."""
    details: dict[str, Any] = {}
    if before is not None:
        for name in ("starts_at", "ends_at", "latest_arrival", "provider"):
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                details[name] = [_text(old), _text(new)]
    return Step(
        what=what,
        from_state=before.state if before else None,
        to_state=after.state,
        version=after.version,
        reason=reason,
        details=details,
    )


def _text(value: datetime | str | None) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else value
