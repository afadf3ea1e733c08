"""A branch with four consultants and a clock of its own, for tests of shifts and check-ins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from neighbours import BRANCH, tell_customer, tell_projects
from qiantai.testing.service import ServiceUnderTest
from werkzeug.test import TestResponse

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HEAD = "日期,工号,姓名,班次,备注\n"


class Clock:
    """The clock on the wall of the clinic; every look at it takes a second."""

    def __init__(self) -> None:
        self.instant = NINE

    def now(self) -> datetime:
        self.instant += timedelta(seconds=1)
        return self.instant

    def next_day(self) -> None:
        self.instant += timedelta(days=1)


class Clinic:
    """A branch with four consultants, at nine in the morning."""

    def __init__(self, under: ServiceUnderTest, wall: Clock) -> None:
        self.under, self.wall = under, wall
        self.desk = under.as_("receptionist", branches=[BRANCH])
        self.supervisor = under.as_("supervisor", branches=[BRANCH])
        self.consultant = under.as_("consultant", branches=[BRANCH], id_="a")
        tell_projects(under, "filler")
        for place, staff in enumerate("abcd", start=1):
            self.place(staff, place)

    def place(self, staff: str, place: int, **more: object) -> None:
        body = {"name": f"顾问{staff}", "place": place, **more}
        done = self.supervisor.put(f"/api/triage/roster/{BRANCH}/{staff}", body)
        assert done.status_code == 200, done.json

    def policy(self, **fields: object) -> None:
        path = f"/api/triage/policies/{BRANCH}/versions"
        body = {"fields": fields, "valid_from": TODAY.isoformat(), "reason": "trying"}
        head = self.under.as_("branch_head", branches=[BRANCH])
        done = head.post(path, body, etag=0)
        assert done.status_code == 201, done.json

    def shift(self, staff: str, shift: str, day: date = TODAY, **more: object) -> TestResponse:
        return self.supervisor.put(f"/api/triage/shifts/{BRANCH}/{day}/{staff}", {"shift": shift, **more})

    def load(self, data: bytes, kind: str = "text/csv", **query: object) -> TestResponse:
        query = {"branch": BRANCH, **query}
        return self.supervisor.request(
            "POST", "/api/triage/shifts/import", data=data, content_type=kind, query_string=query
        )

    def sheet(self, day: date = TODAY, **shifts: str) -> None:
        rows = "".join(f"{day},{staff},,{shift},\n" for staff, shift in shifts.items())
        done = self.load(f"{HEAD}{rows}".encode())
        assert done.status_code == 200, done.json

    def arrive(self) -> str:
        body = {"branch": BRANCH, "customer": tell_customer(self.under), "projects": ["filler"]}
        answer = self.desk.post("/api/triage/visits", body)
        assert answer.status_code == 201, answer.json
        return str(answer.json["to"])

    def check(self, way: str, staff: str, desk: Any = None) -> TestResponse:
        body = {"branch": BRANCH, "staff": staff}
        return (desk or self.desk).post(f"/api/triage/attendance/check-{way}", body)

    def table(self) -> tuple[str, str | None, dict[str, str]]:
        answer = self.desk.get(f"/api/triage/rotation?branch={BRANCH}")
        assert answer.status_code == 200, answer.json
        lane = answer.json["lanes"][0]
        return (
            "".join(lane["order"]),
            lane["pointer"],
            {c["consultant"]: c["status"] for c in answer.json["consultants"]},
        )

    def whole(self) -> bool:
        return bool(self.desk.get(f"/api/triage/ledger/verification?branch={BRANCH}").json["whole"])
