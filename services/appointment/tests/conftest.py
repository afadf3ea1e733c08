"""The appointment service under test, with a clock that the tests set and people who are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from appointment.bootstrap import service
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts import CHAIN
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.service import ServiceUnderTest
from qiantai.uow import Context

MONDAY_NINE = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


class Clinic:
    """The service with a clock; `wang` and `li` are customers, `nose` is a project."""

    def __init__(self, under_test: ServiceUnderTest, set_now: Callable[[datetime], None]) -> None:
        self.under_test = under_test
        self.set_now = set_now
        self.wang, self.li = new_id(), new_id()
        for id_, name in ((self.wang, "王小明"), (self.li, "李娜")):
            self.deliver(
                CustomerRegistered(branch=CHAIN, customer=id_, number="C1", name=name, kind="full", home_branch="sh-01")
            )
        self.deliver(project("nose"))
        for code in ("sh-01", "sh-02"):
            self.deliver(branch(code, "Asia/Shanghai"))
        for staff in ("dr-zhao", "dr-qian", "online-9"):
            self.deliver(
                StaffChanged(branch=CHAIN, staff=staff, name=staff, roles=("doctor",), branches=("*",), active=True)
            )

    @property
    def now(self) -> datetime:
        return clock.now()

    def deliver(self, event: Any, **options: Any) -> None:
        outcome = self.under_test.deliver(event, **options)
        assert outcome.verdict.value == "done", outcome

    def body(self, **changes: Any) -> dict[str, Any]:
        """A body for booking: Wang, at ten, for half an hour, with Dr Zhao; instants may be given.

        Wang may have several slips at once, unless `also_then` says otherwise.
        """
        starts_at = changes.pop("starts_at", MONDAY_NINE + timedelta(hours=1))
        ends_at = changes.pop("ends_at", starts_at + timedelta(minutes=30) if isinstance(starts_at, datetime) else None)
        body = {
            "branch": "sh-01",
            "customer": self.wang,
            "kind": "consultation",
            "provider": "dr-zhao",
            "projects": ["nose"],
            "starts_at": starts_at,
            "ends_at": ends_at,
            "also_then": True,
            **changes,
        }
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in body.items()}

    def book(self, **changes: Any) -> dict[str, Any]:
        made = self.under_test.as_("receptionist").post("/api/appointments/", self.body(**changes))
        assert made.status_code == 201, made.json
        answer: dict[str, Any] = made.json
        return answer

    def get(self, id_: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.under_test.as_("receptionist").get(f"/api/appointments/{id_}").json
        return answer

    def run_job(self, name: str) -> None:
        job = next(job for job in self.under_test.service.jobs if job.name == name)
        context = Context(actor=service_actor("appointment"), now=self.now)
        with transaction(self.under_test.engine, self.under_test.service.unit_of_work, context) as uow:
            job.run(uow)


def project(code: str, *, active: bool = True) -> ProjectChanged:
    return ProjectChanged(
        branch=CHAIN,
        code=code,
        name_zh="鼻综合",
        name_en="Nose",
        major=True,
        project_class="surgery_1",
        department="plastic",
        rank=1,
        minutes=60,
        active=active,
    )


def branch(code: str, timezone: str, *, active: bool = True) -> BranchChanged:
    return BranchChanged(
        branch=CHAIN, code=code, name_zh=code, name_en=code, timezone=timezone, currency="CNY", active=active
    )


@pytest.fixture
def clinic(under_test: Callable[[Service], ServiceUnderTest], monkeypatch: pytest.MonkeyPatch) -> Clinic:
    def set_now(instant: datetime) -> None:
        utc = instant.astimezone(UTC)
        monkeypatch.setattr(clock, "now", lambda: utc)

    set_now(MONDAY_NINE)
    return Clinic(under_test(service()), set_now)


@pytest.fixture
def events() -> Any:
    """Makers of events that tests send."""
    return {"project": project, "branch": branch}
