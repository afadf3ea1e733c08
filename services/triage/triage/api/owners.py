"""Whose customer somebody is, and what stand-ins left for the owner, over HTTP (T11, T26)."""

from __future__ import annotations

from typing import Any

from qiantai.web.fields import Body, BranchCode, Code, Text
from qiantai.web.routes import Routes
from qiantai.web.views import list_of, view_of

from triage.usecases.move_owner import MoveCustomer, move_owner
from triage.usecases.ownership import owner_here, refuse_elsewhere
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import OwnerRecord, StandInNote

routes = Routes("owners", about="Who is responsible for a customer (T11, T26)")

_MOST_NOTES = 100


class MoveOwnerBody(Body):
    """A supervisor's decision: who is responsible from now on, and gets the performance of later deals."""

    branch = BranchCode(required=True)
    to = Code(required=True)
    reason = Text(300, required=True)


OwnerView = view_of(
    OwnerRecord,
    without=("version",),
    about="Who is responsible for a customer since when; null before the first consultation.",
    name="OwnerView",
)
StandInNoteView = view_of(StandInNote)


@routes.read("/customers/<id:customer>/owner", may="visit.read", returns=OwnerView)
def owner(uow: UnitOfWork, customer: str) -> OwnerRecord:
    """Return who is responsible for a customer who has been in the caller's branches or is expected there."""
    return owner_here(customer, uow)


@routes.write("POST", "/customers/<id:customer>/owner", may="owner.move", body=MoveOwnerBody, returns=OwnerView)
def move(uow: UnitOfWork, customer: str, body: dict[str, Any]) -> OwnerRecord:
    """Make another consultant responsible; an entry in the branch day's ledger says who decided and why."""
    return move_owner(MoveCustomer(customer=customer, **body), uow)


@routes.read("/customers/<id:customer>/stand-in-notes", may="visit.read", returns=list_of(StandInNoteView))
def notes(uow: UnitOfWork, customer: str) -> dict[str, Any]:
    """Return what stand-ins have left for the owner of this customer (T11), the newest first, at most a hundred."""
    refuse_elsewhere(customer, uow)
    return {"items": uow.stand_in_notes.of(customer, limit=_MOST_NOTES)}
