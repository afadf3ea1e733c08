"""What goes in and out over HTTP."""

from __future__ import annotations

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Exactly, Id, Instant, Text, Whole
from qiantai.web.paging import PageQuery

from followup.domain.kinds import CODES
from followup.domain.plan import MOODS, RESULTS, ROLES, STATES
from followup.domain.template import EVENTS

_CLOCK = Exactly("([01][0-9]|2[0-3]):[0-5][0-9]")


class DraftBody(Body):
    """A contact to be made (F1); with `submit` its approval is asked for at once."""

    branch = BranchCode(required=True)
    customer = Id(required=True)
    kind = Choice(*CODES, required=True)
    due_from = Instant(required=True)
    due_until = Instant(required=True)
    content = Text(2000, required=True)
    purpose = Text(300, load_default=None, allow_none=True)
    executor = Text(60, load_default=None, allow_none=True)
    executor_role = Choice(*ROLES, load_default=None, allow_none=True)
    attention = ma.fields.Boolean(load_default=False)
    visit = Id(load_default=None, allow_none=True)
    appointment = Id(load_default=None, allow_none=True)
    charge = Id(load_default=None, allow_none=True)
    submit = ma.fields.Boolean(load_default=False)


class CompletionBody(Body):
    """What is corrected when submitting, or completed when approving; what is left out stays as it is (F1)."""

    due_from = Instant()
    due_until = Instant()
    executor = Text(60)
    content = Text(2000)
    purpose = Text(300)


class ApproveManyBody(Body):
    """Plans to approve, all or none (F1)."""

    plans = ma.fields.List(Id(), required=True, validate=ma.validate.Length(min=1, max=200))


class ReturnBody(Body):
    """What is to be done better (指导意见) (F1)."""

    guidance = Text(2000, required=True)


class CancelBody(Body):
    """Why the contact is not needed any more."""

    reason = Text(300, required=True)


class NextPlanBody(Body):
    """The next contact; the executor is the same person unless said otherwise."""

    kind = Choice(*CODES, required=True)
    due_from = Instant(required=True)
    due_until = Instant(required=True)
    content = Text(2000, required=True)
    executor = Text(60, load_default=None, allow_none=True)


class NextStepBody(Body):
    """Either the next plan, or `ended` with the reason (F5)."""

    plan = ma.fields.Nested(NextPlanBody)
    ended = Text(300)


class ExecuteBody(Body):
    """What came of a call (F5).

    `next_step` is needed unless the customer was not reached: then the same
    plan is called again, and ends by itself after the last attempt.
    """

    result = Choice(*RESULTS, required=True)
    feedback = Text(4000, load_default=None, allow_none=True)
    mood = Choice(*MOODS, load_default=None, allow_none=True)
    next_step = ma.fields.Nested(NextStepBody, load_default=None, allow_none=True)

    @ma.validates_schema
    def complete(self, data: dict[str, object], **_: object) -> None:
        """Refuse a call that reached the customer without feedback and next step."""
        wrong: dict[str, list[str]] = {}
        given = data.get("next_step")
        if given is not None and (not isinstance(given, dict) or len(given) != 1):
            wrong["next_step"] = ["Give either plan or ended, not both and not neither."]
        if data.get("result") != "not_reached":
            if given is None:
                wrong["next_step"] = ["Give the next plan, or ended with the reason."]
            if data.get("feedback") is None:
                wrong["feedback"] = ["Say what came of the call."]
        if wrong:
            raise ma.ValidationError(wrong)


class ReviewBody(Body):
    """How good the call was (F6); a model case (案例) is for others to learn from."""

    score = Whole(0, 100, required=True)
    remark = Text(2000, load_default=None, allow_none=True)
    model_case = ma.fields.Boolean(load_default=False)


class PlanQuery(PageQuery):
    """`due`: today (the window has begun or begins today and is not over) or overdue; of what can be executed."""

    branch = BranchCode(load_default=None)
    executor = Text(60, load_default=None)
    executor_role = Choice(*ROLES, load_default=None)
    customer = Id(load_default=None)
    state = Choice(*STATES, load_default=None)
    due = Choice("today", "overdue", load_default=None)


class PlanView(ma.Schema):
    """A plan; `timezone` is the branch's, in which people read the times."""

    id = Id(required=True)
    branch = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    customer = Id(required=True)
    customer_name = ma.fields.String(required=True, allow_none=True)
    kind = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    overdue = ma.fields.Boolean(required=True)
    attention = ma.fields.Boolean(required=True)
    due_from = Instant(required=True)
    due_until = Instant(required=True)
    purpose = ma.fields.String(required=True, allow_none=True)
    content = ma.fields.String(required=True)
    executor = ma.fields.String(required=True, allow_none=True)
    executor_name = ma.fields.String(required=True, allow_none=True)
    executor_role = ma.fields.String(required=True, allow_none=True)
    drafted_by = ma.fields.String(required=True)
    created_at = Instant(required=True)
    template = ma.fields.String(required=True, allow_none=True)
    visit = ma.fields.String(required=True, allow_none=True)
    appointment = ma.fields.String(required=True, allow_none=True)
    charge = ma.fields.String(required=True, allow_none=True)
    previous = Id(required=True, allow_none=True)
    approved_by = ma.fields.String(required=True, allow_none=True)
    guidance = ma.fields.String(required=True, allow_none=True)
    attempts = ma.fields.Integer(required=True)
    result = ma.fields.String(required=True, allow_none=True)
    feedback = ma.fields.String(required=True, allow_none=True)
    mood = ma.fields.String(required=True, allow_none=True)
    next_step = ma.fields.String(required=True, allow_none=True)
    next_plan = Id(required=True, allow_none=True)
    ended_reason = ma.fields.String(required=True, allow_none=True)
    executed_by = ma.fields.String(required=True, allow_none=True)
    executed_at = Instant(required=True, allow_none=True)
    score = ma.fields.Integer(required=True, allow_none=True)
    review_remark = ma.fields.String(required=True, allow_none=True)
    model_case = ma.fields.Boolean(required=True)
    reviewed_by = ma.fields.String(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)


