"""Appointments in Chromium: book, move by keys, two desks on one slot, cancel and print."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from browser_harness import PATIENCE, beside, new_customer, sign_in
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Page, expect
from qiantai.ids import new_id

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def system(shared_system: System) -> System:
    return shared_system


@pytest.fixture
def tomorrow() -> datetime:
    """Ten in the morning of tomorrow, at the branch."""
    return (datetime.now(ZONE) + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)


def slip(desk: Desk, customer: str, at: datetime, provider: str, minutes: int = 30) -> dict[str, str]:
    """Book by the API."""
    body = {
        "branch": chain.MAIN,
        "customer": customer,
        "kind": "consultation",
        "provider": provider,
        "projects": ["laser"],
        "starts_at": at.isoformat(),
        "ends_at": (at + timedelta(minutes=minutes)).isoformat(),
    }
    return dict(desk.patiently("/api/appointments/", body, key=new_id()))


def to_calendar(page: Page, system: System, day: datetime) -> None:
    """Open the calendar of a day."""
    page.goto(f"{system.address}/appointments?day={day:%Y-%m-%d}")
    expect(page.get_by_role("group", name="预约日历").get_by_text("林悦", exact=True)).to_be_visible(timeout=PATIENCE)


def test_a_slip_is_booked_from_an_empty_cell_by_keys_and_cancelled(
    page: Page, system: System, tomorrow: datetime
) -> None:
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    new_customer(desk, "约甲小姐")
    sign_in(page)
    to_calendar(page, system, tomorrow)
    calendar = page.get_by_role("group", name="预约日历")
    calendar.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"):  # nine, half past, ten; the first provider
        calendar.press(key)
    expect(calendar.get_by_role("status")).to_have_text(re.compile("10:00–10:30 何珊 · 空"))
    calendar.press("Enter")
    who = beside(page).get_by_role("combobox", name="顾客")
    expect(who).to_be_focused(timeout=PATIENCE)
    who.fill("约甲")
    expect(beside(page).get_by_role("option", name=re.compile("约甲小姐"))).to_be_visible(timeout=PATIENCE)
    who.press("Enter")
    beside(page).get_by_label("备注").fill("怕疼")
    page.reload()  # nothing that is typed is lost
    expect(beside(page).get_by_label("备注")).to_have_value("怕疼", timeout=PATIENCE)
    expect(page.get_by_role("complementary", name="详情")).to_contain_text("约甲小姐", timeout=PATIENCE)
    beside(page).get_by_role("button", name=re.compile("预约 30 分钟")).click()
    expect(beside(page).get_by_role("heading", name="约甲小姐")).to_be_visible(timeout=PATIENCE)
    expect(calendar.get_by_role("button", name=re.compile("约甲小姐"))).to_be_visible(timeout=PATIENCE)
    number = beside(page).locator("code").first.inner_text()
    page.keyboard.press("p")
    expect(beside(page).get_by_role("img", name=number)).to_be_visible(timeout=PATIENCE)
    page.go_back()
    beside(page).get_by_role("button", name=re.compile("取消")).click()
    beside(page).get_by_role("button", name="生病").click()
    beside(page).get_by_label("原因").press("Enter")
    expect(beside(page).get_by_text("已取消")).to_be_visible(timeout=PATIENCE)
    expect(beside(page).get_by_role("listitem").filter(has_text="生病")).to_contain_text("陈佳")


def test_a_slip_moves_by_keys_and_back(page: Page, system: System, tomorrow: datetime) -> None:
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    at = tomorrow.replace(hour=14)
    slip(desk, new_customer(desk, "改期先生"), at, "he.shan")
    slip(desk, new_customer(desk, "占位女士"), at + timedelta(minutes=30), "he.shan")
    sign_in(page)
    to_calendar(page, system, tomorrow)
    calendar = page.get_by_role("group", name="预约日历")
    mine = calendar.get_by_role("button", name=re.compile("改期先生"))
    mine.focus()
    mine.press("m")
    said = calendar.get_by_role("status")
    calendar.press("ArrowDown")
    expect(said).to_have_text(re.compile("14:30–15:00 何珊 · 已约 占位女士"))
    calendar.press("ArrowDown")
    expect(said).to_have_text(re.compile("15:00–15:30 何珊 · 空"))
    calendar.press("Enter")
    reason = page.get_by_role("region", name="改期").get_by_label("原因")
    expect(reason).to_be_focused()
    reason.fill("顾客堵车")
    reason.press("Enter")
    expect(mine).to_contain_text("15:00", timeout=PATIENCE)
    page.get_by_role("button", name=re.compile("撤销")).click()
    expect(mine).to_contain_text("14:00", timeout=PATIENCE)


def test_what_is_pressed_stays_until_it_is_let_go_whatever_comes_meanwhile(
    page: Page, system: System, tomorrow: datetime
) -> None:
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    slip(desk, new_customer(desk, "按住女士"), tomorrow.replace(hour=11), "lin.yue")
    sign_in(page)
    to_calendar(page, system, tomorrow)
    calendar = page.get_by_role("group", name="预约日历")
    mine = calendar.get_by_role("button", name=re.compile("按住女士"))
    mine.hover()
    page.mouse.down()
    slip(desk, new_customer(desk, "新来先生"), tomorrow.replace(hour=12), "lin.yue")
    with page.expect_response(re.compile(r"/api/appointments/\?.*"), timeout=PATIENCE):
        slip(desk, new_customer(desk, "今天女士"), datetime.now(ZONE) + timedelta(minutes=5), "lin.yue")
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    page.mouse.up()
    expect(beside(page).get_by_role("heading", name="按住女士")).to_be_visible(timeout=PATIENCE)
    expect(calendar.get_by_role("button", name=re.compile("新来先生"))).to_be_visible(timeout=PATIENCE)


def test_of_two_desks_on_one_slot_the_second_is_told_whose_it_is_and_keeps_what_was_typed(
    page: Page, system: System, tomorrow: datetime
) -> None:
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    first, _ = new_customer(desk, "先到女士"), new_customer(desk, "后到女士")
    other = slip(desk, new_customer(desk, "让位先生"), tomorrow.replace(hour=17), "tang.qi")
    sign_in(page)
    at = tomorrow.replace(hour=16)
    to_calendar(page, system, tomorrow)
    page.keyboard.press("n")
    panel = beside(page)
    who = panel.get_by_role("combobox", name="顾客")
    who.fill("后到")
    expect(panel.get_by_role("option", name=re.compile("后到女士"))).to_be_visible(timeout=PATIENCE)
    who.press("Enter")
    panel.get_by_label("日期").fill(f"{at:%Y-%m-%d}")
    panel.get_by_label("日期").press("Enter")
    panel.get_by_label("时间").fill("1600")
    panel.get_by_label("时间").press("Tab")
    panel.get_by_label("咨询或医生").click()
    page.get_by_role("option", name="唐琪").click()
    panel.get_by_label("备注").fill("从网上来")
    expect(panel.get_by_text("空", exact=True)).to_be_visible(timeout=PATIENCE)
    taken = slip(Desk(system.address).sign_in("zhou.min", chain.PASSWORD), first, at, "tang.qi")
    panel.get_by_role("button", name=re.compile("预约 .* 分钟")).click()
    told = panel.get_by_role("alert").filter(has_text="先到女士")
    expect(told).to_contain_text(f"唐琪 16:00–16:30 已约 先到女士（{taken['number']}），由 周敏 预约", timeout=PATIENCE)
    expect(panel.get_by_label("备注")).to_have_value("从网上来")
    expect(panel.get_by_label("时间")).to_have_value("16:00")
    panel.get_by_label("时间").fill("1630")
    panel.get_by_label("备注").press("Tab")
    panel.get_by_role("button", name=re.compile("预约 .* 分钟")).click()
    expect(panel.get_by_role("heading", name="后到女士")).to_be_visible(timeout=PATIENCE)

    # the other desk moved a slip meanwhile: a move of what it was is refused, and it is said by whom
    page.goto(f"{system.address}/appointments?day={tomorrow:%Y-%m-%d}&view=list&beside=appointment:{other['id']}")
    panel.get_by_role("button", name=re.compile("改期")).click()
    supervisor = Desk(system.address).sign_in("zhou.min", chain.PASSWORD)
    supervisor.post(f"/api/appointments/{other['id']}/confirm", {"how": "电话"})
    panel.get_by_label("时间").fill("1800")
    panel.get_by_label("原因").press("Enter")
    expect(panel.get_by_role("alert").filter(has_text="周敏 已确认")).to_be_visible(timeout=PATIENCE)
    expect(panel.get_by_label("时间")).to_have_value("18:00")
