"""The numbers over HTTP: who may read them, by day, month and consultant, as JSON, CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from neighbours import BRANCH, fill_roster, tell_customer, tell_projects
from openpyxl import load_workbook
from qiantai import clock
from qiantai.service import Service
from qiantai.testing.service import ServiceUnderTest
from triage.bootstrap import service

PATH = f"/api/triage/numbers?branch={BRANCH}"


class Clinic:
    """Two days of work of two consultants: on each both receive once."""

    def __init__(self, under: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
        self.under = under
        self.instant = datetime(2026, 10, 31, 1, 0, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", self._now)
        self.desk = under.as_("receptionist", branches=[BRANCH])
        self.head = under.as_("branch_head", branches=[BRANCH])
        tell_projects(under, "filler")
        fill_roster(self.head, "a", "b")
        for outcome in ("deal", "no_deal"):
            self.day(outcome)
            self.instant += timedelta(days=1)
        self.instant -= timedelta(days=1)

    def _now(self) -> datetime:
        self.instant += timedelta(seconds=1)
        return self.instant

    def day(self, outcome: str) -> None:
        for _ in range(2):
            visit = self.arrive()
            self.instant += timedelta(seconds=60)
            assert self.head.post(f"/api/triage/visits/{visit}/start").status_code == 200
            body = {"outcome": outcome, "reason": "price" if outcome == "no_deal" else None}
            assert self.head.post(f"/api/triage/visits/{visit}/finish", body).status_code == 200

    def arrive(self, **more: object) -> str:
        body = {"branch": BRANCH, "customer": tell_customer(self.under), "projects": ["filler"], **more}
        answer = self.desk.post("/api/triage/visits", body)
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])


@pytest.fixture
def clinic(under_test: Callable[[Service], ServiceUnderTest], monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    return Clinic(under_test(service()), monkeypatch)


def test_the_numbers_by_day_month_and_consultant(clinic: Clinic) -> None:
    days = clinic.head.get(f"{PATH}&from=2026-10-01&to=2026-11-30&by=day").json
    assert [row["key"] for row in days["rows"]] == ["2026-10-31", "2026-11-01"]
    assert [(row["arrivals"], row["deals"], row["no_deals"], row["conversion"]) for row in days["rows"]] == [
        (2, 2, 0, 1.0),
        (2, 0, 2, 0.0),
    ]
    assert (days["total"]["conversion"], days["total"]["waits"]) == (0.5, 4)
    assert 60 <= days["total"]["wait_median_seconds"] <= days["total"]["wait_p95_seconds"] < 90
    assert days["total"]["fairness"]["difference"] == 0
    assert days["total"]["fairness"]["days"] == ["2026-10-31", "2026-11-01"]
    months = clinic.head.get(f"{PATH}&from=2026-10-01&to=2026-11-30&by=month").json
    assert [row["key"] for row in months["rows"]] == ["2026-10", "2026-11"]
    people = clinic.head.get(f"{PATH}&from=2026-10-01&to=2026-11-30&by=consultant").json
    assert [(row["key"], row["name"], row["first_visits"]) for row in people["rows"]] == [
        ("a", "顾问a", 2),
        ("b", "顾问b", 2),
    ]
    assert people["total"]["assignments"]["turn"] == 4
    one = clinic.head.get(f"{PATH}&by=day&consultant=a").json  # this month
    assert [(row["key"], row["first_visits"]) for row in one["rows"]] == [("2026-11-01", 1)]


def test_a_day_that_goes_on_is_counted_anew(clinic: Clinic) -> None:
    assert clinic.head.get(PATH).json["total"]["arrivals"] == 2
    visit = clinic.arrive(visit_class="other", override_reason="companion")
    assert clinic.head.post(f"/api/triage/visits/{visit}/void", {"reason": "x"}).status_code == 200
    total = clinic.head.get(PATH).json["total"]
    assert (total["arrivals"], total["voids"], total["class_overrides"], total["first_visits"]) == (3, 1, 1, 2)


@pytest.mark.parametrize(("lang", "key", "total"), [("zh", "工号", "合计"), ("en", "staff", "total")])
def test_the_numbers_as_files(clinic: Clinic, lang: str, key: str, total: str) -> None:
    query = f"{PATH}&from=2026-10-01&to=2026-11-30&by=consultant&lang={lang}"
    file = clinic.head.get(f"{query}&format=csv")
    assert file.headers["Content-Disposition"].endswith('numbers-sh-01-2026-10-01-2026-11-30-by-consultant.csv"')
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == [key, "a", "b", total]
    book = load_workbook(io.BytesIO(clinic.head.get(f"{query}&format=xlsx").data))
    cells = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert [["" if cell is None else str(cell) for cell in row] for row in cells] == rows
    place = rows[0].index("初诊量" if lang == "zh" else "first visits")
    assert [row[place] for row in cells[1:]] == [2, 2, 4]


@pytest.mark.parametrize(("lang", "says"), [("zh", "顾问a"), ("en", "顾问a (by rotation)")])
def test_the_ledger_as_a_file_explains_every_decision(clinic: Clinic, lang: str, says: str) -> None:
    query = f"/api/triage/ledger?branch={BRANCH}&day=2026-10-31&lang={lang}"
    rows = list(csv.reader(io.StringIO(clinic.desk.get(f"{query}&format=csv").data.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert says in rows[1][8]
    assert clinic.desk.get(f"{query}&format=xlsx").data.startswith(b"PK")
    assert len(clinic.desk.get(f"/api/triage/ledger?branch={BRANCH}&day=2026-10-31").json["items"]) > 2


def test_who_may_read_the_numbers(clinic: Clinic) -> None:
    for role, status in (
        ("receptionist", 403),
        ("consultant", 403),
        ("cashier", 403),
        ("supervisor", 200),
        ("branch_head", 200),
        ("head_office", 200),
    ):
        assert clinic.under.as_(role, branches=[BRANCH]).get(PATH).status_code == status
    assert clinic.under.as_("supervisor", branches=["hz-01"]).get(PATH).status_code == 403
    assert clinic.under.nobody().get(PATH).status_code == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-01-01&to=2026-04-03", "to"),
        ("from=2026-02-01&to=2026-01-01", "to"),
        ("by=year", "by"),
        ("lang=fr", "lang"),
    ],
)
def test_a_question_that_is_not_right_is_named(clinic: Clinic, query: str, field: str) -> None:
    refused = clinic.head.get(f"{PATH}&{query}")
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]


def test_days_without_anything_are_no_rows(clinic: Clinic) -> None:
    empty = clinic.head.get(f"{PATH}&from=2026-01-01&to=2026-01-31").json
    assert (empty["rows"], empty["total"]["arrivals"], empty["total"]["fairness"]["difference"]) == ([], 0, 0)
