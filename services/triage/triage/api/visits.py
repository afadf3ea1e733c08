"""Visits over HTTP: registering, assigning, and what happens afterwards."""

from __future__ import annotations

from typing import Any

from qiantai.web.paging import Page, cut, page_of, write_cursor
from qiantai.web.routes import Routes

from triage.api import schemas
from triage.api.queries import asked_day, id_of
from triage.domain.rotation.explain import explain
from triage.usecases.accept_visit import accept_visit
from triage.usecases.change_on_wish import ChangeOnWish, change_on_wish
from triage.usecases.finish_visit import FinishVisit, finish_visit
from triage.usecases.leave_visit import LeaveVisit, leave_visit
from triage.usecases.model import SAID, Said, VisitRecord
from triage.usecases.name_referrer import NameReferrer, name_referrer
from triage.usecases.object_to_move import ObjectToMove, object_to_move
from triage.usecases.ports import UnitOfWork
from triage.usecases.propose_visit import propose_visit
from triage.usecases.reassign_visit import ReassignVisit, reassign_visit
from triage.usecases.reclassify_visit import ReclassifyVisit, reclassify_visit
from triage.usecases.register_visit import Circumstances, RegisterVisit, register_visit
from triage.usecases.retriage_visit import RetriageVisit, retriage_visit
from triage.usecases.start_visit import start_visit
from triage.usecases.triage_again import TriageAgain, triage_again
from triage.usecases.triage_visit import TriageVisit, triage_visit
from triage.usecases.void_visit import VoidVisit, void_visit

routes = Routes("visits", about="Visits and their assignment (T1-T27)")


def _command(body: dict[str, Any]) -> RegisterVisit:
    said, given = _said(body), body.pop("circumstances")
    return RegisterVisit(said=said, circumstances=Circumstances(**given), **body)


def _said(body: dict[str, Any]) -> Said:
    """Take what is said at the desk out of a body; a project is said, or none is."""
    said: dict[str, Any] = {name: body.pop(name) for name in SAID}
    lists = {name: None if said[name] is None else tuple(said[name]) for name in ("soon", "absent")}
    return Said(**{**said, **lists, "projects": tuple(said["projects"]) or None})


@routes.write("POST", "/visits", may="visit.register", body=schemas.RegisterBody, returns=schemas.VisitView, status=201)
def register(uow: UnitOfWork, body: dict[str, Any]) -> VisitRecord:
    """Register an arrival at the desk and assign it by the rotation."""
    return register_visit(_command(body), uow)


@routes.write("POST", "/visits/proposal", may="visit.register", body=schemas.RegisterBody, returns=schemas.ProposalView)
def propose(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Say which class and whom an arrival would get, and why; nothing is changed."""
    record, decision = propose_visit(_command(body), uow)
    why = explain(decision, uow.roster.names(record.branch)) if decision else None
    return {
        "visit_class": record.visit_class,
        "class_rules": record.class_rules,
        "class_why": record.class_why,
        "missing": record.missing,
        "to": decision.to if decision else None,
        "basis": str(decision.basis) if decision else None,
        "counted": bool(decision and decision.counted),
        "rules": decision.rules if decision else (),
        "why": why,
    }


@routes.read("/visits", may="visit.read", query=schemas.VisitsQuery, returns=page_of(schemas.VisitView))
def find(uow: UnitOfWork, query: dict[str, Any]) -> Page[VisitRecord]:
    """Return the visits of a branch and day."""
    day = asked_day(query, uow)
    rows = uow.visits.find(
        branch=query["branch"],
        day=day,
        stage=query["stage"],
        customer=query["customer"],
        after=id_of(query),
        limit=query["limit"] + 1,
    )
    return cut(rows, query["limit"], lambda visit: write_cursor(visit.id))


@routes.read("/visits/<id:visit>", may="visit.read", returns=schemas.VisitView)
def get(uow: UnitOfWork, visit: str) -> VisitRecord:
    """Return a visit."""
    return uow.visits.get(visit)


@routes.write(
    "POST", "/visits/<id:visit>/triage", may="visit.triage", body=schemas.TriageBody, returns=schemas.VisitView
)
def triage(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """Assign a registered visit whose missing answers the desk now has."""
    return triage_visit(TriageVisit(visit=visit, said=_said(body)), uow)


@routes.write("POST", "/visits/<id:visit>/start", may="visit.start", returns=schemas.VisitView)
def start(uow: UnitOfWork, visit: str) -> VisitRecord:
    """The consultant receives the visitor."""
    return start_visit(visit, uow)


@routes.write(
    "POST", "/visits/<id:visit>/finish", may="visit.finish", body=schemas.FinishBody, returns=schemas.VisitView
)
def finish(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The consultation has its outcome."""
    return finish_visit(FinishVisit(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/leave", may="visit.triage", body=schemas.ReasonBody, returns=schemas.VisitView
)
def leave(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The visitor leaves without a consultation."""
    return leave_visit(LeaveVisit(visit=visit, **body), uow)


@routes.write("POST", "/visits/<id:visit>/void", may="visit.void", body=schemas.ReasonBody, returns=schemas.VisitView)
def void(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """分诊作废: the assignment no longer counts (T24)."""
    return void_visit(VoidVisit(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/retriage", may="visit.triage", body=schemas.RetriageBody, returns=schemas.VisitView
)
def retriage(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """A void visit is decided anew (T24)."""
    return retriage_visit(RetriageVisit(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/referrer", may="visit.triage", body=schemas.ReferrerBody, returns=schemas.VisitView
)
def referrer(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """老带新: the referrer is found only now (T12)."""
    return name_referrer(NameReferrer(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/change", may="visit.triage", body=schemas.ChangeBody, returns=schemas.VisitView
)
def change(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The customer wishes another consultant (T26)."""
    return change_on_wish(ChangeOnWish(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/reassign", may="visit.reassign", body=schemas.SupervisorBody, returns=schemas.VisitView
)
def reassign(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """改派: the supervisor names who receives (T11, T21, T23, T27)."""
    return reassign_visit(ReassignVisit(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/stand-in", may="visit.start", body=schemas.StandInBody, returns=schemas.VisitView
)
def stand_in(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The consultant objects to a move and names who stands in (T22)."""
    return object_to_move(ObjectToMove(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/class", may="visit.triage", body=schemas.ReclassifyBody, returns=schemas.VisitView
)
def reclassify(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """The class is changed afterwards, with a reason (T6, T7)."""
    return reclassify_visit(ReclassifyVisit(visit=visit, **body), uow)


@routes.write(
    "POST", "/visits/<id:visit>/second", may="visit.triage", body=schemas.SecondBody, returns=schemas.VisitView
)
def second(uow: UnitOfWork, visit: str, body: dict[str, Any]) -> VisitRecord:
    """再分诊: a further stage of the same visit (T25)."""
    return triage_again(TriageAgain(visit=visit, **{**body, "projects": tuple(body["projects"])}), uow)


@routes.write("POST", "/visits/<id:visit>/accept", may="visit.start", returns=schemas.VisitView)
def accept(uow: UnitOfWork, visit: str) -> VisitRecord:
    """The consultant accepts the visit."""
    return accept_visit(visit, uow)
