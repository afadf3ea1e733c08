"""Kinds and templates over HTTP."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, Choice, Exactly, Name, Text, Whole
from qiantai.web.may import May
from qiantai.web.routes import Routes
from qiantai.web.views import list_of, view_of

from followup.domain.kinds import CODES, KINDS, Kind
from followup.domain.plan import ROLES
from followup.domain.template import EVENTS, Askable, Conditions, Template
from followup.usecases.offered import with_template
from followup.usecases.ports import UnitOfWork
from followup.usecases.templates import Preview, put_template
from followup.usecases.templates import preview as try_template

_CLOCK = Exactly("([01][0-9]|2[0-3]):[0-5][0-9]")

routes = Routes("templates", about="Kinds of follow-up and the templates that make plans (F2, F3)")


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

    name_zh = Name(80, required=True)
    name_en = Name(80, required=True)
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


class PreviewBody(Body):
    """How many days of what happened to try the template on."""

    days = Whole(1, 90, required=True)


KindView = view_of(Kind)
TemplateView = view_of(Template, more={"may": May(with_template)})
PreviewView = view_of(Preview)
AskableView = view_of(Askable)


@routes.read("/kinds", may="plan.read", returns=list_of(KindView))
def kinds(uow: UnitOfWork) -> dict[str, Any]:  # noqa: ARG001 - every view takes it
    """Return the kinds of follow-up, grouped."""
    return {"items": KINDS}


@routes.read("/template-events", may="plan.read", returns=list_of(AskableView))
def events(uow: UnitOfWork) -> dict[str, Any]:  # noqa: ARG001 - every view takes it
    """Return the events that templates can be about, and what can be asked of each."""
    return {"items": [Askable(event=event, conditions=tuple(sorted(asked))) for event, asked in EVENTS.items()]}


@routes.read("/templates", may="plan.read", returns=list_of(TemplateView))
def templates(uow: UnitOfWork) -> dict[str, Any]:
    """Return every template, also those that are not switched on."""
    return {"items": uow.templates.all()}


@routes.write(
    "PUT",
    "/templates/<code:template>",
    may="template.edit",
    body=TemplateBody,
    returns=TemplateView,
    edits=True,
)
def put(uow: UnitOfWork, template: str, body: dict[str, Any], version: int) -> Template:
    """Save a template; If-Match is its version, "0" for a new one. Plans made before stay as they are."""
    conditions: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in body.pop("conditions").items()
    }
    new = Template(code=template, conditions=Conditions(**conditions), version=version, **body)
    return put_template(new, version, uow)


@routes.write(
    "POST",
    "/templates/<code:template>/preview",
    may="template.edit",
    body=PreviewBody,
    returns=PreviewView,
)
def preview(uow: UnitOfWork, template: str, body: dict[str, Any]) -> Preview:
    """Show which plans a template would make of what happened in the last days; nothing is made."""
    return try_template(template, body["days"], uow)
