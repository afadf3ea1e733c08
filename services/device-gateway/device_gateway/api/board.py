"""The flow board over HTTP (G7): its items are kept as the JSON that screens get; their views say what they hold."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai import permissions
from qiantai.clock import business_day
from qiantai.web.fields import BranchCode, Choice, Day, Whole
from qiantai.web.routes import Routes

from device_gateway.domain.board import TABS
from device_gateway.domain.errors import UnknownBranch
from device_gateway.domain.shown import for_screen, with_clock
from device_gateway.usecases.ports import UnitOfWork

routes = Routes("board", about="The flow board (G7)")


class BranchQuery(ma.Schema):
    """Which branch."""

    branch = BranchCode(required=True)


class ProjectView(ma.Schema):
    """A project by its names; by its code where they are not known yet."""

    code = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class ReceiverView(ma.Schema):
    """Who receives: consultant, department, online or supervisor."""

    kind = ma.fields.String(required=True)
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class WhyView(ma.Schema):
    """The reason, for people."""

    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class SlipView(ma.Schema):
    """The appointment that a card is about."""

    id = ma.fields.String(required=True)
    number = ma.fields.String(required=True, allow_none=True)
    kind = ma.fields.String(required=True, allow_none=True)
    starts_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    latest_arrival = ma.fields.String(required=True, metadata={"format": "date-time"})


class CardReadView(ma.Schema):
    """The newest read of somebody who is here; `typed` where the scanner is a keyboard of that desk."""

    scan = ma.fields.String(required=True)
    desk = ma.fields.String(required=True)
    typed = ma.fields.Boolean(required=True)
    at = ma.fields.String(required=True, metadata={"format": "date-time"})


class CardView(ma.Schema):
    """One card of the board; times are RFC 3339, `due` is in minor units."""

    id = ma.fields.String(required=True)
    kind = Choice("appointment", "arrival", "visit", "charge", required=True)
    tab = Choice(*TABS, required=True)
    state = ma.fields.String(required=True)
    since = ma.fields.String(required=True, metadata={"format": "date-time"})
    waiting_since = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    promised_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    arrived_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    customer = ma.fields.String(required=True)
    name = ma.fields.String(required=True, allow_none=True)
    phone_tail = ma.fields.String(required=True, allow_none=True)
    visit_class = ma.fields.String(required=True, allow_none=True)
    projects = ma.fields.List(ma.fields.Nested(ProjectView), required=True)
    to = ma.fields.Nested(ReceiverView, required=True, allow_none=True)
    why = ma.fields.Nested(WhyView, required=True, allow_none=True)
    appointment = ma.fields.Nested(SlipView, required=True, allow_none=True)
    flags = ma.fields.List(Choice("late", "supervisor", "elsewhere"), required=True)
    missing = ma.fields.List(ma.fields.String(), required=True)
    due = Whole(0, 10**15, required=True)
    currency = ma.fields.String(required=True, allow_none=True)
    read = ma.fields.Nested(CardReadView, allow_none=True)


class ConsultantView(ma.Schema):
    """A consultant and what they are doing."""

    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    shift = ma.fields.String(required=True, allow_none=True)
    place = ma.fields.Integer(required=True, allow_none=True)
    status = ma.fields.String(required=True, allow_none=True)
    engaged_visit = ma.fields.String(required=True, allow_none=True)
    since = ma.fields.String(required=True, allow_none=True)


class BoardReadView(ma.Schema):
    """An open unrecognised read on the board; `typed` where the scanner is a keyboard of that desk."""

    id = ma.fields.String(required=True)
    device = ma.fields.String(required=True)
    desk = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    typed = ma.fields.Boolean()
    device_time = ma.fields.String(required=True)
    customer = ma.fields.String(required=True, allow_none=True)


class BoardAlertView(ma.Schema):
    """An alert of triage that is not cleared, and since when it stands (`at`)."""

    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    severity = Choice("urgent", "warning", "notice", required=True)
    visit = ma.fields.String(required=True, allow_none=True)
    consultant = ma.fields.String(required=True, allow_none=True)
    why = ma.fields.Nested(WhyView, required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    at = ma.fields.String(required=True, metadata={"format": "date-time"})


class BoardView(ma.Schema):
    """The flow board of a branch today; the stream goes on after `sequence`.

    `alerts` are for the desk and for supervisors, empty for everybody else.
    """

    branch = ma.fields.String(required=True)
    day = Day(required=True)
    timezone = ma.fields.String(required=True)
    sequence = ma.fields.Integer(required=True)
    cards = ma.fields.List(ma.fields.Nested(CardView), required=True)
    consultants = ma.fields.List(ma.fields.Nested(ConsultantView), required=True)
    unrecognised = ma.fields.List(ma.fields.Nested(BoardReadView), required=True)
    alerts = ma.fields.List(ma.fields.Nested(BoardAlertView), required=True)


class ScreenCardView(ma.Schema):
    """One card as a wall screen shows it: no name in full, no project, no money."""

    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    tab = Choice(*TABS, required=True)
    state = ma.fields.String(required=True)
    since = ma.fields.String(required=True)
    waiting_since = ma.fields.String(required=True, allow_none=True)
    promised_at = ma.fields.String(required=True, allow_none=True)
    to = ma.fields.Nested(ReceiverView, required=True, allow_none=True)
    label = ma.fields.String(required=True)


class ScreenView(ma.Schema):
    """The flow board without personal data."""

    branch = ma.fields.String(required=True)
    day = Day(required=True)
    timezone = ma.fields.String(required=True)
    sequence = ma.fields.Integer(required=True)
    cards = ma.fields.List(ma.fields.Nested(ScreenCardView), required=True)
    consultants = ma.fields.List(ma.fields.Nested(ConsultantView), required=True)


@routes.read("/board", may="board.read", query=BranchQuery, returns=BoardView)
def board(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the flow board of a branch today; go on with the stream after its sequence."""
    permissions.must(uow.actor, "customer.read")  # a wall screen's account has its own view
    found = _today(uow, query["branch"])
    alerts = found["alerts"] if permissions.may(uow.actor, "alert.read") else []
    return {**found, "cards": [with_clock(card, uow.now) for card in found["cards"]], "alerts": alerts}


@routes.read("/board/screen", may="board.read", query=BranchQuery, returns=ScreenView)
def screen(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the flow board without personal data, for wall screens."""
    found = _today(uow, query["branch"])
    return {**found, "cards": [for_screen("card", card) for card in found["cards"]]}


def _today(uow: UnitOfWork, branch: str) -> dict[str, Any]:
    if not uow.branches.known(branch):
        raise UnknownBranch(facts={"branch": branch})
    timezone = uow.branches.timezone(branch)
    day = business_day(uow.now, timezone)
    return {"branch": branch, "day": day, "timezone": timezone, **uow.board.snapshot(branch, day)}
