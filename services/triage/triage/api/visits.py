"""Visits over HTTP: arriving at the desk, and reading them (T1-T27)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import marshmallow as ma
from qiantai.both import Both
from qiantai.web.fields import Body, BranchCode, Choice, Code, Codes, Day, Id, Text, Whole
from qiantai.web.may import May
from qiantai.web.paging import Page, PageQuery, cut, id_of, page_of, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.views import View, nested, view_of

from triage.api.queries import asked_day
from triage.domain.rotation.explain import Explanation, explain
from triage.domain.words import VisitClass
from triage.usecases.act import as_seen, receivers_of
from triage.usecases.model import SAID, Said, VisitRecord
from triage.usecases.offered import offered
from triage.usecases.ports import UnitOfWork
from triage.usecases.propose_visit import propose_visit
from triage.usecases.register_visit import Circumstances, RegisterVisit, read_ahead, register_visit
from triage.usecases.triage_visit import TriageVisit, triage_visit

routes = Routes("visits", about="Visits: arriving at the desk, and reading them (T1-T27)")


class CircumstancesBody(Body):
    """What the receptionist sees or is told (T3, T5)."""

    with_guardian = ma.fields.Boolean(load_default=False)
    on_behalf_of_other = ma.fields.Boolean(load_default=False)
    companion = ma.fields.Boolean(load_default=False)
    haemangioma = ma.fields.Boolean(load_default=False)
    scar_age_months = Whole(0, 1200, load_default=None, allow_none=True)
    free_trial = ma.fields.Boolean(load_default=False)
    refund_only = ma.fields.Boolean(load_default=False)
    for_treatment = ma.fields.Boolean(load_default=False)
    after_care = ma.fields.Boolean(load_default=False)
    wants_consult = ma.fields.Boolean(load_default=False)
    pays_balance = ma.fields.Boolean(load_default=False)
    project_offered = ma.fields.Boolean(load_default=True)


class SaidBody(Body):
    """What is said at the desk about an arrival; what is left out is not said. `visit_class` needs a reason (T6)."""

    projects = Codes(load_default=list)
    primary = Code(load_default=None, allow_none=True)
    visit_class = Choice(*VisitClass, load_default=None, allow_none=True)
    referrer = Id(load_default=None, allow_none=True)
    stand_in = Code(load_default=None, allow_none=True)
    online_consultant = Code(load_default=None, allow_none=True)
    appointment = Id(load_default=None, allow_none=True)
    party = Text(60, load_default=None, allow_none=True)
    source = Text(60, load_default=None, allow_none=True)
    requested = Code(load_default=None, allow_none=True)
    treat_now = ma.fields.Boolean(load_default=None, allow_none=True)
    soon = Codes(load_default=None, allow_none=True)
    absent = Codes(load_default=None, allow_none=True)


class RegisterBody(SaidBody):
    """An arrival at the desk; without `visit_class` the proposal holds (T6).

    `also_here`: although the customer has an open visit in another branch.
    """

    branch = BranchCode(required=True)
    customer = Id(required=True)
    scan = Id(load_default=None, allow_none=True)
    also_here = ma.fields.Boolean(load_default=False)
    override_reason = Text(300, load_default=None, allow_none=True)
    remark = Text(500, load_default=None, allow_none=True)
    circumstances = ma.fields.Nested(CircumstancesBody, load_default=dict)


class TriageBody(SaidBody):
    """What the desk was still to ask; what is left out stays as it was said at the registration."""

    projects = Codes(required=True)
    override_reason = Text(300, load_default=None, allow_none=True, data_key="reason")

    @ma.validates("projects")
    def _some(self, value: list[str], data_key: str) -> None:  # noqa: ARG002
        if not value:
            raise ma.ValidationError(Both("Name at least one project.", "请至少选择一个项目。"))


class VisitsQuery(PageQuery):
    """Visits of a branch and day (today without `day`); `mine`: that are the asker's to receive, or were received."""

    branch = BranchCode(required=True)
    day = Day(load_default=None)
    stage = Text(30, load_default=None)
    customer = Id(load_default=None)
    mine = ma.fields.Boolean(load_default=False)


WhyView = view_of(Explanation)
VisitView = view_of(
    VisitRecord,
    without=("said", "online_consultant", "objector"),
    also=("over",),
    more={"class_why": nested(WhyView), "may": May(offered)},
    about="A visit as the desk sees it, with the decision and why.",
    name="VisitView",
)


class ProposalView(View):
    """What would happen: the class, and to whom the visit would go and why; `to` is null while answers are missing."""

    visit_class = ma.fields.String(required=True)
    class_rules = ma.fields.List(ma.fields.String(), required=True)
    class_why = nested(WhyView)
    missing = ma.fields.List(ma.fields.String(), required=True)
    to = ma.fields.String(required=True, allow_none=True)
    basis = ma.fields.String(required=True, allow_none=True)
    counted = ma.fields.Boolean(required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    why = nested(WhyView, allow_none=True)


def _command(body: dict[str, Any]) -> RegisterVisit:
    said, given = _said(body), body.pop("circumstances")
    return RegisterVisit(said=said, circumstances=Circumstances(**given), **body)


def _said(body: dict[str, Any]) -> Said:
    """Take what is said at the desk out of a body; a project is said, or none is."""
    said: dict[str, Any] = {name: body.pop(name) for name in SAID}
    lists = {name: None if said[name] is None else tuple(said[name]) for name in ("soon", "absent")}
    return Said(**{**said, **lists, "projects": tuple(said["projects"]) or None})


def _read_ahead(uow: UnitOfWork, bodies: Sequence[tuple[dict[str, Any], datetime]]) -> None:
    read_ahead(uow, [(_command(dict(body)), now) for body, now in bodies])


@routes.write(
    "POST", "/visits", may="visit.register", body=RegisterBody, returns=VisitView, status=201, together=_read_ahead
)
def register(uow: UnitOfWork, body: dict[str, Any]) -> VisitRecord:
    """Register an arrival at the desk and assign it by the rotation."""
    return register_visit(_command(body), uow)


@routes.write("POST", "/visits/proposal", may="visit.register", body=RegisterBody, returns=ProposalView)
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


@routes.read("/visits", may="visit.read", query=VisitsQuery, returns=page_of(VisitView))
def find(uow: UnitOfWork, query: dict[str, Any]) -> Page[VisitRecord]:
    """Return the visits of a branch and day."""
    day = asked_day(query, uow)
    rows = uow.visits.find(
        branch=query["branch"],
        day=day,
        stage=query["stage"],
        customer=query["customer"],
        receivers=receivers_of(uow.actor) if query["mine"] else None,
        after=id_of(query),
        limit=query["limit"] + 1,
    )
    return cut(rows, query["limit"], lambda visit: write_cursor(visit.id))


@routes.read("/visits/<id:visit>", may="visit.read", returns=VisitView)
def get(uow: UnitOfWork, visit: str) -> VisitRecord:
    """Return a visit."""
    return uow.visits.get(visit)


@routes.write("POST", "/visits/<id:visit>/triage", may="visit.triage", body=TriageBody, returns=VisitView, puts=True)
def triage(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """Assign a registered visit whose missing answers the desk now has."""
    as_seen(visit, version, uow)
    return triage_visit(TriageVisit(visit=visit, said=_said(body)), uow)
