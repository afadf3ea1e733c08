"""Trying a policy on a past or running day, over HTTP."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Day
from qiantai.web.routes import Routes
from qiantai.web.views import View, many, nested, view_of
from typing_extensions import override

from triage.api.policies import ChangeView, Fields
from triage.domain.ledger.trial import CountDiffers, Course, Trial, Turn, VisitDiffers
from triage.domain.model import Credit
from triage.domain.plain import clock
from triage.domain.words import BOOK, IN_FORCE
from triage.usecases.ports import UnitOfWork
from triage.usecases.try_policy import TryPolicy, try_on_day

routes = Routes("trials", about="What would have happened on a day under another policy")


class ClockTime(ma.fields.String):
    """Seconds since local midnight as HH:MM or HH:MM:SS."""

    @override
    def _serialize(self, value: Any, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        return super()._serialize(clock(value), attr, obj, **kwargs)


class TrialBody(Body):
    """Fields to try on a day that has begun, over the policy which it had (in_force) or over the book alone."""

    branch = BranchCode(required=True)
    day = Day(required=True)
    fields = Fields(required=True)  # type: ignore[assignment]  # marshmallow's own is per instance
    on_top_of = Choice(BOOK, IN_FORCE, load_default=IN_FORCE)


TurnView = view_of(Turn, more={"at": ClockTime(required=True)}, about="One decision on a visit.")
CourseView = view_of(Course, more={"turns": many(TurnView)})
VisitDiffersView = view_of(
    VisitDiffers,
    more={"before": nested(CourseView, allow_none=True), "after": nested(CourseView, allow_none=True)},
    about="A visit that would have gone otherwise; null where it would have had no decision.",
)
CountView = view_of(CountDiffers, more={"name": str}, name="CountView")
OwedView = view_of(
    Credit, more={"lane": str}, about="补派: a credit that is open at the end, and in which lane.", name="OwedView"
)


class OpenCreditsView(View):
    """Open credits at the end, oldest first."""

    before = many(OwedView)
    after = many(OwedView)


class LeftOutView(View):
    """An event of the day that would not have been possible, and why."""

    seq = ma.fields.Integer(required=True)
    at = ma.fields.String(required=True)
    event = ma.fields.Dict(required=True)
    reason = ma.fields.String(required=True)


TrialView = view_of(
    Trial,
    also=("same",),
    without=("credits_before", "credits_after"),
    more={
        "branch": str,
        "day": Day(required=True),
        "changed": many(ChangeView),
        "visits": many(VisitDiffersView),
        "counts": many(CountView),
        "open_credits": nested(OpenCreditsView),
        "left_out": many(LeftOutView),
    },
    about="What would have been otherwise; `not_shown` are changed fields that one past day cannot show.",
)


@routes.write("POST", "/policies/trial", may="policy.read", body=TrialBody, returns=TrialView, repeatable=False)
def trial(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Say what would have happened on a past or running day under other fields; nothing is changed."""
    return try_on_day(TryPolicy(**body), uow)
