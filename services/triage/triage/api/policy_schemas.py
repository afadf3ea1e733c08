"""What goes in and out of the policies' API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Day, Instant, Text
from typing_extensions import override

from triage.api.schemas import CreditView, WhyView
from triage.domain.plain import clock
from triage.domain.words import BOOK, IN_FORCE


class Fields(ma.fields.Dict):
    """Policy fields by name; each is read by its own rules (GET /policies/fields)."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - marshmallow's own options
        super().__init__(keys=ma.fields.String(), **options)


class ClockTime(ma.fields.String):
    """Seconds since local midnight as HH:MM or HH:MM:SS."""

    @override
    def _serialize(self, value: Any, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        return super()._serialize(clock(value), attr, obj, **kwargs)


class VersionBody(Body):
    """The whole set of fields of this level from a day on, and why."""

    fields = Fields(required=True)  # type: ignore[assignment]  # marshmallow's own is per instance
    valid_from = Day(required=True)
    reason = Text(300, required=True)


class TrialBody(Body):
    """Fields to try on a day that has begun, over the policy which it had (in_force) or over the book alone."""

    branch = BranchCode(required=True)
    day = Day(required=True)
    fields = Fields(required=True)  # type: ignore[assignment]  # marshmallow's own is per instance
    on_top_of = Choice(BOOK, IN_FORCE, load_default=IN_FORCE)


class FieldView(ma.Schema):
    """One field of the policy, explained."""

    name = ma.fields.String(required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    does = ma.fields.Nested(WhyView, required=True)
    takes = ma.fields.Nested(WhyView, required=True)
    default = ma.fields.Raw(required=True, allow_none=True)
    tried = ma.fields.Boolean(required=True)


class CatalogueView(ma.Schema):
    """All fields of the policy."""

    items = ma.fields.List(ma.fields.Nested(FieldView), required=True)


class FieldInForceView(FieldView):
    """A field with what holds, and the level and version that say so (by the book without a version)."""

    value = ma.fields.Raw(required=True, allow_none=True)
    level = Choice("book", "chain", "branch", required=True)
    version = ma.fields.Integer(required=True, allow_none=True)


class VersionView(ma.Schema):
    """Who wrote which version of a level, from which day on, and why."""

    branch = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    valid_from = Day(required=True)
    fields = Fields(required=True)  # type: ignore[assignment]  # marshmallow's own is per instance
    author = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    written_at = Instant(required=True)


class InForceView(ma.Schema):
    """The policy of a branch on a day, field by field, with the versions that it comes from."""

    branch = ma.fields.String(required=True)
    day = Day(required=True)
    versions = ma.fields.List(ma.fields.Nested(VersionView), required=True)
    fields = ma.fields.List(  # type: ignore[assignment]
        ma.fields.Nested(FieldInForceView), required=True
    )


class GivenView(ma.Schema):
    """A value that is set, which may be null."""

    value = ma.fields.Raw(required=True, allow_none=True)


class ChangeView(ma.Schema):
    """A field that differs; null where it is not set, so that the level below holds."""

    field = ma.fields.String(required=True)
    before = ma.fields.Nested(GivenView, required=True, allow_none=True)
    after = ma.fields.Nested(GivenView, required=True, allow_none=True)


class WrittenVersionView(VersionView):
    """A version with what it changed against the one before it."""

    changes = ma.fields.List(ma.fields.Nested(ChangeView), required=True)


class VersionsView(ma.Schema):
    """All versions of a level, newest first; `version` (and the ETag) is the newest number, 0 without any."""

    branch = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    items = ma.fields.List(ma.fields.Nested(WrittenVersionView), required=True)


class TurnView(ma.Schema):
    """One decision on a visit."""

    at = ClockTime(required=True)
    to = ma.fields.String(required=True, allow_none=True)
    basis = ma.fields.String(required=True)
    counted = ma.fields.Boolean(required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    why = ma.fields.Nested(WhyView, required=True)


class CourseView(ma.Schema):
    """Where a visit ended, whether it counts for somebody, and every decision that led there, oldest first."""

    to = ma.fields.String(required=True, allow_none=True)
    basis = ma.fields.String(required=True)
    counted = ma.fields.Boolean(required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    why = ma.fields.Nested(WhyView, required=True)
    turns = ma.fields.List(ma.fields.Nested(TurnView), required=True)


class VisitDiffersView(ma.Schema):
    """A visit that would have gone otherwise; null where it would have had no decision."""

    visit = ma.fields.String(required=True)
    before = ma.fields.Nested(CourseView, required=True, allow_none=True)
    after = ma.fields.Nested(CourseView, required=True, allow_none=True)


class CountView(ma.Schema):
    """First visits of one consultant."""

    consultant = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    before = ma.fields.Integer(required=True)
    after = ma.fields.Integer(required=True)


class OwedView(CreditView):
    """补派: a credit that is open at the end, and in which lane."""

    lane = ma.fields.String(required=True)


class OpenCreditsView(ma.Schema):
    """Open credits at the end, oldest first."""

    before = ma.fields.List(ma.fields.Nested(OwedView), required=True)
    after = ma.fields.List(ma.fields.Nested(OwedView), required=True)


class LeftOutView(ma.Schema):
    """An event of the day that would not have been possible, and why."""

    seq = ma.fields.Integer(required=True)
    at = ma.fields.String(required=True)
    event = ma.fields.Dict(required=True)
    reason = ma.fields.String(required=True)


class TrialView(ma.Schema):
    """What would have been otherwise; `not_shown` are changed fields that one past day cannot show."""

    branch = ma.fields.String(required=True)
    day = Day(required=True)
    same = ma.fields.Boolean(required=True)
    changed = ma.fields.List(ma.fields.Nested(ChangeView), required=True)
    not_shown = ma.fields.List(ma.fields.String(), required=True)
    visits = ma.fields.List(ma.fields.Nested(VisitDiffersView), required=True)
    counts = ma.fields.List(ma.fields.Nested(CountView), required=True)
    open_credits = ma.fields.Nested(OpenCreditsView, required=True)
    left_out = ma.fields.List(ma.fields.Nested(LeftOutView), required=True)
