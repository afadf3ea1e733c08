"""A screen that is watched: nothing is asked of another host, no script fails, no policy is broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page

_COMPLAINTS = ("Content Security Policy", "[intlify]", "[Vue warn]")


@contextmanager
def watched(browser: Browser, address: str, language: str = "zh") -> Iterator[Page]:
    """Open the console in a context of its own, in a language."""
    context = browser.new_context(
        viewport={"width": 1366, "height": 768},
        locale="zh-CN" if language == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    if language != "zh":
        context.add_init_script(f"localStorage['qiantai.language'] ??= '{language}'")
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if any(word in message.text for word in _COMPLAINTS):
            complaints.append(message.text)

    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", heard)
    page.goto(address + "/")
    yield page
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert complaints == []
    context.close()
