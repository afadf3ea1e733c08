"""What goes in and out over HTTP."""

from __future__ import annotations

from datetime import date

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Day, Id, Instant, Text
from qiantai.web.paging import PageQuery

from appointment.domain.model import INTENTS, KINDS, STATES


class BookBody(Body):
    """A customer is to be expected (A2); `projects` are catalogue codes, the primary one first."""

    branch = BranchCode(required=True)
    customer = Id(required=True)
    kind = Choice(*KINDS, required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    latest_arrival = Instant(load_default=None, allow_none=True)
    provider = Text(60, load_default=None, allow_none=True)
    projects = ma.fields.List(Text(60), load_default=list, validate=ma.validate.Length(max=20))
    channel = Text(60, load_default=None, allow_none=True)
    online_consultant = Text(60, load_default=None, allow_none=True)
    intent = Choice(*INTENTS, load_default=None, allow_none=True)
    remark = Text(2000, load_default=None, allow_none=True)


class ConfirmBody(Body):
    """How the customer said that they will come (A4): by phone, WeChat, in person."""

    how = Text(60, required=True)


class RescheduleBody(Body):
    """A new time and why (A4); `provider` only where it changes, null for none."""

    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    latest_arrival = Instant(load_default=None, allow_none=True)
    provider = Text(60, allow_none=True)
    reason = Text(300, required=True)


class CancelBody(Body):
    """Why the customer is not expected any more (A4)."""

    reason = Text(300, required=True)


class ArriveBody(Body):
    """Nothing but the fact (A11)."""


class ListQuery(PageQuery):
    """`day` is a business day in the zone of `branch`, which it needs."""

    branch = BranchCode(load_default=None)
    day = Day(load_default=None, validate=ma.validate.Range(min=date(2000, 1, 1), max=date(2199, 12, 31)))
    state = Choice(*STATES, load_default=None)
    customer = Id(load_default=None)

    @ma.validates_schema
    def day_needs_branch(self, data: dict[str, object], **_: object) -> None:
        """Refuse a day without the branch whose day it is."""
        if data.get("day") is not None and data.get("branch") is None:
            raise ma.ValidationError("Name the branch whose day it is.", "branch")


class AppointmentView(ma.Schema):
    """A slip; `timezone` is the branch's, in which people read the times."""

    id = Id(required=True)
    number = ma.fields.String(required=True)
    customer = Id(required=True)
    customer_name = ma.fields.String(required=True, allow_none=True)
    branch = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    latest_arrival = Instant(required=True)
    provider = ma.fields.String(required=True, allow_none=True)
    projects = ma.fields.List(ma.fields.String(), required=True)
    channel = ma.fields.String(required=True, allow_none=True)
    booked_by = ma.fields.String(required=True)
    online_consultant = ma.fields.String(required=True, allow_none=True)
    intent = ma.fields.String(required=True, allow_none=True)
    remark = ma.fields.String(required=True, allow_none=True)
    first_booked_at = Instant(required=True)
    arrived_at = Instant(required=True, allow_none=True)
    punctuality = ma.fields.String(required=True, allow_none=True)
    completed_at = Instant(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)


class StepView(ma.Schema):
    """One step of a slip's history (A3)."""

    at = Instant(required=True)
    actor = ma.fields.String(required=True)
    what = ma.fields.String(required=True)
    from_state = ma.fields.String(required=True, allow_none=True)
    to_state = ma.fields.String(required=True)
    reason = ma.fields.String(required=True, allow_none=True)
    details = ma.fields.Dict(required=True)
    version = ma.fields.Integer(required=True)


class WholeAppointmentView(AppointmentView):
    """A slip with its history, oldest step first."""

    history = ma.fields.List(ma.fields.Nested(StepView), required=True)
