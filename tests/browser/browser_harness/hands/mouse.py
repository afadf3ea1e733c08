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
        expect(field).to_have_value(text)

    @override
    def pick(self, box: Locator, text: str, option: str | Pattern[str]) -> None:
        expect(box).to_be_visible(timeout=PATIENCE)
        around = box.locator("xpath=ancestor::*[contains(@class, 'el-select__wrapper')]")
        (around if around.count() else box).click(timeout=PATIENCE)  # what it shows in its place is what one clicks
        self.page.keyboard.type(text)
        self._option(option).click(timeout=PATIENCE)
        opened = self.page.locator(".el-select__wrapper:has([aria-expanded=true]) .el-select__suffix")
        if opened.count():  # one may take several, and the list covers what is below
            opened.click()

    @override
    def find(self, text: str, option: str | Pattern[str]) -> None:
        self.pick(self._finder(), text, option)
