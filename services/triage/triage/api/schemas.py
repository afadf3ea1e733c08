"""What goes in and out over HTTP."""

from __future__ import annotations

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Code, Codes, Day, Id, Text, Whole
from qiantai.web.paging import PageQuery
from qiantai.web.views import View, nested, view_of

from triage.domain.rotation.explain import Explanation
from triage.domain.words import VisitClass
from triage.usecases.model import VisitRecord

CLASSES = tuple(str(one) for one in VisitClass)


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
    visit_class = Choice(*CLASSES, load_default=None, allow_none=True)
    referrer = Id(load_default=None, allow_none=True)
    stand_in = Code(load_default=None, allow_none=True)
    online_consultant = Code(load_default=None, allow_none=True)
    party = Text(60, load_default=None, allow_none=True)
    source = Text(60, load_default=None, allow_none=True)
    requested = Code(load_default=None, allow_none=True)
    treat_now = ma.fields.Boolean(load_default=None, allow_none=True)
    soon = Codes(load_default=None, allow_none=True)
    absent = Codes(load_default=None, allow_none=True)


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

    projects = Codes(required=True)
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

    visit_class = Choice(*CLASSES, required=True)
    reason = Text(300, required=True)


class SecondBody(Body):
    """A further stage of the same visit (T25)."""

    treatment = ma.fields.Boolean(required=True)
    projects = Codes(load_default=list)
    primary = Code(load_default=None, allow_none=True)


class VisitsQuery(PageQuery):
    """Visits of a branch and day (today without `day`)."""

    branch = BranchCode(required=True)
    day = Day(load_default=None)
    stage = Text(30, load_default=None)
    customer = Id(load_default=None)


WhyView = view_of(Explanation)
VisitView = view_of(
    VisitRecord,
    without=("said", "online_consultant", "waiting_since"),
    more={"class_why": nested(WhyView)},
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
