"""The customer's history over all services, as the file shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from customer.bootstrap import service
from qiantai.contracts.triage import StandInNoted
from qiantai.ids import new_id
from qiantai.inbox.processor import Verdict
from qiantai.service import Service
from qiantai.testing.branches import tell_branch
from qiantai.testing.service import ServiceUnderTest

WANG = {"branch": "sh-01", "name": "王小明", "phones": [{"number": "138 0013 8000"}]}


@pytest.fixture
def customers(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    made = under_test(service())
    tell_branch(made, "sh-01")
    return made


def test_what_a_stand_in_leaves_for_the_owner_is_a_step_told_once(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    customer = desk.post("/api/customers/", WANG).json["id"]
    noted = StandInNoted(
        branch="sh-01",
        visit=new_id(),
        customer=customer,
        owner="lin.yue",
        stand_in="he.shan",
        note="已谈好周五复诊",
        at=datetime.now(UTC),
    )
    message = new_id()
    for _ in range(2):
        assert customers.deliver(noted, version=1, message_id=message).verdict is Verdict.DONE
    steps = desk.get(f"/api/customers/{customer}/timeline").json["items"]
    [step] = [one for one in steps if one["what"] == "triage.standin.noted"]
    assert (step["zh"], step["en"]) == ("代接诊备注:已谈好周五复诊", "Note of the stand-in: 已谈好周五复诊")
    assert (step["branch"], step["details"]["subject"]) == ("sh-01", noted.visit)
