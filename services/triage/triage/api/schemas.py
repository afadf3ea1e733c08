"""What goes in and out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Code, Day, Id, Instant, Text, Whole
from qiantai.web.paging import PageQuery

from triage.domain.words import Status, VisitClass
from triage.usecases.ports import UnitOfWork

CLASSES = tuple(str(one) for one in VisitClass)
STATUSES = tuple(str(one) for one in Status)


def codes(longest: int = 20, **options: object) -> ma.fields.List[str]:
    """Return a field for a list of short codes."""
    return ma.fields.List(Code(), validate=ma.validate.Length(max=longest), **options)  # type: ignore[arg-type]


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

    projects = codes(load_default=list)
    primary = Code(load_default=None, allow_none=True)
    visit_class = Choice(*CLASSES, load_default=None, allow_none=True)
    referrer = Id(load_default=None, allow_none=True)
    stand_in = Code(load_default=None, allow_none=True)
    online_consultant = Code(load_default=None, allow_none=True)
    party = Text(60, load_default=None, allow_none=True)
    source = Text(60, load_default=None, allow_none=True)
    requested = Code(load_default=None, allow_none=True)
    treat_now = ma.fields.Boolean(load_default=None, allow_none=True)
    soon = codes(load_default=None, allow_none=True)
    absent = codes(load_default=None, allow_none=True)


class RegisterBody(SaidBody):
    """An arrival at the desk; without `visit_class` the proposal holds (T6)."""

    branch = BranchCode(required=True)
    customer = Id(required=True)
    appointment = Id(load_default=None, allow_none=True)
    scan = Id(load_default=None, allow_none=True)
    override_reason = Text(300, load_default=None, allow_none=True)
    remark = Text(500, load_default=None, allow_none=True)
    circumstances = ma.fields.Nested(CircumstancesBody, load_default=dict)


class TriageBody(SaidBody):
    """What the desk was still to ask; what is left out stays as it was said at the registration."""

    projects = codes(required=True)
    override_reason = Text(300, load_default=None, allow_none=True, data_key="reason")

    @ma.validates("projects")
    def _some(self, value: list[str], data_key: str) -> None:  # noqa: ARG002
        if not value:
            raise ma.ValidationError("Name at least one project.")


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

    soon = codes(load_default=None, allow_none=True)
    absent = codes(load_default=None, allow_none=True)
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

    visit_class = Choice(*CLASSES, required=True)
    reason = Text(300, required=True)


class SecondBody(Body):
    """A further stage of the same visit (T25)."""

    treatment = ma.fields.Boolean(required=True)
    projects = codes(load_default=list)
    primary = Code(load_default=None, allow_none=True)


class StatusBody(Body):
    """What a consultant is doing."""

    branch = BranchCode(required=True)
    status = Choice(*STATUSES, required=True)


class OrderBody(Body):
    """Today's order by hand, with a reason."""

    order = codes(200, required=True)
    reason = Text(300, required=True)


class PlaceBody(Body):
    """A consultant's standing settings in a branch; `scope` null is every project."""

    name = Text(60, required=True)
    shift = Text(20, load_default="day")
    scope = codes(500, load_default=None, allow_none=True)
    barred = codes(500, load_default=list)
    designated = codes(500, load_default=list)
    place = Whole(1, 1000, required=True)
    active = ma.fields.Boolean(load_default=True)


class VisitsQuery(PageQuery):
    """Visits of a branch and day (today without `day`)."""

    branch = BranchCode(required=True)
    day = Day(load_default=None)
    stage = Text(30, load_default=None)
    customer = Id(load_default=None)


class DayQuery(ma.Schema):
    """A branch day (today without `day`)."""

    branch = BranchCode(required=True)
    day = Day(load_default=None)


def asked_day(query: Mapping[str, Any], uow: UnitOfWork) -> date:
    """Return the day that a query asks for: today in the branch's zone where it names none."""
    day: date = query["day"] or uow.days.today(query["branch"], uow.now)
    return day


