"""Devices, unrecognised reads and the flow board over HTTP (G3, G6, G7)."""

from __future__ import annotations

from typing import Any

from qiantai import permissions
from qiantai.clock import business_day
from qiantai.web.routes import Routes

from device_gateway.api import schemas
from device_gateway.domain.errors import UnknownBranch
from device_gateway.domain.reads import UnrecognisedRead
from device_gateway.domain.shown import for_screen, with_clock
from device_gateway.usecases.ports import UnitOfWork
from device_gateway.usecases.reads import dismiss_read

routes = Routes("board", about="Flow board, scanners and their reads (G3, G6, G7)")


@routes.read("/devices", may="device.read", query=schemas.DevicesQuery, returns=schemas.DevicesView)
def devices(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the scanners with their state, last read and counts."""
    return {"items": uow.reads.devices(branch=query["branch"], scope=uow.actor.scope)}


@routes.read("/unrecognised", may="device.read", query=schemas.ReadsQuery, returns=schemas.ReadsView)
def unrecognised(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the open reads that opened nothing; bind one with POST /api/customers/{id}/cards."""
    return {"items": uow.reads.open_in(branch=query["branch"], limit=query["limit"])}


@routes.write("POST", "/unrecognised/<id:scan>/dismiss", may="scan.dismiss", returns=schemas.ReadView)
def dismiss(uow: UnitOfWork, scan: str) -> UnrecognisedRead:
    """Put an unrecognised read aside."""
    return dismiss_read(scan, uow)


@routes.read("/board", may="board.read", query=schemas.BranchQuery, returns=schemas.BoardView)
def board(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the flow board of a branch today; go on with the stream after its sequence."""
    permissions.must(uow.actor, "customer.read")  # a wall screen's account has its own view
    found = _today(uow, query["branch"])
    alerts = found["alerts"] if permissions.may(uow.actor, "alert.read") else []
    return {**found, "cards": [with_clock(card, uow.now) for card in found["cards"]], "alerts": alerts}


@routes.read("/board/screen", may="board.read", query=schemas.BranchQuery, returns=schemas.ScreenView)
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
