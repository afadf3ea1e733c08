"""Scanners and the reads that opened nothing, over HTTP (G3, G6)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import BranchCode, Choice
from qiantai.web.may import May
from qiantai.web.routes import Routes
from qiantai.web.views import list_of, view_of

from device_gateway.domain.reads import Device, UnrecognisedRead
from device_gateway.usecases.offered import offered_device, offered_read
from device_gateway.usecases.ports import UnitOfWork
from device_gateway.usecases.reads import dismiss_read

routes = Routes("devices", about="Scanners and their reads (G3, G6)")


class DevicesQuery(ma.Schema):
    """Which branch; without it every branch that the asker works in."""

    branch = BranchCode(load_default=None)


class ReadsQuery(ma.Schema):
    """Which branch, and how many at most."""

    branch = BranchCode(required=True)
    limit = ma.fields.Integer(load_default=100, validate=ma.validate.Range(min=1, max=500))


DeviceView = view_of(
    Device,
    without=("version",),
    more={"state": Choice("unknown", "online", "offline", "faulty", required=True), "may": May(offered_device)},
    about="A scanner and how it is.",
)
ReadView = view_of(
    UnrecognisedRead,
    without=("id", "gateway_time", "closed_by", "closed_at"),
    more={
        "scan": ma.fields.String(required=True, attribute="id"),
        "state": Choice("open", "dismissed", "bound", required=True),
        "may": May(offered_read),
    },
    about="A read that opened nothing; `customer` where the number has been given to somebody.",
    name="ReadView",
)


@routes.read("/devices", may="device.read", query=DevicesQuery, returns=list_of(DeviceView))
def devices(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the scanners with their state, last read and counts."""
    return {"items": uow.reads.devices(branch=query["branch"], scope=uow.actor.scope)}


@routes.read("/unrecognised", may="device.read", query=ReadsQuery, returns=list_of(ReadView))
def unrecognised(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the open reads that opened nothing; bind one with POST /api/customers/{id}/cards."""
    return {"items": uow.reads.open_in(branch=query["branch"], limit=query["limit"])}


@routes.write("POST", "/unrecognised/<id:scan>/dismiss", may="scan.dismiss", returns=ReadView)
def dismiss(uow: UnitOfWork, scan: str) -> UnrecognisedRead:
    """Put an unrecognised read aside."""
    return dismiss_read(scan, uow)
