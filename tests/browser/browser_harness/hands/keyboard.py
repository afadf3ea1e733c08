"""A hand at the keyboard alone: keys that are shown, the commands of `Ctrl K`, Tab, arrows and Enter.

Wherever the focus goes it must be on something that is to be seen.
"""

from __future__ import annotations

from pathlib import Path
from re import Pattern
from typing import Any

from playwright.sync_api import Locator, expect
from typing_extensions import override

from browser_harness import PATIENCE
from browser_harness.hands import Hand

STEPS = 90
"""More than this nobody presses Tab for one thing."""
_WHERE = Path(__file__).with_name("where.js").read_text("utf-8")
_SIGNS = {
    "⏎": "Enter",
    "Ctrl": "Control",
    "ALT": "Alt",
    "Esc": "Escape",
    "↑": "ArrowUp",
    "↓": "ArrowDown",
    "←": "ArrowLeft",
    "→": "ArrowRight",
}


class KeyboardHand(Hand):
    """Presses keys."""

    @override
    def go(self, area: str) -> None:
        self._command("app.go_to", area=self.words(f"app.area.{area}"))

    @override
    def press(self, what: Locator) -> None:
        expect(what).to_be_enabled(timeout=PATIENCE)
        keys = self._shown(what)
        if keys and self._free_for(keys, self._where(what)):
            for key in keys:
                self.page.keyboard.press(key)
            return
        self._reach(what)
        self.page.keyboard.press("Enter")

    @override
    def turn(self, what: Locator) -> None:
        self._reach(what, among=True)
        for _ in range(STEPS):
            if self._where(what)["there"]:
                break
            self.page.keyboard.press("ArrowRight")
        if not what.is_checked():
            self.page.keyboard.press(" ")
        expect(what).to_be_checked()

    @override
    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        self.page.keyboard.press("Control+a")
        self._type(text)
        expect(field).to_have_value(text)

    @override
    def pick(self, box: Locator, text: str, option: str | Pattern[str]) -> None:
        self._reach(box)
        self._take(box, text, option)

    @override
    def find(self, text: str, option: str | Pattern[str]) -> None:
        self.page.keyboard.press("/")
        self._take(self._finder(), text, option)

    def _command(self, key: str, **facts: object) -> None:
        """Do something by its name."""
        self.page.keyboard.press("Control+k")
        box = self.of("combobox", "app.palette_hint")
        expect(box).to_be_focused(timeout=PATIENCE)
        self._take(box, self.words(key, **facts), self.words(key, **facts))

    def _take(self, box: Locator, text: str, option: str | Pattern[str]) -> None:
        """Type what is looked for, go down to what is wanted, and take it."""
        expect(box).to_be_focused(timeout=PATIENCE)
        self._type(text)
        wanted = self._option(option)
        expect(wanted).to_be_visible(timeout=PATIENCE)
        for _ in range(STEPS):
            marked = box.get_attribute("aria-activedescendant")
            if marked and wanted.get_attribute("id") == marked:
                break
            if marked is None and wanted.get_attribute("aria-selected") == "true":
                break  # all that is offered is this one
            self.page.keyboard.press("ArrowDown")
        else:
            raise AssertionError(f"no arrow leads to {option}")
        self.page.keyboard.press("Enter")

    def _type(self, text: str) -> None:
        """Type, the last sign slower than a scanner does."""
        self.page.keyboard.type(text[:-1])
        self.page.keyboard.type(text[-1:], delay=45)

    def _shown(self, what: Locator) -> list[str]:
        """Return the keys that are shown beside something."""
        signs = [_SIGNS.get(sign, sign) for sign in what.locator("kbd").all_inner_texts()]
        if len(signs) > 1 and signs[0] in ("Control", "Alt"):
            return ["+".join(sign if len(sign) > 1 else sign.lower() for sign in signs)]
        return [sign if len(sign) > 1 else sign.lower() for sign in signs]

    def _free_for(self, keys: list[str], where: dict[str, Any]) -> bool:
        """Whether keys are nobody else's: a letter is written where one types, Enter presses what has the focus."""
        if any("+" in key for key in keys):
            return True
        return not where["own"] and (keys == ["Enter"] or not where["typed"])

    def _where(self, wanted: Locator) -> dict[str, Any]:
        expect(wanted).to_be_attached(timeout=PATIENCE)
        found: dict[str, Any] = wanted.evaluate(_WHERE)
        assert found["seen"], f"the focus is out of sight: {found['on']}"
        assert found["ringed"], f"the focus does not show: {found['on']}"
        return found

    def _reach(self, what: Locator, *, among: bool = False) -> None:
        """Press Tab until something has the focus, or one of those among which it is."""
        for _ in range(STEPS):
            found = self._where(what)
            if found["there"] or (among and found["among"]):
                return
            self.page.keyboard.press("Tab" if found["after"] else "Shift+Tab")
        raise AssertionError(f"Tab does not lead to {what}; it ends at {found['on']}")
