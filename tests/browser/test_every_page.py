"""Every page that somebody can go to: no serious finding of axe; no sideways scrolling; large text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_harness import sign_in
from browser_harness.places import ACCOUNTS, places
from embedded.system import System
from playwright.sync_api import Browser, Page

AXE = Path(__file__).parents[2] / "services/device-gateway/console/node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"


def findings(page: Page) -> list[str]:
    """Return what axe finds that keeps somebody out, with the first place of each."""
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']} at {one['nodes'][0]['target']} ({len(one['nodes'])}×)"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("staff", ACCOUNTS)
def test_every_page_can_be_used_by_everybody(browser: Browser, system: System, staff: str) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    page.goto(system.address + "/")
    sign_in(page, staff)
    wrong: list[str] = []
    for path in places(page, system.address):
        page.evaluate(AXE.read_text("utf-8"))
        wrong += [f"{path}: {one}" for one in findings(page)]
        for width, size in ((1366, "15px"), (1024, "15px"), (1366, "30px")):
            page.set_viewport_size({"width": width, "height": 768})
            page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
            wrong += [f"{path}: scrolls sideways at {width} with {size}"] if page.evaluate(SIDEWAYS) else []
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size({"width": 1366, "height": 768})
    context.close()
    assert not wrong, "\n".join(wrong)
