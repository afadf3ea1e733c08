"""`make pictures`: each page and panel of the console in both languages and both themes, into docs/pictures/."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from embedded import chain
from embedded.system import System
from embedded.tour import tour
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from browser_harness import beside, chromium, expected_customer, sign_in
from browser_harness.panels import panels
from browser_harness.places import ACCOUNTS, places, settled

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LOOKS = [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")]


Look = tuple[str, str]
"""Language and theme."""


def screen(browser: Browser, look: Look) -> BrowserContext:
    """Return a screen of the main branch in this look."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai")
    kept = {"language": look[0], "theme": look[1], "branch": chain.MAIN}
    context.add_init_script("".join(f"localStorage['qiantai.{name}'] ??= '{value}';" for name, value in kept.items()))
    return context


def enter(context: BrowserContext, address: str, staff: str) -> Page:
    """Open the console and sign in."""
    page = context.new_page()
    page.goto(address + "/")
    sign_in(page, staff)
    return page


def shoot(page: Page, name: str, look: Look) -> None:
    """Take one picture."""
    file = f"{name}-{'-'.join(look)}.png"
    page.screenshot(path=FOLDER / file)
    print(f"docs/pictures/{file}")


def take_pages(browser: Browser, address: str, look: Look) -> None:
    """Take each page once, from whoever sees it first."""
    seen: set[str] = set()
    for staff in ACCOUNTS:
        context = screen(browser, look)
        page = enter(context, address, staff)
        for _ in places(page, seen):
            path = urlsplit(page.url).path.strip("/").split("/")  # a page may have led on to another one
            shoot(page, "-".join(part for part in path if not any(c.isdigit() for c in part)), look)
        context.close()


def take_panels(browser: Browser, address: str, look: Look, shown: list[tuple[str, str, str]]) -> None:
    """Take each panel beside a page."""
    for staff in dict.fromkeys(one for one, _, _ in shown):
        context = screen(browser, look)
        page = enter(context, address, staff)
        for _, path, panel in (one for one in shown if one[0] == staff):
            page.goto(f"{address}{path}?beside={panel}")
            beside(page).get_by_role("heading").first.wait_for()
            settled(page)
            name = panel.partition(":")[0] if not panel.endswith(":") else f"{panel[:-1]}-empty"
            shoot(page, f"{path.strip('/').replace('/', '-')}-beside-{name}", look)
        context.close()


def main() -> None:
    """Start a system with the demo chain, play a day and go round."""
    FOLDER.mkdir(exist_ok=True)
    with (
        TemporaryDirectory(prefix="qiantai-var-", ignore_cleanup_errors=True) as folder,
        sync_playwright() as playwright,
    ):
        system = System(Path(folder))
        system.start()
        try:
            tour(system.address, Path(folder))
            expected_customer(system, "林探春")
            shown = [*panels(system)]
            browser = chromium(playwright)
            for look in LOOKS:
                take_pages(browser, system.address, look)
                take_panels(browser, system.address, look, shown)
            browser.close()
        finally:
            system.stop()


if __name__ == "__main__":
    main()
