"""Alerts to supervisors over HTTP."""

from __future__ import annotations

from typing import Any

from qiantai.web.fields import Body, BranchCode, Choice, Day, Text
from qiantai.web.may import May
from qiantai.web.paging import Page, PageQuery, cut, id_of, page_of, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.views import view_of

from triage.api.queries import asked_day
from triage.usecases.alerts import acknowledge
from triage.usecases.offered import offered_on_alert
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import ALERT_STATES, AlertRecord

routes = Routes("alerts", about="What supervisors are to know at once (T6, T17, T21-T24, T27)")


class AlertsQuery(PageQuery):
    """Alerts of a branch and day (today without `day`), the newest first."""

    branch = BranchCode(required=True)
    day = Day(load_default=None)
    state = Choice(*ALERT_STATES, load_default=None)


class AcknowledgeBody(Body):
    """What is done about it."""

    note = Text(500, required=True)


AlertView = view_of(AlertRecord, more={"may": May(offered_on_alert)}, name="AlertView")


@routes.read("/alerts", may="alert.read", query=AlertsQuery, returns=page_of(AlertView))
def find(uow: UnitOfWork, query: dict[str, Any]) -> Page[AlertRecord]:
    """Return the alerts of a branch day, the newest first."""
    rows = uow.alerts.find(
        branch=query["branch"],
        day=asked_day(query, uow),
        state=query["state"],
        before=id_of(query),
        limit=query["limit"] + 1,
    )
    return cut(rows, query["limit"], lambda alert: write_cursor(alert.id))


@routes.write("POST", "/alerts/<id:alert>/acknowledge", may="alert.handle", body=AcknowledgeBody, returns=AlertView)
def seen(uow: UnitOfWork, alert: str, body: dict[str, Any]) -> AlertRecord:
    """A supervisor has seen the alert and says what is done."""
    return acknowledge(alert, body["note"], uow)
