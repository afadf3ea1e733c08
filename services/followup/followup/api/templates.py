"""Kinds and templates over HTTP."""

from __future__ import annotations

from typing import Any

from qiantai.web.routes import Routes

from followup.api import schemas
from followup.domain.kinds import KINDS
from followup.domain.template import Conditions, Template
from followup.usecases.ports import UnitOfWork
from followup.usecases.templates import preview as try_template
from followup.usecases.templates import put_template

routes = Routes("templates", about="Kinds of follow-up and the templates that make plans (F2, F3)")


@routes.read("/kinds", may="plan.read", returns=schemas.KindsView)
def kinds(uow: UnitOfWork) -> dict[str, Any]:  # noqa: ARG001 - every view takes it
    """Return the kinds of follow-up, grouped."""
    return {"items": KINDS}


@routes.read("/templates", may="plan.read", returns=schemas.TemplatesView)
def templates(uow: UnitOfWork) -> dict[str, Any]:
    """Return every template, also those that are not switched on."""
    return {"items": uow.templates.all()}


@routes.write(
    "PUT",
    "/templates/<code:template>",
    may="template.edit",
    body=schemas.TemplateBody,
    returns=schemas.TemplateView,
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
    body=schemas.PreviewBody,
    returns=schemas.PreviewView,
)
def preview(uow: UnitOfWork, template: str, body: dict[str, Any]) -> dict[str, Any]:
    """Show which plans a template would make of what happened in the last days; nothing is made."""
    found = try_template(template, body["days"], uow)
    names = uow.customers.names([plan.customer for _, plan in found.plans])
    return {
        "facts": found.facts,
        "items": [
            {
                "happened_at": fact.at,
                "customer": plan.customer,
                "customer_name": names.get(plan.customer),
                "branch": plan.branch,
                "state": plan.state,
                "due_from": plan.due_from,
                "due_until": plan.due_until,
                "executor": plan.executor,
                "made": fact.cause in found.made,
            }
            for fact, plan in found.plans
        ],
    }
