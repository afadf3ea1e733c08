"""Follow-up in Chromium: calls with their next step, on- and offline, approval of many, a template's preview."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from browser_harness import PATIENCE, beside, new_customer, sign_in
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Locator, Page, expect
from qiantai.ids import new_id


@pytest.fixture(scope="module")
def system(shared_system: System) -> System:
    return shared_system


def people(system: System) -> tuple[Desk, Desk]:
    """Return who drafts and who approves."""
    signed = [Desk(system.address).sign_in(staff, chain.PASSWORD) for staff in ("service", "zhou.min")]
    return signed[0], signed[1]


def drafted(system: System, *names: str, approved: bool = True, hours: int = 6) -> list[str]:
    """Draft a call to each of some new people, approved or submitted alone; returns the plans."""
    service, boss = people(system)
    now = datetime.now(UTC)
    plans = []
    for place, name in enumerate(names):
        body = {
            "branch": chain.MAIN,
            "customer": new_customer(service_desk(system), name),
            "kind": "after_treatment",
            "content": "问恢复情况",
            "due_from": (now - timedelta(hours=1)).isoformat(),
            "due_until": (now + timedelta(minutes=10 + place, hours=hours)).isoformat(),
            "executor": "service",
            "submit": True,
        }
        plans.append(str(service.patiently("/api/followups/plans", body, key=new_id())["id"]))
    if approved:
        boss.post("/api/followups/plans/approve", {"plans": plans})
    return plans


def service_desk(system: System) -> Desk:
    return Desk(system.address).sign_in("desk", chain.PASSWORD)


def at_home(page: Page, staff: str) -> None:
    """Sign in for the main branch."""
    page.evaluate(f"localStorage.setItem('qiantai.branch', '{chain.MAIN}')")
    page.reload()
    sign_in(page, staff)


def row_of(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=name)


def test_calls_are_noted_with_their_next_step_also_without_network_once_and_in_order(
    page: Page, system: System
) -> None:
    plans = drafted(system, "甄一访", "甄二访", "甄三访")
    at_home(page, "service")
    expect(row_of(page, "甄三访")).to_be_visible(timeout=PATIENCE)  # a caller's start page
    page.keyboard.press("j")
    panel = beside(page)
    expect(panel.get_by_role("heading").first).to_be_visible(timeout=PATIENCE)
    row_of(page, "甄一访").get_by_role("button").click()
    expect(panel.get_by_role("heading", name="甄一访")).to_be_visible(timeout=PATIENCE)
    note = panel.get_by_role("button", name="登记回访")
    page.keyboard.press("1")
    panel.get_by_label("反馈").fill("恢复很好")
    page.reload()  # nothing that is typed is lost
    expect(panel.get_by_label("反馈")).to_have_value("恢复很好", timeout=PATIENCE)
    expect(note).to_be_disabled()  # the next step is missing
    panel.get_by_text("再次回访").click()
    panel.get_by_label("内容").fill("满月再看一次")
    panel.get_by_role("button", name="30 天后").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已登记回访")).to_be_visible(timeout=PATIENCE)
    expect(row_of(page, "甄一访")).to_have_count(0, timeout=PATIENCE)
    service, _ = people(system)
    done = service.get(f"/api/followups/plans/{plans[0]}")
    following = service.get(f"/api/followups/plans/{done['next_plan']}")
    assert (done["state"], following["state"], following["content"]) == ("executed", "submitted", "满月再看一次")

    page.context.set_offline(True)
    for name in ("甄二访", "甄三访"):
        row_of(page, name).get_by_role("button").click()
        expect(panel.get_by_role("heading", name=name)).to_be_visible(timeout=PATIENCE)
        page.keyboard.press("2")
        note.click()
        expect(row_of(page, name)).to_contain_text("结果待发送", timeout=PATIENCE)
    expect(page.get_by_role("button", name="2 项待发送")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("button", name=re.compile("待发送"))).to_have_count(0, timeout=PATIENCE)
    tried = [service.get(f"/api/followups/plans/{plan}") for plan in plans[1:]]
    assert [(one["attempts"], one["result"]) for one in tried] == [(1, "not_reached")] * 2
    assert tried[0]["history"][-1]["at"] < tried[1]["history"][-1]["at"]


def test_many_plans_are_approved_at_once_and_the_second_of_two_is_told(page: Page, system: System) -> None:
    plans = drafted(system, "甄批一", "甄批二", "甄批三", approved=False)
    at_home(page, "zhou.min")
    page.goto(f"{system.address}/followup/plans")
    expect(row_of(page, "甄批三")).to_be_visible(timeout=PATIENCE)
    for name in ("甄批一", "甄批二", "甄批三"):
        page.get_by_role("checkbox", name=f"选择 {name}").press(" ")
    page.get_by_role("button", name=re.compile("^批准 3")).click()
    form = page.get_by_role("form", name="批准")
    form.get_by_role("combobox", name="执行人").fill("许洁")
    page.get_by_role("option", name="许洁").click()
    head = Desk(system.address).sign_in("head", chain.PASSWORD)
    head.post(f"/api/followups/plans/{plans[0]}/approve", {})
    form.get_by_role("button", name="批准").click()
    expect(form.get_by_role("alert")).to_contain_text("沈立已审批", timeout=PATIENCE)
    expect(form.get_by_role("alert")).to_contain_text("整批都没有改变")
    expect(row_of(page, "甄批一")).to_have_count(0, timeout=PATIENCE)  # what is left is sent as it is
    form.get_by_role("button", name="批准").click()
    expect(page.get_by_text("已批准 2 个")).to_be_visible(timeout=PATIENCE)
    service, _ = people(system)
    found = [service.get(f"/api/followups/plans/{plan}") for plan in plans]
    assert [(one["state"] in ("approved", "due"), one["executor"]) for one in found] == [
        (True, "service"),
        (True, "nurse"),
        (True, "nurse"),
    ]


def test_a_template_is_tried_on_what_happened_and_switched_off(page: Page, system: System) -> None:
    at_home(page, "office")
    page.keyboard.press("Escape")
    page.goto(system.address + "/followup/templates")
    page.get_by_role("button", name="爽约当日回访").click(timeout=PATIENCE)
    panel = beside(page)
    panel.get_by_role("button", name="预览").click(timeout=PATIENCE)
    expect(panel.get_by_role("status")).to_contain_text(re.compile(r"\d+ 件事中会产生 \d+ 个计划"), timeout=PATIENCE)
    panel.locator(".el-switch").filter(has_text="启用").click()
    panel.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("row", name=re.compile("爽约当日回访"))).to_contain_text("停用", timeout=PATIENCE)
