"""What somebody may do with an appointment now: by right, by the table of states and by its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from qiantai import permissions
from qiantai.actors import Actor
from qiantai.clock import business_day

from appointment.domain.model import NEXT

_OFFERS = (
    ("confirm", "appointment.change", "confirmed"),
    ("reschedule", "appointment.change", "booked"),
    ("cancel", "appointment.change", "cancelled"),
    ("arrive", "appointment.arrive", "arrived"),
)
"""Route, action, and the state that it leads to."""


def offered(state: str, starts_at: datetime, zone: str, actor: Actor, now: datetime) -> Iterator[str]:
    """Return the names of what this person may do with an appointment now; one arrives on the day itself."""
    for name, action, becomes in _OFFERS:
        if becomes in NEXT[state] and permissions.may(actor, action):
            if name == "arrive" and business_day(starts_at, zone) != business_day(now, zone):
                continue
            yield name
