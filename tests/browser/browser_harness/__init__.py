"""The desk as a person has it: Chromium, signing in, and what stands where."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Browser, Locator, Page, Playwright, expect
from qiantai.ids import new_id

PATIENCE = 20_000
"""Milliseconds until something must have shown."""
_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium(playwright: Playwright) -> Browser:
    """Start Chromium without anything that asks elsewhere, and without windows of its own where that can be had."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return playwright.chromium.launch(executable_path=path, args=_CHROMIUM)


def sign_in(page: Page, staff: str = "desk", password: str = chain.PASSWORD) -> None:
    """Sign in at the door and wait until the screen is live."""
    enter(page, staff, password)
    expect_live(page)


def enter(page: Page, staff: str, password: str) -> None:
    """Type account and password, and press Enter."""
    page.locator("input[name=staff]").fill(staff)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")


def expect_live(page: Page, patience: int = PATIENCE) -> None:
    """Wait until the screen hears what happens."""
    expect(freshness(page)).to_have_text(re.compile("实时|Live"), timeout=patience)


def freshness(page: Page) -> Locator:
    """Return where the screen says how fresh it is."""
    return page.get_by_role("banner").get_by_role("status").filter(has_text=re.compile("."))


def beside(page: Page) -> Locator:
    """Return the panel beside the page."""
    return page.get_by_role("complementary")


def new_customer(desk: Desk, name: str, branch: str = chain.MAIN) -> str:
    """Make a file with a phone that nobody else has; returns its id."""
    tail = f"{int(new_id()[-8:], 16) % 100_000_000:08d}"
    body = {"branch": branch, "name": name, "phones": [{"number": f"139{tail}"}]}
    return str(desk.post("/api/customers/", body)["id"])


def expected_customer(system: System, name: str) -> str:
    """Register somebody with an appointment in a moment; returns the card."""
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    customer = new_customer(desk, name)
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
