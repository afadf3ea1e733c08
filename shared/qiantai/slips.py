"""Which slip an arrival is about, as triage and the appointment service both decide it (A11)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

AROUND = timedelta(minutes=60)
"""Policy: within this of its time whoever arrives has come for the slip, whatever they ask for beside."""


def is_for_something_else(
    starts_at: datetime, booked: Collection[str], arrives_at: datetime, asked: Collection[str]
) -> bool:
    """Say whether an arrival is for other projects than a slip's, outside its time; nothing booked or asked is any."""
    other = bool(booked) and bool(asked) and not set(booked) & set(asked)
    return other and abs(starts_at - arrives_at) > AROUND
