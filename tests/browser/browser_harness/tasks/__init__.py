"""Named tasks of the desk: what somebody does, step by step, with a hand whose clicks and keys are counted."""

from __future__ import annotations

import re
from collections.abc import Callable

from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Locator, expect

from browser_harness import PATIENCE, beside
from browser_harness.hand import Hand

Task = Callable[[Hand, System], None]


class Tasks(dict[str, Task]):
    """Tasks by their names, as docs/console.md has them."""

    def called(self, name: str) -> Callable[[Task], Task]:
        """Name what somebody does."""

        def named(does: Task) -> Task:
            self[name] = does
            return does

        return named


def at(system: System, staff: str) -> Desk:
    """Return somebody signed in at the API."""
    return Desk(system.address).sign_in(staff, chain.PASSWORD)


def card(hand: Hand, name: str) -> Locator:
    """Return somebody's card, row or slip on the page."""
    return hand.page.get_by_role("main").get_by_role("button", name=re.compile(name))


def said(hand: Hand, text: str) -> None:
    """Wait until the screen says it."""
    shown = hand.page.locator(".toasts").get_by_role("listitem").filter(has_text=text)
    expect(shown.first).to_be_visible(timeout=PATIENCE)


def opened(hand: Hand, name: str) -> Locator:
    """Wait until somebody's panel is there, with what can be done; returns it."""
    expect(beside(hand.page).get_by_role("heading", name=name)).to_be_visible(timeout=PATIENCE)
    return beside(hand.page)


def offered(hand: Hand, name: str) -> Locator:
    """Wait until the page offers something; returns its button."""
    button = hand.page.get_by_role("button", name=re.compile(f"^{name}")).first
    expect(button).to_be_enabled(timeout=PATIENCE)
    return button


def option(hand: Hand, name: str) -> None:
    """Wait until a list under a field offers it."""
    expect(hand.page.get_by_role("option", name=re.compile(name)).first).to_be_visible(timeout=PATIENCE)
