"""Whose customer somebody is, and what stand-ins left for the owner, over HTTP (T11, T26)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Code, Id, Instant, Text
from qiantai.web.routes import Routes

from triage.usecases.move_owner import MoveCustomer, move_owner
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import OwnerRecord

routes = Routes("owners", about="Who is responsible for a customer (T11, T26)")

_MOST_NOTES = 100


class MoveOwnerBody(Body):
    """A supervisor's decision: who is responsible from now on, and gets the performance of later deals."""

    branch = BranchCode(required=True)
    to = Code(required=True)
    reason = Text(300, required=True)


class OwnerView(ma.Schema):
    """Who is responsible for a customer since when; null before the first consultation."""

    customer = Id(required=True)
    consultant = ma.fields.String(required=True, allow_none=True)
    since = Instant(required=True, allow_none=True)


class StandInNoteView(ma.Schema):
    """What a stand-in left for the owner."""

    visit = Id(required=True)
    branch = ma.fields.String(required=True)
    customer = Id(required=True)
    owner = ma.fields.String(required=True, allow_none=True)
    stand_in = ma.fields.String(required=True)
    note = ma.fields.String(required=True)
    written_at = Instant(required=True)


class StandInNotesView(ma.Schema):
    """Notes of stand-ins, the newest first, at most a hundred."""

    items = ma.fields.List(ma.fields.Nested(StandInNoteView), required=True)


@routes.read("/customers/<id:customer>/owner", may="visit.read", returns=OwnerView)
def owner(uow: UnitOfWork, customer: str) -> OwnerRecord:
    """Return who is responsible for a customer."""
    return uow.customers.owner_of(customer)


@routes.write("POST", "/customers/<id:customer>/owner", may="owner.move", body=MoveOwnerBody, returns=OwnerView)
def move(uow: UnitOfWork, customer: str, body: dict[str, Any]) -> OwnerRecord:
    """Make another consultant responsible; an entry in the branch day's ledger says who decided and why."""
    return move_owner(MoveCustomer(customer=customer, **body), uow)


@routes.read("/customers/<id:customer>/stand-in-notes", may="visit.read", returns=StandInNotesView)
def notes(uow: UnitOfWork, customer: str) -> dict[str, Any]:
    """Return what stand-ins have left for the owner of this customer (T11)."""
    return {"items": uow.stand_in_notes.of(customer, limit=_MOST_NOTES)}
