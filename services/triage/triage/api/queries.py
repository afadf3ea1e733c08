"""What several lists are asked: a branch day, and where the next page begins."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

import marshmallow as ma
from qiantai.web.fields import BranchCode, Day
from qiantai.web.paging import BadCursor, read_cursor

from triage.usecases.ports import UnitOfWork


class DayQuery(ma.Schema):
    """A branch day (today without `day`)."""

    branch = BranchCode(required=True)
    day = Day(load_default=None)


def asked_day(query: Mapping[str, Any], uow: UnitOfWork) -> date:
    """Return the day that a query asks for: today in the branch's zone where it names none."""
    day: date = query["day"] or uow.days.today(query["branch"], uow.now)
    return day


def id_of(query: dict[str, Any]) -> str | None:
    """Return the id that the last page ended with, None on the first page. Raises BadCursor."""
    keys = read_cursor(query["cursor"], str)
    try:
        return None if keys is None else str(uuid.UUID(str(keys[0])))
    except ValueError as error:
        raise BadCursor(fields={"cursor": "not a cursor of this list"}) from error
