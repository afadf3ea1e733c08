"""What goes in and out over HTTP."""

from __future__ import annotations

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Day, Exactly, Id, Instant, Phone, Text
from qiantai.web.paging import PageQuery

GENDERS = ("female", "male", "other")
KINDS = ("full", "temporary")
CARD_KINDS = ("design", "temporary", "member")


class PhoneBody(Body):
    """A phone and whose it is."""

    number = Phone(required=True)
    note = Text(60, load_default=None, allow_none=True)
    primary = ma.fields.Boolean(load_default=False)


class RegisterBody(Body):
    """A new file (C1)."""

    branch = BranchCode(required=True)
    name = Text(80, required=True)
    phones = ma.fields.List(ma.fields.Nested(PhoneBody), load_default=list, validate=ma.validate.Length(max=10))
    kind = Choice(*KINDS, load_default="full")
    gender = Choice(*GENDERS, load_default=None, allow_none=True)
    birthday = Day(load_default=None, allow_none=True)
    source = Text(60, load_default=None, allow_none=True)
    referrer = Id(load_default=None, allow_none=True)
    address = Text(300, load_default=None, allow_none=True)
    occupation = Text(80, load_default=None, allow_none=True)
    remark = Text(2000, load_default=None, allow_none=True)


class EditBody(Body):
    """New values for some fields of a file (C13)."""

    name = Text(80)
    kind = Choice(*KINDS)
    gender = Choice(*GENDERS, allow_none=True)
    birthday = Day(allow_none=True)
    source = Text(60, allow_none=True)
    referrer = Id(allow_none=True)
    address = Text(300, allow_none=True)
    occupation = Text(80, allow_none=True)
    remark = Text(2000, allow_none=True)


class FindQuery(PageQuery):
    """`q` is the last four digits or all of a phone, a card number, or part of a name (C2)."""

    q = Text(80, load_default=None)


class PhoneView(ma.Schema):
    """A phone of a file."""

    number = ma.fields.String(required=True)
    note = ma.fields.String(required=True, allow_none=True)
    primary = ma.fields.Boolean(required=True)


class CustomerView(ma.Schema):
    """A customer's file."""

    id = Id(required=True)
    number = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    home_branch = ma.fields.String(required=True)
    phones = ma.fields.List(ma.fields.Nested(PhoneView), required=True)
    gender = ma.fields.String(required=True, allow_none=True)
    birthday = Day(required=True, allow_none=True)
    source = ma.fields.String(required=True, allow_none=True)
    referrer = Id(required=True, allow_none=True)
    address = ma.fields.String(required=True, allow_none=True)
    occupation = ma.fields.String(required=True, allow_none=True)
    remark = ma.fields.String(required=True, allow_none=True)
    registered_at = Instant(required=True)
    version = ma.fields.Integer(required=True)


class CardBody(Body):
    """A card for a customer (C10)."""

    branch = BranchCode(required=True)
    number = ma.fields.String(required=True, validate=Exactly("[A-Za-z0-9-]{4,40}"))
    kind = Choice(*CARD_KINDS, required=True)


class RevokeBody(Body):
    """Why a card opens nothing any more."""

    reason = Choice("lost", "returned", "replaced", required=True)


class CardView(ma.Schema):
    """A card."""

    id = Id(required=True)
    number = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    customer = Id(required=True)
    branch = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)


class CardsView(ma.Schema):
    """The cards of a customer."""

    items = ma.fields.List(ma.fields.Nested(CardView), required=True)


class StepView(ma.Schema):
    """One step of a customer's history."""

    at = Instant(required=True)
    what = ma.fields.String(required=True)
    branch = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)
    details = ma.fields.Dict(required=True)


class TimelineView(ma.Schema):
    """A customer's history, newest first."""

    items = ma.fields.List(ma.fields.Nested(StepView), required=True)
