"""A running system and the desk's screen before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from browser_harness.watched import watched
from embedded.system import System
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def system(systems: Callable[..., System]) -> System:
    """One system with the demo chain for the tests of a file."""
    made = systems()
    made.start()
    return made


@pytest.fixture
def page(browser: Browser, system: System) -> Iterator[Page]:
    """The desk's screen in Chinese."""
    with watched(browser, system.address) as one:
        yield one
