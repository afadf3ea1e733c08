"""The flow board in Chromium: sign in, a scan shows within a moment, two languages, alerts, live and stale."""

from __future__ import annotations

import re

from browser_harness import PATIENCE, beside, enter, expect_live, expected_customer, freshness, new_customer, sign_in
from device_gateway.edge.virtual import VirtualScanner
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Browser, Page, expect
from qiantai.ids import new_id


def test_a_wrong_password_is_told_and_lets_nobody_in(page: Page) -> None:
    enter(page, "desk", "wrong")
    expect(page.get_by_role("alert")).to_have_text("工号或密码不对")
    expect(page.get_by_role("heading", name="流水牌")).to_have_count(0)


def test_a_password_from_somebody_else_is_changed_at_the_door_and_an_ended_session_leads_back_there(
    page: Page, system: System
) -> None:
    office = Desk(system.address).sign_in("office", chain.PASSWORD)
    account = {"name": "新人", "roles": ["receptionist"], "branches": [chain.MAIN], "password": chain.FIRST_PASSWORD}
    office.put("/api/gateway/staff/new.one", account)
    enter(page, "new.one", chain.FIRST_PASSWORD)
    other = page.get_by_label("新密码")
    expect(other).to_be_focused(timeout=PATIENCE)
    other.fill("1234567890")
    other.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("太容易猜到", timeout=PATIENCE)
    other.fill("my own words")
    other.press("Enter")
    expect_live(page)
    office.post("/api/gateway/staff/new.one/sign-out")
    expect(page.get_by_role("alert").filter(has_text="登录已过期")).to_be_visible(timeout=PATIENCE)
    page.locator("input[name=password]").fill("my own words")
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("button", name="登录", exact=True)).to_have_count(0, timeout=PATIENCE)
    expect_live(page)


def test_a_scan_shows_on_the_board_and_the_screen_speaks_two_languages(page: Page, system: System) -> None:
    sign_in(page)
    card = expected_customer(system, "甄板小姐")
    board = page.get_by_role("main")
    expect(board.get_by_role("region", name="预约").get_by_text("甄板小姐")).to_be_visible(timeout=PATIENCE)
    with VirtualScanner(system.folder / "devices" / "scanner-1") as scanner:
        scanner.send(card)
        expect(board).to_contain_text("按轮排顺序", timeout=PATIENCE)
    page.get_by_role("button", name="陈佳").click()
    page.get_by_role("menuitem", name="English").click()
    expect(board).to_contain_text("by rotation")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("en"))


def test_an_unknown_card_shows_as_not_recognised(page: Page, system: System) -> None:
    sign_in(page)
    code = f"T{new_id()[-10:].upper()}"
    with VirtualScanner(system.folder / "devices" / "scanner-1") as scanner:
        scanner.send(code)
        reads = page.get_by_role("region", name="未识别的扫码")
        expect(reads).to_contain_text(code, timeout=PATIENCE)
    reads.get_by_role("listitem").filter(has_text=code).get_by_role("button", name="忽略").click()
    expect(page.get_by_text(code)).to_have_count(0, timeout=PATIENCE)


def nobody_free(system: System, name: str) -> tuple[Desk, str]:
    """Send every consultant away and let somebody arrive; returns the supervisor and the visit."""
    supervisor = Desk(system.address).sign_in("zhou.min", chain.PASSWORD)
    for one in chain.CONSULTANTS:
        if one.branch == chain.MAIN:
            supervisor.post(f"/api/triage/consultants/{one.staff}/status", {"branch": chain.MAIN, "status": "off"})
    arrival = {
        "branch": chain.MAIN,
        "customer": new_customer(supervisor, name),
        "projects": ["laser"],
        "visit_class": "return_visit",
        "override_reason": "老顾客",
    }
    visit = supervisor.patiently("/api/triage/visits", arrival, key=new_id())
    return supervisor, visit["id"]


def test_open_alerts_stand_at_the_top_until_they_are_cleared(page: Page, browser: Browser, system: System) -> None:
    sign_in(page, "zhou.min")
    page.goto(system.address + "/board")
    expect_live(page)
    expect(page.get_by_role("region", name="主管提醒")).to_have_count(0)
    supervisor, visit = nobody_free(system, "章急女士")
    strip = page.get_by_role("region", name="主管提醒")
    alerts = strip.get_by_role("listitem")
    expect(alerts).to_have_count(2, timeout=PATIENCE)
    expect(alerts.nth(0)).to_contain_text("▲ 紧急")  # the most severe first
    expect(alerts.nth(0)).to_contain_text("章急女士", timeout=PATIENCE)
    expect(alerts.nth(0)).to_contain_text("无人可接诊")
    expect(alerts.nth(0)).to_contain_text("刚刚")
    expect(alerts.nth(1)).to_contain_text("● 一般")
    expect(page.get_by_role("alert").filter(has_text="无人可接诊")).to_have_count(1)

    alerts.nth(0).get_by_role("button").first.click()
    expect(beside(page).get_by_role("heading", name="章急女士")).to_be_visible(timeout=PATIENCE)

    for staff in ("lin.yue", "screen"):  # a consultant and a wall screen are told nothing
        other = browser.new_context(locale="zh-CN")
        wall = other.new_page()
        wall.goto(system.address + "/")
        sign_in(wall, staff)
        wall.goto(system.address + "/board")
        expect_live(wall)
        if staff != "screen":  # which shows who is here, not who is expected
            expect(wall.get_by_role("main").locator(".card").first).to_be_visible(timeout=PATIENCE)
        expect(wall.get_by_role("region", name="主管提醒")).to_have_count(0)
        if staff == "screen":
            expect(wall.get_by_text("章急女士")).to_have_count(0)
        other.close()

    for one in chain.CONSULTANTS:
        if one.branch == chain.MAIN:
            supervisor.post(f"/api/triage/consultants/{one.staff}/status", {"branch": chain.MAIN, "status": "idle"})
    named = {"to": "he.shan", "reason": "代为接待"}
    supervisor.post(f"/api/triage/visits/{visit}/reassign", named)
    expect(alerts.filter(has_text="紧急")).to_have_count(0, timeout=PATIENCE)


def test_a_board_that_hears_nothing_says_so_and_comes_back(browser: Browser, system: System) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(system.address + "/")
    sign_in(page)
    system.kill()
    expect(freshness(page)).not_to_have_text("实时", timeout=PATIENCE)
    system.start()
    expect_live(page, 90_000)
    context.close()


def test_what_could_not_be_loaded_is_said_and_nothing_is_called_empty(page: Page, system: System) -> None:
    sign_in(page, "zhou.min")
    page.route("**/api/triage/roster**", lambda route: route.fulfill(status=502, content_type="text/html", body="<p>"))
    page.goto(f"{system.address}/rotation/roster")
    unloaded = page.get_by_role("alert").filter(has_text="有内容没有载入")
    expect(unloaded).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("名册里还没有人")).not_to_be_visible()
    page.unroute_all()
    unloaded.get_by_role("button", name="重试").click()
    expect(page.get_by_role("main").get_by_role("row", name=re.compile("林悦"))).to_be_visible(timeout=PATIENCE)
    expect(unloaded).to_have_count(0)
