"""What several lists are asked: a branch day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import marshmallow as ma
from qiantai.web.fields import BranchCode, Day

from triage.usecases.ports import UnitOfWork


class DayQuery(ma.Schema):
    """A branch day (today without `day`)."""

    branch = BranchCode(required=True)
    day = Day(load_default=None)


def asked_day(query: Mapping[str, Any], uow: UnitOfWork) -> date:
    """Return the day that a query asks for: today in the branch's zone where it names none."""
    day: date = query["day"] or uow.days.today(query["branch"], uow.now)
    return day
