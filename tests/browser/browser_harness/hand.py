"""A hand at the desk whose clicks and keys are counted; a word that is typed counts once, whatever its length."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from browser_harness import PATIENCE

_BURST = """text => {
    let at = performance.now()
    const press = (code, key) => {
        const event = new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true })
        Object.defineProperty(event, 'timeStamp', { value: (at += 4) })
        return (document.activeElement ?? document.body).dispatchEvent(event)
    }
    const code = sign => (/\\d/.test(sign) ? `Digit${sign}` : sign === ';' ? 'Semicolon' : `Key${sign.toUpperCase()}`)
    for (const sign of text) if (press(code(sign), sign)) document.execCommand('insertText', false, sign)
    press('Enter', 'Enter')
}"""
"""As fast as a scanner, however busy the machine is."""


def scan(page: Page, code: str) -> None:
    """Type as a scanner does: faster than a person, and than a browser that is driven from outside; ended by Enter."""
    page.evaluate(_BURST, code)


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
        scan(self.page, code)
