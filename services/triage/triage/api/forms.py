"""Forms of a visit over HTTP: what they are made of, what is written, and writing them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import marshmallow as ma
from qiantai import permissions
from qiantai.web.fields import Body
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, list_of, many, view_of

from triage.domain.care.form_list import FORMS, NEEDS, form_named
from triage.domain.care.forms import Field, Form, Kind, Together
from triage.usecases.forms import forms_of, read_form, versions_of, write_form
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import WrittenForm

routes = Routes("forms", about="Forms of a visit's stages")


FormFieldView = view_of(
    Field,
    more={"least": int | None, "most": int | None},
    about="One field; texts have at most `most` characters, numbers lie between `least` and `most`.",
    name="FormFieldView",
)
FormTogetherView = view_of(Together, more={"value": object}, name="FormTogetherView")
FormView = view_of(
    Form,
    without=("name", "action"),
    more={
        "form": ma.fields.String(required=True, attribute="name"),
        "needed_before": list[str],
        "yours": bool,
        "fields": many(FormFieldView),
        "together": many(FormTogetherView),
    },
    about="A form: `needed_before` are the stages that wait for it, `yours` whether you may write it.",
)
WrittenFormView = view_of(
    WrittenForm,
    more={"author": str | None, "written_at": datetime | None},
    about="A version of a form; version 0 with empty content is one that nobody has written yet.",
)


class FormBody(Body):
    """What is written; its fields are those of the form's definition."""

    content = ma.fields.Dict(keys=ma.fields.String(), required=True)


@routes.read("/forms", may="form.read", returns=list_of(FormView))
def definitions(uow: UnitOfWork) -> dict[str, Any]:
    """Return what every form is made of, to draw it."""
    return {"items": [_drawn(form, yours=permissions.may(uow.actor, form.action)) for form in FORMS.values()]}


@routes.read("/visits/<id:visit>/forms", may="form.read", returns=list_of(WrittenFormView))
def written(uow: UnitOfWork, visit: str) -> dict[str, Any]:
    """Return the newest version of every form of a visit that is written."""
    return {"items": forms_of(visit, uow)}


@routes.read("/visits/<id:visit>/forms/<code:form>", may="form.read", returns=WrittenFormView)
def read(uow: UnitOfWork, visit: str, form: str) -> WrittenForm | dict[str, Any]:
    """Return the newest version of a form, with the ETag that writing it needs; version 0 while it is not written."""
    nothing = {"visit": visit, "form": form, "version": 0, "content": {}, "author": None, "written_at": None}
    return read_form(visit, form, uow) or nothing


@routes.read("/visits/<id:visit>/forms/<code:form>/versions", may="form.read", returns=list_of(WrittenFormView))
def versions(uow: UnitOfWork, visit: str, form: str) -> dict[str, Any]:
    """Return every version of a form, the newest first."""
    return {"items": versions_of(visit, form, uow)}


def _writing(form: Form) -> None:
    """Declare the route by which a form is written: each has its own action."""

    def write(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int) -> WrittenForm:
        return write_form(visit, form, body["content"], version, uow)

    write.__name__ = f"write_{form.name}"
    write.__doc__ = f'{form.zh}: write the form, or a new version of it; the first time with If-Match "0".'
    path = f"/visits/<id:visit>/forms/{form.name}"
    routes.write("PUT", path, may=form.action, body=FormBody, returns=WrittenFormView, edits=True)(write)


for _form in FORMS.values():
    _writing(_form)


@routes.write(
    "PUT", "/visits/<id:visit>/forms/<code:form>", may="form.read", body=FormBody, returns=WrittenFormView, edits=True
)
def write_unknown(uow: UnitOfWork, visit: str, form: str, body: dict[str, Any], version: int) -> None:  # noqa: ARG001
    """Refuse a form that there is not, with those that there are."""
    form_named(form)


def _drawn(form: Form, *, yours: bool) -> Shown:
    needed_before = [need.stage for need in NEEDS if need.form == form.name]
    return Shown(form, needed_before=needed_before, yours=yours, fields=[_drawn_field(field) for field in form.fields])


def _drawn_field(field: Field) -> Shown:
    number = field.kind in {Kind.WHOLE, Kind.MONEY}
    bounded = number or field.kind is Kind.TEXT
    return Shown(
        field,
        least=(field.least if number else 1) if bounded else None,
        most=field.most if bounded else None,
    )
