"""Forms of a visit over HTTP: what they are made of, what is written, and writing them."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai import permissions
from qiantai.web.fields import Body, Id, Instant
from qiantai.web.routes import Routes

from triage.domain.care.form_list import FORMS, NEEDS, form_named
from triage.domain.care.forms import Field, Form, Kind
from triage.usecases.forms import forms_of, read_form, versions_of, write_form
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import WrittenForm

routes = Routes("forms", about="Forms of a visit's stages")


class FormOptionView(ma.Schema):
    """One of the words of a choice."""

    value = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class FormFieldView(ma.Schema):
    """One field of a form; texts have at most `most` characters, numbers lie between `least` and `most`."""

    name = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)
    required = ma.fields.Boolean(required=True)
    options = ma.fields.List(ma.fields.Nested(FormOptionView), required=True)
    least = ma.fields.Integer(required=True, allow_none=True)
    most = ma.fields.Integer(required=True, allow_none=True)


class FormTogetherView(ma.Schema):
    """Where `field` has `value`, or one of its values is it, `needs` are required too."""

    field = ma.fields.String(required=True)
    value = ma.fields.Raw(required=True)
    needs = ma.fields.List(ma.fields.String(), required=True)


class FormView(ma.Schema):
    """A form: `needed_before` are the stages that wait for it, `yours` whether you may write it."""

    form = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)
    stage = ma.fields.String(required=True)
    needed_before = ma.fields.List(ma.fields.String(), required=True)
    yours = ma.fields.Boolean(required=True)
    fields_ = ma.fields.List(ma.fields.Nested(FormFieldView), required=True, data_key="fields")
    together = ma.fields.List(ma.fields.Nested(FormTogetherView), required=True)


class FormsView(ma.Schema):
    """All forms, in the order of the stages."""

    items = ma.fields.List(ma.fields.Nested(FormView), required=True)


class FormBody(Body):
    """What is written; its fields are those of the form's definition."""

    content = ma.fields.Dict(keys=ma.fields.String(), required=True)


class WrittenFormView(ma.Schema):
    """A version of a form; version 0 with empty content is one that nobody has written yet."""

    visit = Id(required=True)
    form = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    content = ma.fields.Dict(required=True)
    author = ma.fields.String(required=True, allow_none=True)
    written_at = Instant(required=True, allow_none=True)


class WrittenFormsView(ma.Schema):
    """Written forms."""

    items = ma.fields.List(ma.fields.Nested(WrittenFormView), required=True)


@routes.read("/forms", may="form.read", returns=FormsView)
def definitions(uow: UnitOfWork) -> dict[str, Any]:
    """Return what every form is made of, to draw it."""
    return {"items": [_drawn(form, yours=permissions.may(uow.actor, form.action)) for form in FORMS.values()]}


@routes.read("/visits/<id:visit>/forms", may="form.read", returns=WrittenFormsView)
def written(uow: UnitOfWork, visit: str) -> dict[str, Any]:
    """Return the newest version of every form of a visit that is written."""
    return {"items": forms_of(visit, uow)}


@routes.read("/visits/<id:visit>/forms/<code:form>", may="form.read", returns=WrittenFormView)
def read(uow: UnitOfWork, visit: str, form: str) -> WrittenForm | dict[str, Any]:
    """Return the newest version of a form, with the ETag that writing it needs; version 0 while it is not written."""
    nothing = {"visit": visit, "form": form, "version": 0, "content": {}, "author": None, "written_at": None}
    return read_form(visit, form, uow) or nothing


@routes.read("/visits/<id:visit>/forms/<code:form>/versions", may="form.read", returns=WrittenFormsView)
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


def _drawn(form: Form, *, yours: bool) -> dict[str, Any]:
    return {
        "form": form.name,
        "zh": form.zh,
        "en": form.en,
        "stage": form.stage,
        "needed_before": [need.stage for need in NEEDS if need.form == form.name],
        "yours": yours,
        "fields_": [_drawn_field(field) for field in form.fields],
        "together": form.together,
    }


def _drawn_field(field: Field) -> dict[str, Any]:
    bounded = field.kind in {Kind.TEXT, Kind.WHOLE}
    return {
        "name": field.name,
        "kind": str(field.kind),
        "zh": field.zh,
        "en": field.en,
        "required": field.required,
        "options": field.options,
        "least": (field.least if field.kind is Kind.WHOLE else 1) if bounded else None,
        "most": field.most if bounded else None,
    }