class WhyView(ma.Schema):
    """A text in Chinese and English."""

    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class VisitView(ma.Schema):
    """A visit as the desk sees it, with the decision and why."""

    id = Id(required=True)
    branch = ma.fields.String(required=True)
    day = Day(required=True)
    customer = Id(required=True)
    visit_class = ma.fields.String(required=True)
    proposed_class = ma.fields.String(required=True)
    class_rules = ma.fields.List(ma.fields.String(), required=True)
    class_why = ma.fields.Nested(WhyView, required=True)
    projects = ma.fields.List(ma.fields.String(), required=True)
    missing = ma.fields.List(ma.fields.String(), required=True)
    appointment = Id(required=True, allow_none=True)
    scan = Id(required=True, allow_none=True)
    referrer = Id(required=True, allow_none=True)
    stage = ma.fields.String(required=True)
    to = ma.fields.String(required=True, allow_none=True)
    consultant = ma.fields.String(required=True, allow_none=True)
    basis = ma.fields.String(required=True, allow_none=True)
    counted = ma.fields.Boolean(required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    why_zh = ma.fields.String(required=True)
    why_en = ma.fields.String(required=True)
    entry = ma.fields.Integer(required=True, allow_none=True)
    arrived_at = Instant(required=True)
    started_at = Instant(required=True, allow_none=True)
    finished_at = Instant(required=True, allow_none=True)
    outcome = ma.fields.String(required=True, allow_none=True)
    outcome_reason = ma.fields.String(required=True, allow_none=True)
    note = ma.fields.String(required=True, allow_none=True)
    remark = ma.fields.String(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)


class ProposalView(ma.Schema):
    """What would happen: the class, and to whom the visit would go and why; `to` is null while answers are missing."""

    visit_class = ma.fields.String(required=True)
    class_rules = ma.fields.List(ma.fields.String(), required=True)
    class_why = ma.fields.Nested(WhyView, required=True)
    missing = ma.fields.List(ma.fields.String(), required=True)
    to = ma.fields.String(required=True, allow_none=True)
    basis = ma.fields.String(required=True, allow_none=True)
    counted = ma.fields.Boolean(required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    why = ma.fields.Nested(WhyView, required=True, allow_none=True)


class PlaceView(ma.Schema):
    """A consultant's standing settings in a branch."""

    branch = ma.fields.String(required=True)
    staff = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    shift = ma.fields.String(required=True)
    scope = ma.fields.List(ma.fields.String(), required=True, allow_none=True)
    barred = ma.fields.List(ma.fields.String(), required=True)
    designated = ma.fields.List(ma.fields.String(), required=True)
    place = ma.fields.Integer(required=True)
    active = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class RosterView(ma.Schema):
    """The standing roster of a branch, in order."""

    items = ma.fields.List(ma.fields.Nested(PlaceView), required=True)


class CreditView(ma.Schema):
    """补派: an open credit."""

    consultant = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    visit = ma.fields.String(required=True)


class SwapView(ma.Schema):
    """Who owes whom the next turn."""

    debtor = ma.fields.String(required=True)
    creditor = ma.fields.String(required=True)
    visit = ma.fields.String(required=True)


class LaneView(ma.Schema):
    """The order of one lane."""

    lane = ma.fields.String(required=True)
    order = ma.fields.List(ma.fields.String(), required=True)
    pointer = ma.fields.String(required=True, allow_none=True)
    credits = ma.fields.List(ma.fields.Nested(CreditView), required=True)
    swaps = ma.fields.List(ma.fields.Nested(SwapView), required=True)


class DutyView(ma.Schema):
    """A consultant today."""

    consultant = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    status = ma.fields.String(required=True)
    engaged_visit = ma.fields.String(required=True, allow_none=True)
    first_visits = ma.fields.Integer(required=True)
    shift = ma.fields.String(required=True)


class RotationView(ma.Schema):
    """轮排表: the rotation table of a branch day."""

    branch = ma.fields.String(required=True)
    day = Day(required=True)
    lanes = ma.fields.List(ma.fields.Nested(LaneView), required=True)
    consultants = ma.fields.List(ma.fields.Nested(DutyView), required=True)


class EntryView(ma.Schema):
    """One entry of the ledger, explained."""

    seq = ma.fields.Integer(required=True)
    event = ma.fields.Dict(required=True)
    decisions = ma.fields.List(ma.fields.Dict(), required=True)
    why_zh = ma.fields.List(ma.fields.String(), required=True)
    why_en = ma.fields.List(ma.fields.String(), required=True)
    hash = ma.fields.String(required=True)


class LedgerView(ma.Schema):
    """The ledger of a branch day."""

    items = ma.fields.List(ma.fields.Nested(EntryView), required=True)


class FaultView(ma.Schema):
    """One fault at one entry of the ledger."""

    fault = ma.fields.String(required=True)
    seq = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)


class VerificationView(ma.Schema):
    """Whether the ledger is whole and follows from the rules."""

    whole = ma.fields.Boolean(required=True)
    faults = ma.fields.List(ma.fields.Nested(FaultView), required=True)


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
