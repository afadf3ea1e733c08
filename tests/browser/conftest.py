"""A running system and Chromium before it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from embedded.system import System
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from browser_harness import chromium


@pytest.fixture(scope="module")
def system(systems: Callable[..., System]) -> System:
    """One system with the demo chain for the tests of a file."""
    made = systems()
    made.start()
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for a file: Playwright's loop stays in the thread, and other tests run loops of their own there."""
    with sync_playwright() as playwright:
        running = chromium(playwright)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, system: System) -> Iterator[Page]:
    """The desk's screen in Chinese; nothing is asked of another host, no script fails, no policy is broken."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai")
    one = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "[intlify]" in message.text or "[Vue warn]" in message.text:
            complaints.append(message.text)

    one.on("request", lambda request: asked.append(request.url))
    one.on("pageerror", lambda error: complaints.append(str(error)))
    one.on("console", heard)
    one.goto(system.address + "/")
    yield one
    assert [url for url in asked if not url.startswith((system.address, "data:", "blob:"))] == []
    assert complaints == []
    context.close()
