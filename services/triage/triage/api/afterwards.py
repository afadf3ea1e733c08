"""What becomes of a visit after its arrival, over HTTP."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, Choice, Code, Codes, Id, Text
from qiantai.web.routes import Routes

from triage.api.visits import VisitView
from triage.domain.words import VisitClass
from triage.usecases.accept_visit import accept_visit
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


@routes.write("POST", "/visits/<id:visit>/start", may="visit.start", returns=VisitView)
def start(uow: UnitOfWork, visit: str) -> VisitRecord:
    """The consultant receives the visitor."""
    return start_visit(visit, uow)


@routes.write("POST", "/visits/<id:visit>/finish", may="visit.finish", body=FinishBody, returns=VisitView)
def finish(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The consultation has its outcome."""
    return finish_visit(FinishVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/leave", may="visit.triage", body=ReasonBody, returns=VisitView)
def leave(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The visitor leaves without a consultation."""
    return leave_visit(LeaveVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/void", may="visit.void", body=ReasonBody, returns=VisitView)
def void(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """分诊作废: the assignment no longer counts (T24)."""
    return void_visit(VoidVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/retriage", may="visit.triage", body=RetriageBody, returns=VisitView)
def retriage(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """A void visit is decided anew (T24)."""
    return retriage_visit(RetriageVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/referrer", may="visit.triage", body=ReferrerBody, returns=VisitView)
def referrer(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """老带新: the referrer is found only now (T12)."""
    return name_referrer(NameReferrer(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/change", may="visit.triage", body=ChangeBody, returns=VisitView)
def change(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The customer wishes another consultant (T26)."""
    return change_on_wish(ChangeOnWish(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/reassign", may="visit.reassign", body=SupervisorBody, returns=VisitView)
def reassign(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """改派: the supervisor names who receives (T11, T21, T23, T27)."""
    return reassign_visit(ReassignVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/stand-in", may="visit.start", body=StandInBody, returns=VisitView)
def stand_in(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The consultant objects to a move and names who stands in (T22)."""
    return object_to_move(ObjectToMove(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/class", may="visit.triage", body=ReclassifyBody, returns=VisitView)
def reclassify(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The class is changed afterwards, with a reason (T6, T7)."""
    return reclassify_visit(ReclassifyVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/second", may="visit.triage", body=SecondBody, returns=VisitView)
def second(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """再分诊: a further stage of the same visit (T25)."""
    return triage_again(TriageAgain(visit=visit, **{**body, "projects": tuple(body["projects"])}), uow)


@routes.write("POST", "/visits/<id:visit>/accept", may="visit.start", returns=VisitView)
def accept(uow: UnitOfWork, visit: str) -> VisitRecord:
    """The consultant accepts the visit."""
    return accept_visit(visit, uow)
