"""A running system and Chromium before it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from embedded.system import System
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from browser_harness import chromium
from browser_harness.watched import watched


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
    """The desk's screen in Chinese."""
    with watched(browser, system.address) as one:
        yield one
