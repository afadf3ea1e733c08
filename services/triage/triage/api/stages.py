"""就诊环节 over HTTP: going from stage to stage, and the history of a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, Choice, Code, Text
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, View, many, view_of

from triage.api.visits import VisitView
from triage.domain.care.stages import PEOPLE, STAGES, Person
from triage.usecases.act import as_seen
from triage.usecases.go_to_stage import GoToStage, Stay, go_to_stage, history_of, ways_of
from triage.usecases.model import VisitRecord
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import Passage

routes = Routes("stages", about="Stages of a visit and their history")


class StagePersonBody(Body):
    """Somebody who has a part in the stage; `guide` accompanies the visitor (导医)."""

    role = Choice(*PEOPLE, required=True)
    staff = Code(required=True)


class StageBody(Body):
    """Where the visit goes on to; going back one, or on without a form, needs the reason."""

    stage = Choice(*STAGES, required=True)
    people = ma.fields.List(ma.fields.Nested(StagePersonBody), load_default=list, validate=ma.validate.Length(max=10))
    note = Text(2000, load_default=None, allow_none=True)
    reason = Text(300, load_default="")


StageStayView = view_of(
    Passage,
    without=("visit", "branch"),
    more={"ended_at": datetime | None, "seconds": int},
    about="One stage of a visit; `ended_at` is null while the visitor is there, `seconds` count up to now then.",
    name="StageStayView",
)


@routes.write("POST", "/visits/<id:visit>/stage", may="visit.stage", body=StageBody, returns=VisitView, puts=True)
def stage(uow: UnitOfWork, visit: str, body: dict[str, Any], version: int | None) -> VisitRecord:
    """A finished consultation goes on to payment, treatment, leaving (陪同离院)."""
    as_seen(visit, version, uow)
    people = tuple(Person(**one) for one in body.pop("people"))
    return go_to_stage(GoToStage(visit=visit, people=people, **body), uow)


class StagesView(View):
    """Where a visit has been, and where it may go: on, or back with a reason."""

    items = many(StageStayView)
    on = ma.fields.List(Choice(*STAGES), required=True)
    back = ma.fields.List(Choice(*STAGES), required=True)


@routes.read("/visits/<id:visit>/stages", may="visit.read", returns=StagesView)
def history(uow: UnitOfWork, visit: str) -> dict[str, Any]:
    """Return every stage that a visit came to, how long it was there, and who had a part; and where it may go next."""
    on, back = ways_of(visit, uow)
    return {"items": [_shown(one) for one in history_of(visit, uow)], "on": on, "back": back}


def _shown(stay: Stay) -> Shown:
    return Shown(stay.passage, ended_at=stay.ended_at, seconds=stay.seconds)
