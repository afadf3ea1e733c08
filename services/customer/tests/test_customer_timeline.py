"""The customer's history over all services, as the file shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from customer.bootstrap import service
from qiantai.contracts import CHAIN
from qiantai.contracts.billing import ChargeOpened, ProjectChanged, TreatmentItemPurchased
from qiantai.contracts.customer import CardRevoked
from qiantai.contracts.event import Event
from qiantai.contracts.triage import ConsultationFinished, StandInNoted, VisitClassified
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
    assert (step["zh"], step["en"]) == ("代接诊备注：已谈好周五复诊", "Note of the stand-in: 已谈好周五复诊")
    assert (step["branch"], step["details"]["subject"]) == ("sh-01", noted.visit)


def last_step(customers: ServiceUnderTest, event: Event) -> tuple[str, str]:
    assert customers.deliver(event).verdict is Verdict.DONE
    [row] = customers.rows("SELECT zh, en FROM timeline ORDER BY message DESC LIMIT 1")
    return row[0], row[1]


@pytest.mark.parametrize(
    ("currency", "total", "told"),
    [
        ("JPY", 38_800, "JPY 38,800"),
        ("CNY", 38_800, "CNY 388.00"),
        ("KWD", 38_800, "KWD 38.800"),
        ("CNY", 5, "CNY 0.05"),
    ],
)
def test_money_is_shown_with_its_own_currencys_decimals(
    customers: ServiceUnderTest, currency: str, total: int, told: str
) -> None:
    opened = ChargeOpened(
        branch="tyo-01",
        charge=new_id(),
        number="tyo-01-20260302-0001",
        customer=new_id(),
        visit=None,
        lines=(),
        total=total,
        currency=currency,
    )
    zh, en = last_step(customers, opened)
    assert (zh, en) == (f"开收费单 {opened.number}：{told}", f"Charge slip {opened.number}: {told}")


def test_the_history_speaks_in_words_and_not_in_codes(customers: ServiceUnderTest) -> None:
    customer, now = new_id(), datetime.now(UTC)
    project = {"name_zh": "光子嫩肤", "name_en": "Laser", "major": False, "project_class": "skin", "department": "skin"}
    customers.deliver(ProjectChanged(branch=CHAIN, code="laser", rank=1, minutes=30, active=True, **project))  # type: ignore[arg-type]
    steps = [
        (
            VisitClassified(branch="sh-01", visit=new_id(), customer=customer, visit_class="return_visit", projects=()),
            ("确认类别：复诊", "Class confirmed: return visit"),
        ),
        (
            CardRevoked(branch=CHAIN, card=new_id(), number="K1", customer=customer, reason="lost"),
            ("卡片停用 K1：挂失", "Card K1 out of use: lost"),
        ),
        (
            TreatmentItemPurchased(
                branch="sh-01",
                item=new_id(),
                customer=customer,
                charge=new_id(),
                product="laser-5",
                project="laser",
                sessions=5,
            ),
            ("购买光子嫩肤 × 5", "Bought Laser × 5"),
        ),
        (
            ConsultationFinished(
                branch="sh-01",
                visit=new_id(),
                customer=customer,
                visit_class="first_visit",
                consultant="a",
                outcome="no_deal",
                projects=(),
                finished_at=now,
                no_deal_reason="价格{太高}",
            ),
            ("咨询结束：未成交（价格{太高}）", "Consultation finished: no deal (价格{太高})"),
        ),
    ]
    for event, told in steps:
        assert last_step(customers, event) == told
