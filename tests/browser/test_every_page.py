"""Every page and panel that somebody can go to: no serious finding of axe, light and dark; nothing cut; large text."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import pytest
from browser_harness import PATIENCE, beside, sign_in
from browser_harness.panels import names, panels
from browser_harness.places import ACCOUNTS, go, places, settled
from embedded.system import System
from playwright.sync_api import Browser, BrowserContext, Page, expect

AXE = Path(__file__).parents[2] / "services/device-gateway/console/node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
BESIDE = "aside.panel"
PAINTED = "theme => document.documentElement.classList.contains('dark') === (theme === 'dark')"
RULES: dict[Literal["light", "dark"], Any] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}
"""What axe looks for in each theme: they differ in their colours alone."""


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The pages that somebody has gone to: what another one sees of them is made of the same."""
    return set()


@pytest.fixture
def context(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce")


def findings(page: Page, part: str = "html") -> list[str]:
    """Return what axe finds in a part of the page that keeps somebody out, with the first place of each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    wrong: list[str] = []
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_function(PAINTED, arg=theme)
        found: dict[str, Any] = page.evaluate(
            "([part, rules]) => axe.run(part, {resultTypes: ['violations'], ...rules})", [part, rules]
        )
        wrong += [
            f"{theme}: {one['id']}: {one['help']} at {one['nodes'][0]['target']} ({len(one['nodes'])}×)"
            for one in found["violations"]
            if one["impact"] in SERIOUS
        ]
    return wrong


def cut(page: Page) -> list[str]:
    """Return the screens and sizes of text at which one must scroll sideways."""
    wrong: list[str] = []
    for width, size in ((1366, "15px"), (1024, "15px"), (1366, "30px")):
        page.set_viewport_size({"width": width, "height": 768})
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        wrong += [f"scrolls sideways at {width} with {size}"] if page.evaluate(SIDEWAYS) else []
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1366, "height": 768})
    return wrong


@pytest.mark.parametrize("staff", ACCOUNTS)
def test_every_page_can_be_used_by_everybody(
    context: BrowserContext, system: System, staff: str, seen: set[str]
) -> None:
    page = context.new_page()
    page.goto(system.address + "/")
    sign_in(page, staff)
    wrong = [f"{path}: {one}" for path in places(page, seen) for one in findings(page) + cut(page)]
    context.close()
    assert not wrong, "\n".join(wrong)


def test_every_panel_can_be_used_by_everybody(browser: Browser, context: BrowserContext, system: System) -> None:
    wrong: list[str] = []
    opened: set[str] = set()
    for staff, theirs in groupby(panels(system), key=lambda one: one[0]):
        page = context.new_page()
        page.goto(system.address + "/")
        sign_in(page, staff)
        for _, path, panel in theirs:
            opened.add(panel.partition(":")[0])
            go(page, path)
            expect(page.locator(BESIDE)).to_have_count(0)
            go(page, f"{path}?beside={panel}")
            expect(beside(page).get_by_role("heading").first).to_be_visible(timeout=PATIENCE)
            settled(page)
            wrong += [f"{path}, {panel}: {one}" for one in findings(page, BESIDE) + cut(page)]
        context.close()
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce")
    context.close()
    assert not wrong, "\n".join(wrong)
    assert opened == names(), "a panel that the test does not open"
