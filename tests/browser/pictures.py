"""`make pictures`: each page of the console in both languages and both themes, into docs/pictures/."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from embedded.system import System
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from browser_harness import chromium, expected_customer, sign_in
from browser_harness.places import ACCOUNTS, places

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LOOKS = [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")]


def take(browser: Browser, address: str, staff: str, language: str, theme: str, done: set[str]) -> None:
    """Take the pages that nobody before has shown in this look."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.add_init_script(
        f"localStorage['qiantai.language'] = '{language}'; localStorage['qiantai.theme'] = '{theme}'"
    )
    page = context.new_page()
    page.goto(address + "/")
    sign_in(page, staff)
    for path in places(page, address):
        name = path.strip("/").split("/")
        file = f"{'-'.join(part for part in name if not any(c.isdigit() for c in part))}-{language}-{theme}.png"
        if file not in done:
            done.add(file)
            page.screenshot(path=FOLDER / file)
            print(f"docs/pictures/{file}  {staff}")
    context.close()


def main() -> None:
    """Start a system with the demo chain and go round."""
    FOLDER.mkdir(exist_ok=True)
    with (
        TemporaryDirectory(prefix="qiantai-var-", ignore_cleanup_errors=True) as folder,
        sync_playwright() as playwright,
    ):
        system = System(Path(folder))
        system.start()
        try:
            expected_customer(system, "林探春")
            browser = chromium(playwright)
            for language, theme in LOOKS:
                done: set[str] = set()
                for staff in ACCOUNTS:
                    take(browser, system.address, staff, language, theme, done)
            browser.close()
        finally:
            system.stop()


if __name__ == "__main__":
    main()
