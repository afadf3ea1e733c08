"""Appointments: book, move, cancel, arrive."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from embedded import chain
from embedded.system import System
from playwright.sync_api import Locator, expect
from qiantai.ids import new_id

from browser_harness import PATIENCE, beside, new_customer
from browser_harness.hand import Hand
from browser_harness.tasks import Tasks, at, card, offered, opened, option, said

APPOINTMENTS = Tasks()
ZONE = ZoneInfo("Asia/Shanghai")


def tomorrow(hour: int) -> datetime:
    """Return an hour of tomorrow at the branch."""
    return (datetime.now(ZONE) + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


def booked(system: System, name: str, start: datetime) -> None:
    """Book somebody new with the consultant whose column is read first."""
    desk = at(system, "desk")
    body = {
        "branch": chain.MAIN,
        "customer": new_customer(desk, name),
        "kind": "consultation",
        "provider": "lin.yue",
        "projects": ["laser"],
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=30)).isoformat(),
    }
    desk.patiently("/api/appointments/", body, key=new_id())


def calendar_of_tomorrow(hand: Hand) -> Locator:
    """Stand before the calendar of tomorrow."""
    page = hand.page
    page.get_by_role("navigation", name="功能区").get_by_role("link", name="预约").click()
    expect(page.get_by_role("group", name="预约日历")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("]")
    page.wait_for_url(re.compile("day="))
    calendar = page.get_by_role("group", name="预约日历")
    expect(calendar.get_by_text("林悦", exact=True)).to_be_visible(timeout=PATIENCE)
    return calendar


@APPOINTMENTS.called("book an appointment in the calendar by keys")
def _(hand: Hand, system: System) -> None:
    new_customer(at(system, "desk"), "约一小姐")
    calendar = calendar_of_tomorrow(hand)
    hand.press("c")
    expect(calendar).to_be_focused(timeout=PATIENCE)
    hand.press("ArrowDown", "ArrowDown", "Enter")
    expect(beside(hand.page).get_by_role("combobox", name="顾客")).to_be_focused(timeout=PATIENCE)
    hand.type("约一小姐")
    option(hand, "约一小姐")
    hand.press("Enter")
    expect(beside(hand.page).get_by_role("combobox", name="项目")).to_be_focused(timeout=PATIENCE)
    hand.type("光子嫩肤")
    option(hand, "光子嫩肤")
    hand.press("Enter", "Control+Enter")
    opened(hand, "约一小姐")


@APPOINTMENTS.called("move an appointment by keys, with the reason")
def _(hand: Hand, system: System) -> None:
    booked(system, "改期先生", tomorrow(14))
    calendar = calendar_of_tomorrow(hand)
    hand.click(calendar.get_by_role("button", name=re.compile("改期先生")))
    opened(hand, "改期先生")
    hand.press("m")
    expect(calendar.get_by_role("status")).to_have_text(re.compile("14:00"), timeout=PATIENCE)
    hand.press("ArrowDown", "Enter")
    expect(hand.page.get_by_role("region", name="改期").get_by_label("原因")).to_be_focused(timeout=PATIENCE)
    hand.type("顾客堵车")
    hand.press("Enter")
    expect(calendar.get_by_role("button", name=re.compile("改期先生"))).to_contain_text("14:30", timeout=PATIENCE)


@APPOINTMENTS.called("cancel an appointment, with the reason")
def _(hand: Hand, system: System) -> None:
    booked(system, "取消女士", tomorrow(16))
    calendar = calendar_of_tomorrow(hand)
    hand.click(calendar.get_by_role("button", name=re.compile("取消女士")))
    opened(hand, "取消女士")
    hand.press("x")
    expect(beside(hand.page).get_by_label("原因")).to_be_focused(timeout=PATIENCE)
    hand.type("生病")
    hand.press("Enter")
    said(hand, "取消女士")


@APPOINTMENTS.called("let somebody arrive from their slip")
def _(hand: Hand, system: System) -> None:
    booked(system, "到店女士", datetime.now(ZONE) + timedelta(minutes=5))
    hand.page.get_by_role("navigation", name="功能区").get_by_role("link", name="预约").click()
    expect(hand.page.get_by_role("group", name="预约日历")).to_be_visible(timeout=PATIENCE)
    hand.page.keyboard.press("l")
    hand.page.wait_for_url(re.compile("view=list"))
    hand.click(card(hand, "到店女士"))
    offered(hand, "到院")
    hand.press("Enter")
    expect(beside(hand.page).get_by_role("region", name="系统建议")).to_contain_text("依据规则", timeout=PATIENCE)
    hand.press("Enter")
    said(hand, "到店女士 已分给")
