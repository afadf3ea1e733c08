"""Roster, statuses, rotation table and ledger over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Response
from qiantai.web.fields import Body, BranchCode, Choice, Codes, Name, Text, Whole
from qiantai.web.may import May
from qiantai.web.routes import Routes
from qiantai.web.views import list_of, many, view_of

from triage.api.numbers import LedgerQuery, ledger_file
from triage.api.queries import DayQuery, asked_day
from triage.api.sheets import FILES
from triage.domain.ledger.chain import Finding
from triage.domain.words import Status
from triage.usecases import duty, ledger
from triage.usecases.ledger import ExplainedEntry, LaneTable, OnDuty, RotationTable
from triage.usecases.model import RosterPlace
from triage.usecases.offered import offered_on_consultant, offered_on_lane
from triage.usecases.ports import UnitOfWork

routes = Routes("duty", about="Who is on duty, whose turn it is, and the ledger that proves it")


class StatusBody(Body):
    """What a consultant is doing."""

    branch = BranchCode(required=True)
    status = Choice(*Status, required=True)


class OrderBody(Body):
    """Today's order by hand, with a reason."""

    order = Codes(200, required=True)
    reason = Text(300, required=True)


class PlaceBody(Body):
    """A consultant's standing settings in a branch; `scope` null is every project."""

    name = Name(60, required=True)
    shift = Text(20, load_default="day")
    scope = Codes(500, load_default=None, allow_none=True)
    barred = Codes(500, load_default=list)
    designated = Codes(500, load_default=list)
    place = Whole(1, 1000, required=True)
    active = ma.fields.Boolean(load_default=True)


PlaceView = view_of(RosterPlace, about="A consultant's standing settings in a branch.", name="PlaceView")
LaneView = view_of(
    LaneTable,
    without=("possible",),
    more={"may": May(offered_on_lane)},
    about="The order of one lane, with what is owed in it; `own_order`: it is the policy's, not the day's.",
    name="LaneTableView",
)
OnDutyView = view_of(
    OnDuty,
    without=("possible",),
    more={"may": May(offered_on_consultant)},
    about="A consultant of the day.",
    name="OnDutyView",
)
RotationView = view_of(
    RotationTable, more={"lanes": many(LaneView), "consultants": many(OnDutyView)}, name="RotationView"
)
EntryView = view_of(ExplainedEntry, name="EntryView")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether the ledger is whole and follows from the rules."""

    whole: bool
    faults: tuple[Finding, ...]


class ScriptView(ma.Schema):
    """A day script (see the rule book): `triage replay` reads it."""

    branch = ma.fields.String(required=True)
    date = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    policy = ma.fields.Dict(required=True)
    projects = ma.fields.List(ma.fields.Dict(), required=True)
    consultants = ma.fields.List(ma.fields.Dict(), required=True)
    order = ma.fields.List(ma.fields.String(), required=True)
    owners = ma.fields.Dict(required=True)
    carried = ma.fields.Dict()
    designated = ma.fields.Dict()
    events = ma.fields.List(ma.fields.Dict(), required=True)


@routes.write(
    "PUT", "/roster/<branch:branch>/<code:staff>", may="roster.edit", body=PlaceBody, returns=PlaceView, puts=True
)
def schedule(uow: UnitOfWork, branch: str, staff: str, body: dict[str, Any], version: int | None) -> RosterPlace:
    """Set a consultant's standing settings in a branch, over those of If-Match; a running day follows at once."""
    scope = body.pop("scope")
    lists: dict[str, Any] = {name: tuple(body.pop(name)) for name in ("barred", "designated")}
    place = RosterPlace(branch=branch, staff=staff, scope=None if scope is None else tuple(scope), **lists, **body)
    return duty.schedule_consultant(place, uow, over=version)


@routes.read("/roster/<branch:branch>", may="roster.read", returns=list_of(PlaceView))
def roster(uow: UnitOfWork, branch: str) -> dict[str, Any]:
    """Return the standing roster of a branch."""
    return {"items": uow.roster.of(branch)}


@routes.write("POST", "/consultants/<code:staff>/status", may="status.set", body=StatusBody, returns=RotationView)
def status(uow: UnitOfWork, staff: str, body: dict[str, Any]) -> RotationTable:
    """Say what a consultant is doing; returns the rotation table."""
    duty.set_status(body["branch"], staff, body["status"], uow)
    live = uow.days.lock(body["branch"], uow.days.today(body["branch"], uow.now))
    return ledger.table_of(live.day, uow)


@routes.write("PUT", "/rotation/<branch:branch>/order", may="roster.edit", body=OrderBody, returns=RotationView)
def order(uow: UnitOfWork, branch: str, body: dict[str, Any]) -> RotationTable:
    """Set today's order by hand, with a reason; returns the rotation table."""
    duty.reorder(branch, tuple(body["order"]), body["reason"], uow)
    return ledger.table_of(uow.days.lock(branch, uow.days.today(branch, uow.now)).day, uow)


@routes.read("/rotation", may="roster.read", query=DayQuery, returns=RotationView)
def rotation(uow: UnitOfWork, query: dict[str, Any]) -> RotationTable:
    """轮排表: order, pointer, credits and swaps of a branch day."""
    return ledger.rotation_table(query["branch"], asked_day(query, uow), uow)


@routes.read("/ledger", may="ledger.read", query=LedgerQuery, returns=list_of(EntryView), also=FILES)
def entries(uow: UnitOfWork, query: dict[str, Any]) -> Response | dict[str, Any]:
    """Return every entry of a branch day, explained; as a file one line per decision."""
    day = asked_day(query, uow)
    lines = ledger.ledger_lines(query["branch"], day, uow)
    return {"items": lines} if query["format"] == "json" else ledger_file(query, day, lines)


@routes.read("/ledger/verification", may="ledger.read", query=DayQuery, returns=view_of(Verification))
def verification(uow: UnitOfWork, query: dict[str, Any]) -> Verification:
    """Check the hash chain and replay the day."""
    faults = ledger.verify_day(query["branch"], asked_day(query, uow), uow)
    return Verification(whole=not faults, faults=tuple(faults))


@routes.read("/ledger/script", may="ledger.read", query=DayQuery, returns=ScriptView)
def script(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Export a branch day as a day script that replays to the same decisions."""
    return ledger.export_day(query["branch"], asked_day(query, uow), uow)