class PlansView(ma.Schema):
    """Some plans."""

    items = ma.fields.List(ma.fields.Nested(PlanView), required=True)


class StepView(ma.Schema):
    """One step of a plan's history."""

    at = Instant(required=True)
    actor = ma.fields.String(required=True)
    what = ma.fields.String(required=True)
    from_state = ma.fields.String(required=True, allow_none=True)
    to_state = ma.fields.String(required=True)
    reason = ma.fields.String(required=True, allow_none=True)
    details = ma.fields.Dict(required=True)
    version = ma.fields.Integer(required=True)


class WholePlanView(PlanView):
    """A plan with its history, oldest step first."""

    history = ma.fields.List(ma.fields.Nested(StepView), required=True)


class KindView(ma.Schema):
    """A kind of follow-up with its group (F2)."""

    code = ma.fields.String(required=True)
    name_zh = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    group = ma.fields.String(required=True)
    group_zh = ma.fields.String(required=True)
    group_en = ma.fields.String(required=True)


class KindsView(ma.Schema):
    """All kinds."""

    items = ma.fields.List(ma.fields.Nested(KindView), required=True)


def _words() -> ma.fields.List[str]:
    return ma.fields.List(Text(60), load_default=list, validate=ma.validate.Length(max=100))


class ConditionsBody(Body):
    """What must be so for a template to make a plan; what is empty asks nothing."""

    outcome = ma.fields.List(Choice("deal", "no_deal"), load_default=list, validate=ma.validate.Length(max=2))
    visit_class = _words()
    project = _words()
    project_class = _words()
    except_project_class = _words()
    first_treatment = ma.fields.Boolean(load_default=None, allow_none=True)


class TemplateBody(Body):
    """A rule (F3): either `days` later or within `hours`, between two times of the day in the branch's zone."""

    name_zh = Text(80, required=True)
    name_en = Text(80, required=True)
    event = Choice(*EVENTS, required=True)
    conditions = ma.fields.Nested(ConditionsBody, load_default=lambda: ConditionsBody().load({}))
    days = Whole(0, 730, load_default=None, allow_none=True)
    hours = Whole(1, 720, load_default=None, allow_none=True)
    window_from = ma.fields.String(load_default="09:00", validate=_CLOCK)
    window_until = ma.fields.String(load_default="20:00", validate=_CLOCK)
    kind = Choice(*CODES, required=True)
    executor_role = Choice(*ROLES, required=True)
    purpose = Text(300, load_default=None, allow_none=True)
    content = Text(2000, required=True)
    pre_approved = ma.fields.Boolean(load_default=False)
    active = ma.fields.Boolean(load_default=False)


class ConditionsView(ma.Schema):
    """What must be so for a template to make a plan; what is empty asks nothing."""

    outcome = ma.fields.List(ma.fields.String(), required=True)
    visit_class = ma.fields.List(ma.fields.String(), required=True)
    project = ma.fields.List(ma.fields.String(), required=True)
    project_class = ma.fields.List(ma.fields.String(), required=True)
    except_project_class = ma.fields.List(ma.fields.String(), required=True)
    first_treatment = ma.fields.Boolean(required=True, allow_none=True)


class TemplateView(ma.Schema):
    """A rule; its version is needed to change it."""

    code = ma.fields.String(required=True)
    name_zh = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    event = ma.fields.String(required=True)
    conditions = ma.fields.Nested(ConditionsView, required=True)
    days = ma.fields.Integer(required=True, allow_none=True)
    hours = ma.fields.Integer(required=True, allow_none=True)
    window_from = ma.fields.String(required=True)
    window_until = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    executor_role = ma.fields.String(required=True)
    purpose = ma.fields.String(required=True, allow_none=True)
    content = ma.fields.String(required=True)
    pre_approved = ma.fields.Boolean(required=True)
    active = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class TemplatesView(ma.Schema):
    """All templates."""

    items = ma.fields.List(ma.fields.Nested(TemplateView), required=True)


class PreviewBody(Body):
    """How many days of what happened to try the template on."""

    days = Whole(1, 90, required=True)


class PreviewedPlanView(ma.Schema):
    """A plan that the template would make; `made` when it did."""

    happened_at = Instant(required=True)
    customer = Id(required=True)
    customer_name = ma.fields.String(required=True, allow_none=True)
    branch = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    due_from = Instant(required=True)
    due_until = Instant(required=True)
    executor = ma.fields.String(required=True, allow_none=True)
    made = ma.fields.Boolean(required=True)


class PreviewView(ma.Schema):
    """What a template would make of the facts looked at, the newest first."""

    facts = ma.fields.Integer(required=True)
    items = ma.fields.List(ma.fields.Nested(PreviewedPlanView), required=True)
