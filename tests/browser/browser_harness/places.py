"""Every page that somebody can go to, found as a person finds them: by the bar and by the pages' own tabs."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

ACCOUNTS = ("office", "zhou.min", "desk", "lin.yue", "till", "service")
"""Who together may see everything."""

_SETTLED = """() => {
    const asked = performance.getEntriesByType('resource').length
    if (asked !== window.askedBefore) [window.askedBefore, window.askedAt] = [asked, performance.now()]
    return performance.now() - window.askedAt > 400
}"""
"""Nothing more is asked of the server; the live stream stays open, so that the network is never idle."""
_GONE = """async path => {
    performance.clearResourceTimings()
    window.askedBefore = undefined
    await document.querySelector('#app').__vue_app__.config.globalProperties.$router.push(path)
}"""


def links(page: Page) -> list[str]:
    """Return the addresses that the bar and the page's own tabs lead to."""
    found = page.locator("nav a[href^='/'], main a[href^='/']").evaluate_all("all => all.map(one => one.href)")
    return [urlsplit(one).path for one in found]


def go(page: Page, path: str) -> None:
    """Go to a page of the application as its links do, without loading it anew."""
    page.evaluate(_GONE, path)


def settled(page: Page) -> None:
    """Wait until a page has asked for everything that it shows."""
    page.wait_for_function(_SETTLED)


def places(page: Page, seen: set[str] | None = None) -> Iterator[str]:
    """Go to each page that the signed-in person sees, one of a kind (one file, not all files); yields its path.

    Those that are `seen` already are passed by, and those gone to are added.
    """
    seen = set() if seen is None else seen
    done: set[str] = set()
    ahead = [urlsplit(page.url).path, *links(page)]
    while ahead:
        path = ahead.pop(0)
        kind = "/".join("*" if any(c.isdigit() for c in part) else part for part in path.split("/"))
        if kind in done or path.startswith("/api/") or path == "/wall":
            continue
        done.add(kind)
        go(page, path)
        page.get_by_role("main").locator("h1, h2").first.wait_for(state="attached")
        if kind not in seen:
            seen.add(kind)
            settled(page)
            yield path
        ahead += links(page)
