"""Roster, statuses, rotation table and ledger over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from qiantai.web.routes import Routes

from triage.api import schemas
from triage.api.numbers import LedgerQuery, ledger_file
from triage.api.sheets import FILES
from triage.usecases import duty, ledger
from triage.usecases.model import RosterPlace
from triage.usecases.ports import UnitOfWork

routes = Routes("duty", about="Who is on duty, whose turn it is, and the ledger that proves it")


@routes.write(
    "PUT", "/roster/<branch:branch>/<code:staff>", may="roster.edit", body=schemas.PlaceBody, returns=schemas.PlaceView
)
def schedule(uow: UnitOfWork, branch: str, staff: str, body: dict[str, Any]) -> RosterPlace:
    """Set a consultant's standing settings in a branch; a running day follows at once."""
    scope = body.pop("scope")
    lists: dict[str, Any] = {name: tuple(body.pop(name)) for name in ("barred", "designated")}
    place = RosterPlace(branch=branch, staff=staff, scope=None if scope is None else tuple(scope), **lists, **body)
    return duty.schedule_consultant(place, uow)


@routes.read("/roster/<branch:branch>", may="roster.read", returns=schemas.RosterView)
def roster(uow: UnitOfWork, branch: str) -> dict[str, Any]:
    """Return the standing roster of a branch."""
    return {"items": uow.roster.of(branch)}


@routes.write(
    "POST", "/consultants/<code:staff>/status", may="status.set", body=schemas.StatusBody, returns=schemas.RotationView
)
def status(uow: UnitOfWork, staff: str, body: dict[str, Any]) -> Mapping[str, Any]:
    """Say what a consultant is doing; returns the rotation table."""
    duty.set_status(body["branch"], staff, body["status"], uow)
    live = uow.days.lock(body["branch"], uow.days.today(body["branch"], uow.now))
    return ledger.table_of(live.day, uow)


@routes.write(
    "PUT", "/rotation/<branch:branch>/order", may="roster.edit", body=schemas.OrderBody, returns=schemas.RotationView
)
def order(uow: UnitOfWork, branch: str, body: dict[str, Any]) -> Mapping[str, Any]:
    """Set today's order by hand, with a reason; returns the rotation table."""
    duty.reorder(branch, tuple(body["order"]), body["reason"], uow)
    return ledger.table_of(uow.days.lock(branch, uow.days.today(branch, uow.now)).day, uow)


@routes.read("/rotation", may="roster.read", query=schemas.DayQuery, returns=schemas.RotationView)
def rotation(uow: UnitOfWork, query: dict[str, Any]) -> Mapping[str, Any]:
    """轮排表: order, pointer, credits and swaps of a branch day."""
    return ledger.rotation_table(query["branch"], schemas.asked_day(query, uow), uow)


@routes.read("/ledger", may="ledger.read", query=LedgerQuery, returns=schemas.LedgerView, also=FILES)
def entries(uow: UnitOfWork, query: dict[str, Any]) -> Response | dict[str, Any]:
    """Return every entry of a branch day, explained; as a file one line per decision."""
    day = schemas.asked_day(query, uow)
    lines = ledger.ledger_lines(query["branch"], day, uow)
    return {"items": lines} if query["format"] == "json" else ledger_file(query, day, lines)


@routes.read("/ledger/verification", may="ledger.read", query=schemas.DayQuery, returns=schemas.VerificationView)
def verification(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Check the hash chain and replay the day."""
    faults = ledger.verify_day(query["branch"], schemas.asked_day(query, uow), uow)
    return {"whole": not faults, "faults": faults}


@routes.read("/ledger/script", may="ledger.read", query=schemas.DayQuery, returns=schemas.ScriptView)
def script(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Export a branch day as a day script that replays to the same decisions."""
    return ledger.export_day(query["branch"], schemas.asked_day(query, uow), uow)
