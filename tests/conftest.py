"""Whole systems for flows and browser, and Chromium before them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from embedded.system import System

if TYPE_CHECKING:
    from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent / "browser"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder for a PostgreSQL, not below pytest's own: the next pytest to start closes that to other users."""
    with TemporaryDirectory(prefix="qiantai-folder-") as folder:
        yield Path(folder)


@contextmanager
def stopped_afterwards() -> Iterator[Callable[..., System]]:
    """Make systems, each in a folder of its own, that are stopped when this ends."""
    with ExitStack() as stack:

        def make(**environment: str) -> System:
            folder = stack.enter_context(TemporaryDirectory(prefix="qiantai-var-", ignore_cleanup_errors=True))
            system = System(Path(folder), environment=environment)
            stack.callback(system.stop)
            return system

        yield make


@pytest.fixture(scope="session")
def lasting_systems() -> Iterator[Callable[..., System]]:
    """Make systems that are stopped when the last test has run."""
    with stopped_afterwards() as make:
        yield make


@pytest.fixture(scope="module")
def systems() -> Iterator[Callable[..., System]]:
    """Make systems that are stopped at the end of a file."""
    with stopped_afterwards() as make:
        yield make


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for a file: Playwright's loop stays in the thread, and other tests run loops of their own there."""
    from browser_harness import chromium  # noqa: PLC0415 - most files need no browser
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        running = chromium(playwright)
        yield running
        running.close()
