"""The follow-up service under test, with a clock that the tests set and people who are known."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from followup.bootstrap import service
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts import CHAIN
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.branches import tell_branch, tell_staff
from qiantai.testing.service import Desk, ServiceUnderTest
from qiantai.uow import Context

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # makes the fakes importable under pytest's importlib mode
    sys.path.append(HERE)

MONDAY_TEN = datetime.fromisoformat("2026-03-02T10:00:00+08:00")
API = "/api/followups"


class House:
    """The service with a clock; `wang` is a customer, `nose` an operation, `peel` a treatment."""

    def __init__(self, under_test: ServiceUnderTest, set_now: Callable[[datetime], None]) -> None:
        self.under_test = under_test
        self.set_now = set_now
        self.wang = new_id()
        self.deliver(
            CustomerRegistered(
                branch=CHAIN, customer=self.wang, number="C1", name="王小明", kind="full", home_branch="sh-01"
            )
        )
        tell_branch(under_test, "sh-01")
        tell_staff(under_test, "ann")
        tell_staff(under_test, "bea")
        self.deliver(project("nose", "surgery_1"))
        self.deliver(project("peel", "skin"))
        self.consultant = under_test.as_("consultant", id_="ann")
        self.supervisor = under_test.as_("supervisor", id_="sue")

    @property
    def now(self) -> datetime:
        return clock.now()

    def deliver(self, event: Any, **options: Any) -> None:
        outcome = self.under_test.deliver(event, **options)
        assert outcome.verdict.value == "done", outcome

    def body(self, **changes: Any) -> dict[str, Any]:
        """A body for a plan: call Wang within a day."""
        body = {
            "branch": "sh-01",
            "customer": self.wang,
            "kind": "need_tracking",
            "content": "问顾虑",
            "due_from": self.now,
            "due_until": self.now + timedelta(days=1),
            **changes,
        }
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in body.items()}

    def draft(self, **changes: Any) -> str:
        made = self.consultant.post(f"{API}/plans", self.body(**changes))
        assert made.status_code == 201, made.json
        return str(made.json["id"])

    def approved(self, **changes: Any) -> str:
        plan = self.draft(submit=True, **changes)
        self.done(self.supervisor.post(f"{API}/plans/{plan}/approve"))
        return plan

    def execute(self, plan: str, *, desk: Desk | None = None, **body: Any) -> Any:
        said = {"result": "reached", "feedback": "很好", "next_step": {"ended": "满意"}, **body}
        said = {name: value for name, value in said.items() if value is not None}
        return (desk or self.consultant).post(f"{API}/plans/{plan}/execute", said)

    def done(self, answer: Any) -> dict[str, Any]:
        assert answer.status_code == 200, answer.json
        found: dict[str, Any] = answer.json
        return found

    def get(self, plan: str) -> dict[str, Any]:
        return self.done(self.supervisor.get(f"{API}/plans/{plan}"))

    def plans(self, **query: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.done(self.supervisor.get(f"{API}/plans", query_string=query))["items"]
        return items

    def run_job(self, name: str) -> None:
        job = next(job for job in self.under_test.service.jobs if job.name == name)
        context = Context(actor=service_actor("followup"), now=self.now)
        with transaction(self.under_test.engine, self.under_test.service.unit_of_work, context) as uow:
            job.run(uow)


def project(code: str, project_class: str) -> ProjectChanged:
    return ProjectChanged(
        branch=CHAIN,
        code=code,
        name_zh=code,
        name_en=code,
        major=False,
        project_class=project_class,
        department="d",
        rank=1,
        minutes=60,
    )


def branch(code: str, timezone: str) -> BranchChanged:
    return BranchChanged(branch=CHAIN, code=code, name_zh=code, name_en=code, timezone=timezone, currency="CNY")


def staff(id_: str, *roles: str, active: bool = True, branches: tuple[str, ...] = ("*",)) -> StaffChanged:
    return StaffChanged(branch=CHAIN, staff=id_, name=id_.title(), roles=roles, branches=branches, active=active)


@pytest.fixture
def house(under_test: Callable[[Service], ServiceUnderTest], monkeypatch: pytest.MonkeyPatch) -> House:
    def set_now(instant: datetime) -> None:
        utc = instant.astimezone(UTC)
        monkeypatch.setattr(clock, "now", lambda: utc)

    set_now(MONDAY_TEN)
    return House(under_test(service()), set_now)


@pytest.fixture
def told_by() -> Any:
    """Makers of events that tests send."""
    return {"project": project, "branch": branch, "staff": staff}
