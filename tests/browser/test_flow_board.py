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


def test_a_board_that_hears_nothing_says_so_and_comes_back(page: Page, system: System) -> None:
    sign_in(page)
    expect(page.locator("#state")).to_have_class(re.compile("live"), timeout=PATIENCE)
    system.kill()
    expect(page.locator("#state")).not_to_have_class(re.compile("live"), timeout=PATIENCE)
    system.start()
    expect(page.locator("#state")).to_have_class(re.compile("live"), timeout=90_000)
