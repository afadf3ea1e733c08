"""A hand at the mouse: it clicks what it sees, and types only text."""

from __future__ import annotations

from re import Pattern

from playwright.sync_api import Locator, expect
from typing_extensions import override

from browser_harness import PATIENCE
from browser_harness.hands import Hand


class MouseHand(Hand):
    """Clicks."""

    @override
    def go(self, area: str) -> None:
        bar = self.of("navigation", "app.areas")
        self.press(self.of("link", f"app.area.{area}", bar))

    @override
    def press(self, what: Locator) -> None:
        what.click(timeout=PATIENCE)

    @override
    def turn(self, what: Locator) -> None:
        what.locator("xpath=ancestor::label").click(timeout=PATIENCE)
        expect(what).to_be_checked()

    @override
    def write(self, field: Locator, text: str) -> None:
        field.click(timeout=PATIENCE, click_count=3)  # all that is there
        self.page.keyboard.type(text)

    @override
    def pick(self, box: Locator, text: str, option: str | Pattern[str]) -> None:
        expect(box).to_be_visible(timeout=PATIENCE)
        box.click(force=True)  # what it shows in its place is what one clicks
        self.page.keyboard.type(text)
        self._option(option).click(timeout=PATIENCE)

    @override
    def find(self, text: str, option: str | Pattern[str]) -> None:
        self.pick(self._finder(), text, option)
