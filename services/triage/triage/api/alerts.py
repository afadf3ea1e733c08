"""Alerts to supervisors over HTTP."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Day, Id, Instant, Text
from qiantai.web.paging import Page, PageQuery, cut, page_of, write_cursor
from qiantai.web.routes import Routes

from triage.api.cursors import id_of
from triage.api.schemas import asked_day
from triage.usecases.alerts import acknowledge
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


class AlertView(ma.Schema):
    """An alert and what became of it."""

    id = Id(required=True)
    branch = ma.fields.String(required=True)
    day = Day(required=True)
    kind = ma.fields.String(required=True)
    severity = ma.fields.String(required=True)
    visit = Id(required=True, allow_none=True)
    consultant = ma.fields.String(required=True, allow_none=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    state = ma.fields.String(required=True)
    raised_at = Instant(required=True)
    acknowledged_at = Instant(required=True, allow_none=True)
    acknowledged_by = ma.fields.String(required=True, allow_none=True)
    note = ma.fields.String(required=True, allow_none=True)
    cleared_at = Instant(required=True, allow_none=True)
    cleared_by = ma.fields.String(required=True, allow_none=True)


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
