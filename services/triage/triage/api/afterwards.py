"""What becomes of a visit after its arrival, over HTTP."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, Choice, Code, Codes, Id, Text
from qiantai.web.routes import Routes

from triage.api.visits import VisitView
from triage.domain.words import VisitClass
from triage.usecases.accept_visit import accept_visit
from triage.usecases.act import as_seen
from triage.usecases.change_on_wish import ChangeOnWish, change_on_wish
from triage.usecases.finish_visit import FinishVisit, finish_visit
from triage.usecases.leave_visit import LeaveVisit, leave_visit
from triage.usecases.model import VisitRecord
from triage.usecases.name_referrer import NameReferrer, name_referrer
from triage.usecases.object_to_move import ObjectToMove, object_to_move
from triage.usecases.ports import UnitOfWork
from triage.usecases.reassign_visit import ReassignVisit, reassign_visit
from triage.usecases.reclassify_visit import ReclassifyVisit, reclassify_visit
from triage.usecases.retriage_visit import RetriageVisit, retriage_visit
from triage.usecases.start_visit import start_visit
from triage.usecases.triage_again import TriageAgain, triage_again
from triage.usecases.void_visit import VoidVisit, void_visit

routes = Routes("afterwards", about="What becomes of a visit: its consultation, its outcome, deciding it anew (T6-T27)")
"""With If-Match each is refused where the visit is not as it was seen, and says who was quicker."""


class FinishBody(Body):
    """The outcome of a consultation."""

    outcome = Choice("deal", "no_deal", required=True)
    reason = Text(300, load_default=None, allow_none=True)
    note = Text(2000, load_default=None, allow_none=True)


class ReasonBody(Body):
    """Why."""

    reason = Text(300, required=True)


class RetriageBody(Body):
    """New answers of the consultants, where there are any (T24)."""

    soon = Codes(load_default=None, allow_none=True)
    absent = Codes(load_default=None, allow_none=True)
    stand_in = Code(load_default=None, allow_none=True)


class ReferrerBody(Body):
    """The existing customer who referred this one (T12)."""

    referrer = Id(required=True)


class ChangeBody(Body):
    """The customer wishes another consultant (T26)."""

    to = Code(load_default=None, allow_none=True)
    reason = Text(300, required=True)


class SupervisorBody(Body):
    """The supervisor names who receives (T11, T21, T23, T27)."""

    to = Code(required=True)
    reason = Text(300, required=True)
    credit = ma.fields.Boolean(load_default=False)
    owns = ma.fields.Boolean(load_default=False)


class StandInBody(Body):
    """Who stands in for a consultant who objects to a move (T22)."""

    stand_in = Code(required=True)


class ReclassifyBody(Body):
    """Another class afterwards, with a reason (T6, T7)."""

    visit_class = Choice(*VisitClass, required=True)
    reason = Text(300, required=True)


class SecondBody(Body):
    """A further stage of the same visit (T25)."""

    treatment = ma.fields.Boolean(required=True)
    projects = Codes(load_default=list)
    primary = Code(load_default=None, allow_none=True)


@routes.write("POST", "/visits/<id:visit>/start", may="visit.start", returns=VisitView, puts=True)
def start(uow: UnitOfWork, visit: str, version: int | None) -> VisitRecord:
    """The consultant receives the visitor."""
    as_seen(visit, version, uow)
    return start_visit(visit, uow)


@routes.write("POST", "/visits/<id:visit>/finish", may="visit.finish", body=FinishBody, returns=VisitView, puts=True)
def finish(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """The consultation has its outcome."""
    as_seen(visit, version, uow)
    return finish_visit(FinishVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/leave", may="visit.triage", body=ReasonBody, returns=VisitView, puts=True)
def leave(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """The visitor leaves without a consultation."""
    as_seen(visit, version, uow)
    return leave_visit(LeaveVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/void", may="visit.void", body=ReasonBody, returns=VisitView, puts=True)
def void(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """分诊作废: the assignment no longer counts (T24)."""
    as_seen(visit, version, uow)
    return void_visit(VoidVisit(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/retriage", may="visit.triage", body=RetriageBody, returns=VisitView, puts=True
)
def retriage(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """A void visit is decided anew (T24)."""
    as_seen(visit, version, uow)
    return retriage_visit(RetriageVisit(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/referrer", may="visit.triage", body=ReferrerBody, returns=VisitView, puts=True
)
def referrer(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """老带新: the referrer is found only now (T12)."""
    as_seen(visit, version, uow)
    return name_referrer(NameReferrer(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/change", may="visit.triage", body=ChangeBody, returns=VisitView, puts=True)
def change(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """The customer wishes another consultant (T26)."""
    as_seen(visit, version, uow)
    return change_on_wish(ChangeOnWish(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/reassign", may="visit.reassign", body=SupervisorBody, returns=VisitView, puts=True
)
def reassign(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """改派: the supervisor names who receives (T11, T21, T23, T27)."""
    as_seen(visit, version, uow)
    return reassign_visit(ReassignVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/stand-in", may="visit.start", body=StandInBody, returns=VisitView, puts=True)
def stand_in(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """The consultant objects to a move and names who stands in (T22)."""
    as_seen(visit, version, uow)
    return object_to_move(ObjectToMove(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/class", may="visit.triage", body=ReclassifyBody, returns=VisitView, puts=True)
def reclassify(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """The class is changed afterwards, with a reason (T6, T7)."""
    as_seen(visit, version, uow)
    return reclassify_visit(ReclassifyVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/second", may="visit.triage", body=SecondBody, returns=VisitView, puts=True)
def second(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """再分诊: a further stage of the same visit (T25)."""
    as_seen(visit, version, uow)
    return triage_again(TriageAgain(visit=visit, **{**body, "projects": tuple(body["projects"])}), uow)


@routes.write("POST", "/visits/<id:visit>/accept", may="visit.start", returns=VisitView, puts=True)
def accept(uow: UnitOfWork, visit: str, version: int | None) -> VisitRecord:
    """The consultant accepts the visit."""
    as_seen(visit, version, uow)
    return accept_visit(visit, uow)
