"""A day by hand: with the mouse in Chinese, by the keyboard alone in English."""

from __future__ import annotations

import pytest
from browser_harness.day import a_day
from browser_harness.day.people import People
from browser_harness.hands import Hand
from browser_harness.hands.keyboard import KeyboardHand
from browser_harness.hands.mouse import MouseHand
from embedded.system import System
from playwright.sync_api import Browser


@pytest.mark.parametrize(("hand", "language"), [(MouseHand, "zh"), (KeyboardHand, "en")])
def test_a_day_by_hand(browser: Browser, system: System, hand: type[Hand], language: str) -> None:
    with People(browser, system.address, system.folder, hand, language) as people:
        a_day(people)
