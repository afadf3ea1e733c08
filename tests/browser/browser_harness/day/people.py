"""Those who work on the day, each at a screen of their own."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from device_gateway.edge.virtual import VirtualScanner
from embedded import chain
from playwright.sync_api import Browser
from qiantai.ids import new_id

from browser_harness import expect_live
from browser_harness.hands import Hand
from browser_harness.watched import watched
from browser_harness.words import Words


class People:
    """Who is at work; everybody signs in when they are first needed, and stays."""

    def __init__(self, browser: Browser, address: str, folder: Path, hand: type[Hand], language: str) -> None:
        self.browser = browser
        self.address = address
        self.folder = folder
        self.kind = hand
        self.words = Words(language)
        self._here: dict[str, Hand] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def at(self, staff: str) -> Hand:
        """Return somebody's hand at their screen."""
        if staff not in self._here:
            self._here[staff] = self._signed_in(staff)
        return self._here[staff]

    def scanner(self) -> VirtualScanner:
        """Return the scanner at the desk."""
        return VirtualScanner(self.folder / "devices" / "scanner-1")

    def _signed_in(self, staff: str) -> Hand:
        page = self._open.enter_context(watched(self.browser, self.address, self.words.language))
        hand = self.kind(page, self.words)
        if not self._here:  # the first one is in a hurry
            self._enter(hand, staff, "qiantai-dema")
            hand.shows(page.get_by_role("alert"), self.words("app.door.wrong"))
        self._enter(hand, staff, chain.PASSWORD)
        expect_live(page)
        return hand

    def _enter(self, hand: Hand, staff: str, password: str) -> None:
        hand.write(hand.of("textbox", "app.door.account"), staff)
        hand.write(hand.of("textbox", "app.door.password"), password)
        hand.press(hand.button("app.door.enter"))


def phone() -> str:
    """Return a phone that nobody else has."""
    return f"139{int(new_id()[-8:], 16) % 100_000_000:08d}"
