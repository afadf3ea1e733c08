"""A hand at the desk whose clicks and keys are counted; a word that is typed counts once, whatever its length."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from browser_harness import PATIENCE

_BURST = """code => {
    const strokes = [...code].map(sign => ({key: sign, code: /[0-9]/.test(sign) ? `Digit${sign}` : `Key${sign}`}))
    for (const stroke of [...strokes, {key: 'Enter', code: 'Enter'}]) {
        const event = new KeyboardEvent('keydown', {...stroke, bubbles: true, cancelable: true})
        ;(document.activeElement ?? document.body).dispatchEvent(event)
    }
}"""
"""As fast as a scanner, however busy the machine is."""


@dataclass
class Hand:
    """What somebody does for a task."""

    page: Page
    clicks: int = 0
    keys: int = 0
    words: int = 0

    def click(self, what: Locator) -> None:
        """Click once."""
        self.clicks += 1
        what.click(timeout=PATIENCE)

    def press(self, *keys: str) -> None:
        """Press keys, one after another; a chord (`Control+z`) is one."""
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def type(self, word: str) -> None:
        """Type a word where the cursor is."""
        self.words += 1
        self.page.keyboard.type(word)

    def scan(self, code: str) -> None:
        """Hold something before a scanner that is a keyboard; costs nothing."""
        self.page.evaluate(_BURST, code)
