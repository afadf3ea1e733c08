"""What somebody does at a screen, whichever hand does it: press, turn, write, pick, go."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from re import Pattern
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from browser_harness import PATIENCE
from browser_harness.words import Words

Role = Literal[
    "button", "combobox", "form", "group", "link", "list", "navigation", "radio", "region", "status", "textbox"
]


class Hand(ABC):
    """Somebody's hand; what it reaches for is named by its role and its accessible name."""

    def __init__(self, page: Page, words: Words) -> None:
        self.page = page
        self.words = words

    @property
    def main(self) -> Locator:
        """The page, without its bar and what stands beside it."""
        return self.page.get_by_role("main")

    @property
    def beside(self) -> Locator:
        """The panel beside the page."""
        return self.page.get_by_role("complementary")

    def button(self, key: str, within: Locator | None = None, **facts: object) -> Locator:
        """Return the button whose name begins with the words of a key; a count or an amount may follow."""
        words = self.words.like(key, **facts).pattern
        return (within or self.page).get_by_role("button", name=re.compile(f"^{words}( |$)"))

    def of(self, role: Role, key: str, within: Locator | None = None, **facts: object) -> Locator:
        """Return what has a role and the words of a key for its name; a star says that it is needed."""
        words = self.words.like(key, **facts).pattern
        return (within or self.page).get_by_role(role, name=re.compile(rf"^(\*\s*)?{words}$"))

    def said(self, key: str, **facts: object) -> None:
        """Wait until the short news say something."""
        news = self.page.locator(".toasts").get_by_role("listitem").filter(has_text=self.words.like(key, **facts))
        expect(news.first).to_be_visible(timeout=PATIENCE)

    def shows(self, what: Locator, text: str | Pattern[str] | None = None) -> None:
        """Wait until something is to be seen, with a text in it."""
        expect(what).to_be_visible(timeout=PATIENCE)
        if text is not None:
            expect(what).to_contain_text(text, timeout=PATIENCE)

    @abstractmethod
    def go(self, area: str) -> None:
        """Go to an area of the console."""

    @abstractmethod
    def press(self, what: Locator) -> None:
        """Press a button or a link."""

    @abstractmethod
    def turn(self, what: Locator) -> None:
        """Choose one of several."""

    @abstractmethod
    def write(self, field: Locator, text: str) -> None:
        """Write into a field, over what is there."""

    @abstractmethod
    def pick(self, box: Locator, text: str, option: str | Pattern[str]) -> None:
        """Write into a field that offers what there is, and take one of it."""

    @abstractmethod
    def find(self, text: str, option: str | Pattern[str]) -> None:
        """Write into the one field at the top, and take one of what it offers."""

    def _finder(self) -> Locator:
        return self.page.get_by_role("search").get_by_role("combobox")

    def _option(self, option: str | Pattern[str]) -> Locator:
        return self.page.get_by_role("option", name=option).filter(visible=True).first
