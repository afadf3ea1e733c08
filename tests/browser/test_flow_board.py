"""The flow board in Chromium: sign in, a scan shows within a moment, two languages, live and stale."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from device_gateway.edge.virtual import VirtualScanner
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Browser, Page, expect, sync_playwright
from qiantai.ids import new_id

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000


@pytest.fixture(scope="module")
def system(systems: Callable[..., System]) -> System:
    made = systems()
    made.start()
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, system: System) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai")
    one = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    one.on("request", lambda request: asked.append(request.url))
    one.on("pageerror", lambda error: complaints.append(str(error)))
    one.goto(system.address + "/")
    yield one
    assert [url for url in asked if not url.startswith((system.address, "data:"))] == []
    assert complaints == []
    context.close()


def sign_in(page: Page, staff: str = "desk", password: str = chain.PASSWORD) -> None:
    page.locator("input[name=staff]").fill(staff)
    page.locator("input[name=password]").fill(password)
    page.locator("#sign-in button.primary").click()


def expected_customer(system: System, name: str) -> str:
    """Register somebody with an appointment in a moment; returns the card."""
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    tail = f"{int(new_id()[-8:], 16) % 100_000_000:08d}"
    body = {"branch": chain.MAIN, "name": name, "phones": [{"number": f"139{tail}"}]}
    customer = desk.post("/api/customers/", body)["id"]
    card = f"D{new_id()[-10:].upper()}"
    desk.post(f"/api/customers/{customer}/cards", {"branch": chain.MAIN, "number": card, "kind": "design"})
    start = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=3)
    booking = {
        "branch": chain.MAIN,
        "customer": customer,
        "kind": "consultation",
        "projects": ["laser"],
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=30)).isoformat(),
    }
    desk.patiently("/api/appointments/", booking, key=new_id())
    return card


def test_a_wrong_password_is_told_and_lets_nobody_in(page: Page) -> None:
    sign_in(page, password="wrong")
    expect(page.locator("#sign-in-error")).not_to_be_empty()
    expect(page.locator("#board")).to_be_hidden()


def test_a_password_from_somebody_else_is_changed_at_the_door_and_an_ended_session_leads_back_there(
    page: Page, system: System
) -> None:
    office = Desk(system.address).sign_in("office", chain.PASSWORD)
    account = {"name": "新人", "roles": ["receptionist"], "branches": [chain.MAIN], "password": chain.FIRST_PASSWORD}
    office.put("/api/gateway/staff/new.one", account)
    sign_in(page, "new.one", chain.FIRST_PASSWORD)
    other = page.locator("input[name=new_password]")
    expect(other).to_be_visible(timeout=PATIENCE)
    other.fill("1234567890")
    page.locator("#sign-in button.primary").click()
    expect(page.locator("#sign-in-error")).to_contain_text("太容易猜到", timeout=PATIENCE)
    other.fill("my own words")
    page.locator("#sign-in button.primary").click()
    expect(page.locator("#state")).to_have_class(re.compile("live"), timeout=PATIENCE)
    office.post("/api/gateway/staff/new.one/sign-out")
    expect(page.locator("#door")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#sign-in-error")).not_to_be_empty()


def test_a_scan_shows_on_the_board_and_the_screen_speaks_two_languages(
    page: Page, system: System, tmp_path: Path
) -> None:
    sign_in(page)
    expect(page.locator("#state")).to_have_class(re.compile("live"), timeout=PATIENCE)
    card = expected_customer(system, "甄板小姐")
    expect(page.locator("#columns")).to_contain_text("甄板小姐", timeout=PATIENCE)
    with VirtualScanner(system.folder / "devices" / "scanner-1") as scanner:
        scanner.send(card)
        shown = page.locator("#columns").get_by_text("甄板小姐").first
        expect(shown).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#columns")).to_contain_text("按轮排顺序", timeout=PATIENCE)
    page.screenshot(path=str(tmp_path / "board-zh.png"))
    page.locator("#board [data-act=language]").click()
    expect(page.locator("#columns")).to_contain_text("by rotation")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("en"))
    page.screenshot(path=str(tmp_path / "board-en.png"))
    assert (tmp_path / "board-en.png").stat().st_size > 10_000


def test_an_unknown_card_shows_as_not_recognised(page: Page, system: System) -> None:
    sign_in(page)
    code = f"T{new_id()[-10:].upper()}"
    with VirtualScanner(system.folder / "devices" / "scanner-1") as scanner:
        scanner.send(code)
        expect(page.locator("#reads-list")).to_contain_text(code, timeout=PATIENCE)


def nobody_free(system: System, name: str) -> tuple[Desk, str]:
    """Send every consultant away and let somebody arrive; returns the supervisor and the visit."""
    supervisor = Desk(system.address).sign_in("zhou.min", chain.PASSWORD)
    for one in chain.CONSULTANTS:
        if one.branch == chain.MAIN:
            supervisor.post(f"/api/triage/consultants/{one.staff}/status", {"branch": chain.MAIN, "status": "off"})
    tail = f"{int(new_id()[-8:], 16) % 100_000_000:08d}"
    file = {"branch": chain.MAIN, "name": name, "phones": [{"number": f"137{tail}"}]}
    customer = supervisor.post("/api/customers/", file)["id"]
    arrival = {
        "branch": chain.MAIN,
        "customer": customer,
        "projects": ["laser"],
        "visit_class": "return_visit",
        "override_reason": "老顾客",
    }
    visit = supervisor.patiently("/api/triage/visits", arrival, key=new_id())
    return supervisor, visit["id"]


def test_open_alerts_stand_at_the_top_until_they_are_cleared(
    page: Page, browser: Browser, system: System, tmp_path: Path
) -> None:
    sign_in(page, "zhou.min")
    expect(page.locator("#state")).to_have_class(re.compile("live"), timeout=PATIENCE)
    expect(page.locator("#alerts")).to_be_hidden()
    supervisor, visit = nobody_free(system, "章急女士")
    alerts = page.locator("#alerts-list .alert")
    expect(alerts).to_have_count(2, timeout=PATIENCE)
    expect(alerts.nth(0)).to_have_class(re.compile("urgent"))  # the most severe first
    expect(alerts.nth(0)).to_contain_text("▲ 紧急")
    expect(alerts.nth(0)).to_contain_text("章急女士", timeout=PATIENCE)
    expect(alerts.nth(0)).to_contain_text("无人可接诊")
    expect(alerts.nth(0).locator(".ago")).to_have_text("刚刚")
    expect(alerts.nth(1)).to_contain_text("● 知悉")
    expect(page.locator("#said-at-once")).to_contain_text("无人可接诊")
    expect(page.locator("#said")).to_contain_text("T6")
    page.screenshot(path=str(tmp_path / "alerts-zh.png"))

    page.locator("#tab-payment").click()
    page.locator("#filter").fill("没有这个人")
    alerts.nth(0).get_by_role("button").click()
    card = page.locator(f'.card[data-id="{visit}"]')
    expect(card).to_be_in_viewport()
    expect(card).to_be_focused()
    page.locator("#board [data-act=language]").click()
    expect(alerts.nth(0)).to_contain_text("▲ Urgent")
    expect(alerts.nth(0)).to_contain_text("Nobody can receive")
    page.screenshot(path=str(tmp_path / "alerts-en.png"))

    for staff in ("lin.yue", "screen"):  # a consultant and a wall screen are told nothing
        other = browser.new_context()
        wall = other.new_page()
        wall.goto(system.address + "/")
        sign_in(wall, staff)
        expect(wall.locator("#state")).to_have_class(re.compile("live"), timeout=PATIENCE)
        expect(wall.locator("#columns .card").first).to_be_visible(timeout=PATIENCE)
        expect(wall.locator("#alerts")).to_be_hidden()
        other.close()

    for one in chain.CONSULTANTS:
        if one.branch == chain.MAIN:
            supervisor.post(f"/api/triage/consultants/{one.staff}/status", {"branch": chain.MAIN, "status": "idle"})
    named = {"to": "he.shan", "reason": "代为接待"}
    supervisor.post(f"/api/triage/visits/{visit}/reassign", named)
    expect(page.locator("#alerts-list .urgent")).to_have_count(0, timeout=PATIENCE)


def test_a_board_that_hears_nothing_says_so_and_comes_back(page: Page, system: System) -> None:
    sign_in(page)
    expect(page.locator("#state")).to_have_class(re.compile("live"), timeout=PATIENCE)
    system.kill()
    expect(page.locator("#state")).not_to_have_class(re.compile("live"), timeout=PATIENCE)
    system.start()
    expect(page.locator("#state")).to_have_class(re.compile("live"), timeout=90_000)
