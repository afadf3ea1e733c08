"""A branch with three consultants, two projects and everybody who works there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.service import Service
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.service import Desk, ServiceUnderTest
from qiantai.uow import Context
from triage.bootstrap import service
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.jobs import keep_days

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # for the helpers beside, under pytest's importlib mode
    sys.path.append(HERE)

from clinic_of_four import Clinic  # noqa: E402
from clinic_of_four import Clock as WallClock  # noqa: E402
from neighbours import BRANCH, fill_roster, tell_customer, tell_projects  # noqa: E402
from policy_chain import Chain  # noqa: E402


class House:
    """The people of the branch; consultants are signed in as a, b and c."""

    def __init__(self, under: ServiceUnderTest) -> None:
        self.under = under
        self.desk = self.somebody("receptionist")
        self.supervisor = self.somebody("supervisor")
        self.nurse = self.somebody("nurse")
        self.doctor = self.somebody("doctor")
        tell_projects(under, "breast", "filler", project_class="surgery_1", department="plastic")
        fill_roster(self.supervisor, "a", "b", "c", shift="full")

    def somebody(self, role: str, id_: str | None = None, branch: str = BRANCH) -> Desk:
        return self.under.as_(role, branches=[branch], id_=id_)

    def consultant(self, id_: str) -> Desk:
        return self.somebody("consultant", id_)

    def customer(self) -> str:
        return tell_customer(self.under)

    def arrive(self, customer: str | None = None, **more: object) -> dict:
        body = {"branch": BRANCH, "customer": customer or self.customer(), "projects": ["filler"], **more}
        answer = self.desk.post("/api/triage/visits", body)
        assert answer.status_code == 201, answer.json
        return answer.json

    def status(self, consultant: str, status: str) -> None:
        body = {"branch": BRANCH, "status": status}
        assert self.desk.post(f"/api/triage/consultants/{consultant}/status", body).status_code == 200

    def served(self, visit: dict, *, outcome: str = "deal", **more: object) -> str:
        """Let the visit's consultant start and finish; returns the visit's path."""
        path = f"/api/triage/visits/{visit['id']}"
        own = self.consultant(visit["consultant"])
        assert own.post(f"{path}/start").status_code == 200
        done = own.post(f"{path}/finish", {"outcome": outcome, **more})
        assert done.status_code == 200, done.json
        return path

    def tick(self) -> None:
        """Do what the worker does every few seconds."""
        context = Context(actor=service_actor("triage"), now=clock.now())
        with transaction(self.under.engine, TriageUnitOfWork, context) as uow:
            keep_days(uow)

    def write(self, who: Desk, path: str, form: str, content: dict, version: int = 0) -> None:
        done = who.put(f"{path}/forms/{form}", {"content": content}, etag=version)
        assert done.status_code == 200, done.json

    def frozen(self) -> list[tuple]:
        """Return how much of everything there is, to see that nothing changed."""
        tables = ("ledger_entry", "visit_stage", "visit_form", "stand_in_note", "alert", "owner", "outbox", "audit")
        counts = [self.under.rows(f"SELECT count(*) FROM {table}")[0] for table in tables]  # noqa: S608 - our own tables
        return counts + self.under.rows('SELECT id, version, stage, "to", consultant FROM visit ORDER BY id')


class Clock:
    """A clock that a test sets, in minutes after ten o'clock in Shanghai on one day."""

    def __init__(self) -> None:
        self.minutes = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 2, tzinfo=UTC) + timedelta(minutes=self.minutes)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The hands of the clock."""
    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    return made


@pytest.fixture
def house(under_test: Callable[[Service], ServiceUnderTest]) -> House:
    """A branch at work."""
    return House(under_test(service()))


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    """The clock on the wall of the clinic of four."""
    made = WallClock()
    monkeypatch.setattr(clock, "now", made.now)
    return made


@pytest.fixture
def clinic(under_test: Callable[[Service], ServiceUnderTest], wall: WallClock) -> Clinic:
    """A branch with four consultants, at nine in the morning."""
    return Clinic(under_test(service()), wall)


@pytest.fixture
def chain(under_test: Callable[[Service], ServiceUnderTest]) -> Chain:
    """A chain of two branches."""
    return Chain(under_test(service()))
