"""A chain of two branches for the tests of the policies."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from neighbours import BRANCH, fill_roster, tell_customer, tell_projects
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts.device_gateway import BranchChanged
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.service import Desk, ServiceUnderTest
from qiantai.uow import Context
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.jobs import keep_days

OTHER = "hz-01"
API = "/api/triage/policies"
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Chain:
    """Two branches, one of them with a roster, and one project."""

    def __init__(self, under: ServiceUnderTest) -> None:
        self.under = under
        self.office = under.as_("head_office", id_="office-1")
        self.head = under.as_("branch_head", branches=[BRANCH], id_="head-1")
        self.desk = under.as_("receptionist", branches=[BRANCH])
        for code in (BRANCH, OTHER):
            self.branch(code, "Asia/Shanghai")
        tell_projects(under, "filler")
        fill_roster(self.head, "a", "b", "c")

    def branch(self, code: str, timezone: str) -> None:
        told = BranchChanged(branch=code, code=code, name_zh=code, name_en=code, timezone=timezone, currency="CNY")
        self.under.deliver(told, version=1)

    def write(self, desk: Desk, fields: Any, day: date, *, over: int = 0, branch: str = BRANCH) -> Any:
        body = {"fields": fields, "valid_from": day.isoformat(), "reason": "周会决定"}
        data = json.dumps(body)  # as a browser sends it: half a character arrives escaped
        return desk.request("POST", f"{API}/{branch}/versions", data=data, content_type="application/json", etag=over)

    def in_force(self, day: date | None = None, branch: str = BRANCH) -> dict[str, Any]:
        asked = f"&day={day}" if day else ""
        answer = self.office.get(f"{API}?branch={branch}{asked}")
        assert answer.status_code == 200, answer.json
        return {one["name"]: (one["value"], one["level"], one["version"]) for one in answer.json["fields"]}

    def open_today(self) -> None:
        with transaction(self.under.engine, TriageUnitOfWork, nobody()) as uow:
            keep_days(uow)

    def arrive(self, **more: object) -> dict[str, Any]:
        body = {"branch": BRANCH, "customer": tell_customer(self.under), "projects": ["filler"], **more}
        answer = self.desk.post("/api/triage/visits", body)
        assert answer.status_code == 201, answer.json
        visit: dict[str, Any] = answer.json
        return visit

    def written(self) -> tuple[Any, ...]:
        return self.under.rows("SELECT (SELECT count(*) FROM policy_version), (SELECT count(*) FROM ledger_entry)")[0]


def nobody() -> Context:
    return Context(actor=service_actor("triage"), now=clock.now())


def today() -> date:
    return datetime.now(SHANGHAI).date()


def in_days(number: int) -> date:
    return today() + timedelta(days=number)
