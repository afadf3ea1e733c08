"""The console in Chromium before a running embedded system: how fast what is done at the desk is on the screen.

From a key to what it shows, from a commit to the board, areas that open, the first board of a browser that knows
nothing, and what a day of changes leaves in memory. Beside them a bare page that does the same in twenty lines.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from embedded import chain
from embedded.client import Desk
from embedded.environment import read_environment
from embedded.system import System
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page, sync_playwright
from playwright.sync_api import Error as NotSeen
from qiantai.clock import HOME_ZONE
from qiantai.ids import new_id
from qiantai.storage.roles import ensure_database

from tests.bench.board_changes import Boards, Json, Value, visitor
from tests.bench.report import NotMeasured, Report, percentile
from tests.bench.servers import postgres
from tests.browser.browser_harness import chromium, expect_live, new_customer

PEOPLE = 60
"""On the board beside those of the demo chain."""
ARRIVALS = 40
COLD = 5
MOVING, PER_SECOND, CHANGES = 20, 20, 200
OPENINGS = 4
"""Of each area, after a first one."""
YOUNG, OLD = 2100, 20_100
"""Changes after which the memory is looked at; in whole rounds of those who come and go."""
_STEPS = ("reception", "consultation", "treatment", "payment", "")
"""The tabs of one who comes and goes."""
_ROUND = 60
_PAGES = Path(__file__).parent / "pages"
_CONSOLE = Path(__file__).parents[2] / "services" / "device-gateway" / "console"
_PATIENCE = 20_000
_BOARD, _BARE = "console", "bare page"


class Screens:
    """Chromium, and pages in it that are signed in."""

    def __init__(self, browser: Browser, system: System) -> None:
        self.address = system.address
        self._browser = browser
        self._tokens: dict[str, Json] = {}
        self._tools: CDPSession | None = None

    @contextmanager
    def context(self, staff: str) -> Iterator[BrowserContext]:
        """Give a browser that knows nothing but who has signed in."""
        if staff not in self._tokens:
            words = {"staff": staff, "password": chain.PASSWORD}
            self._tokens[staff] = Desk(self.address).post("/api/gateway/sign-in", words)
        context = self._browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(_PATIENCE)
        signed_in = json.dumps(json.dumps(self._tokens[staff]))
        context.add_init_script(f"sessionStorage.setItem('qiantai.signed-in', {signed_in})")
        context.add_init_script(path=_PAGES / "probe.js")
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def page(self, kind: str = _BOARD, staff: str = "desk") -> Iterator[Page]:
        """Give a live board, the console's or the bare one."""
        with self.context(staff) as context:
            page = context.new_page()
            self._tools = context.new_cdp_session(page)
            self._tools.send("Performance.enable", {"timeDomain": "threadTicks"})
            if kind == _BARE:
                bare = (_PAGES / "bare.html").read_text()
                page.route("**/bare?*", lambda route: route.fulfill(body=bare, content_type="text/html"))
                page.goto(f"{self.address}/bare?branch={chain.MAIN}")
            else:
                page.goto(f"{self.address}/board")
                expect_live(page)
            page.evaluate("() => bench.first")
            yield page

    def worked(self) -> float:
        """Return the milliseconds of processor that the page opened last has had for its own thread."""
        assert self._tools is not None
        metrics = self._tools.send("Performance.getMetrics")["metrics"]
        return next(float(one["value"]) * 1000 for one in metrics if one["name"] == "TaskDuration")


def measure(report: Report) -> None:
    """Measure the console beside the bare page."""
    with report.part("sizes"):
        _sizes(report)
    with (
        tempfile.TemporaryDirectory() as name,
        postgres(Path(name) / "postgres") as server,
        sync_playwright() as playwright,
    ):
        system = System(Path(name) / "run", environment={"DATABASE": ensure_database(server.admin_url, "console")})
        system.folder.mkdir()
        browser = chromium(playwright)
        try:
            system.start()
            boards = Boards(read_environment(system.folder)["QIANTAI_DATABASE_DEVICE_GATEWAY"])
            boards.change([chain.MAIN], _person, count=PEOPLE, per_second=1000, together=PEOPLE)
            screens = Screens(browser, system)
            for title, measured in (("first board", _first), ("keys", _keys), ("commit to board", _commits)):
                with report.part(title), _seen():
                    measured(report, screens, boards)
            with report.part("areas"), _seen():
                _areas(report, screens)
            with report.part("memory"), _seen():
                _memory(report, screens, boards)
            boards.close()
        finally:
            browser.close()
            system.stop()


@contextmanager
def _seen() -> Iterator[None]:
    """Say what did not come on the screen. Raises NotMeasured."""
    try:
        yield
    except (NotSeen, AssertionError) as error:
        raise NotMeasured(str(error)[:500]) from error


def _sizes(report: Report) -> None:
    """Tell what the browser loads to show the board, and for each other area beyond that."""
    node = shutil.which("node")
    if node is None:
        raise NotMeasured("no node")
    done = subprocess.run([node, "scripts/sizes.mjs"], cwd=_CONSOLE, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise NotMeasured(done.stderr[-300:])
    for area, size in json.loads(done.stdout).items():
        report.figure(f"{area}, gzipped, KB{'' if area == 'board' else ' beyond the board'}", size)


def _first(report: Report, screens: Screens, _boards: Boards) -> None:
    """Tell how long a browser that knows nothing takes until the board's cards are painted."""
    took = {}
    for kind in (_BARE, _BOARD):
        times, worked = [], []
        for _ in range(COLD):
            with screens.page(kind) as page:
                times.append(page.evaluate("() => bench.first"))
                worked.append(screens.worked())
        report.figure(f"{kind}: first board, cold, processor ms of the page", percentile(worked, 0.5))
        took[kind] = _tell(report, f"{kind}: first board, cold", times)
    report.ratio("first board, cold, p95 / bare page", took[_BOARD] / took[_BARE])


def _keys(report: Report, screens: Screens, _boards: Boards) -> None:
    """Tell how long it takes from a key to what it shows: the filter, and a proposal that is taken."""
    desk = Desk(screens.address).sign_in("desk", chain.PASSWORD)
    names = [f"到店{number:02d}" for number in range(ARRIVALS)]
    for name in names:
        _expect(desk, name)
    filtered, sent = {}, {}
    for kind in (_BARE, _BOARD):
        with screens.page(kind) as page:
            filtered[kind] = _tell(report, f"{kind}: key to filtered", _filter(page, desk))
            times = [_take(page, name if kind == _BOARD else None) for name in names]
            sent[kind] = _tell(report, f"{kind}: Enter to sent", times)
    report.ratio("key to filtered, p95 / bare page", filtered[_BOARD] / filtered[_BARE])
    report.ratio("Enter to sent, p95 / bare page", sent[_BOARD] / sent[_BARE])


def _filter(page: Page, desk: Desk) -> list[float]:
    """Type the tails of many visitors; returns the milliseconds of each key that left fewer cards."""
    field = page.get_by_role("main").get_by_role("textbox").first
    cards = desk.get("/api/gateway/board", branch=chain.MAIN)["cards"]
    texts = [f"{card['name']} {card['phone_tail']} {(card['appointment'] or {}).get('number')}" for card in cards]
    times = []
    for number in range(0, PEOPLE, 3):
        tail = visitor(_number(number), "")["phone_tail"]
        field.fill("")
        page.wait_for_function("count => bench.cards().length === count", arg=len(texts))
        before = len(texts)
        for end in range(1, len(tail) + 1):
            left = sum(tail[:end] in text for text in texts)
            if left == before:
                page.keyboard.press(tail[end - 1])
                continue
            times.append(_key(page, tail[end - 1], f"bench.cards().length === {left}"))
            before = left
    field.fill("")
    return times


def _take(page: Page, name: str | None) -> float:
    """Press Enter on the proposal for a visitor (of the bare page: on its button); returns milliseconds."""
    if name is None:
        page.evaluate("() => { document.querySelector('aside button').className = '' }")
    else:
        page.get_by_role("main").get_by_text(name).first.click()
        page.get_by_role("complementary").get_by_role("region", name="建议").locator(".who").wait_for()
        page.wait_for_function("() => bench.inFlight === 0")
    took = _key(page, "Enter", "document.querySelector('aside .is-loading')")
    if name is not None:
        page.wait_for_function("() => !document.querySelector('aside .is-loading') && bench.inFlight === 0")
        page.keyboard.press("Escape")
        page.get_by_role("complementary").wait_for(state="detached")
    return took


def _key(page: Page, key: str, there: str) -> float:
    page.evaluate(f"() => {{ bench.shown = bench.painted(() => {there}) }}")
    page.keyboard.press(key)
    return float(page.evaluate("() => bench.shown.then((at) => at - bench.key)"))


def _commits(report: Report, screens: Screens, boards: Boards) -> None:
    """Tell how long it takes from a commit to the board on a screen."""
    took = {}
    for kind in (_BARE, _BOARD):
        start = f"改{kind[0]}"
        with screens.page(kind) as page:
            page.evaluate("start => bench.watch(start)", start)
            before = screens.worked()
            committed = boards.change(
                [chain.MAIN],
                lambda number, start=start: _moving(number, f"{start}{number}"),  # type: ignore[misc]
                count=CHANGES,
                per_second=PER_SECOND,
            )
            page.wait_for_function("last => bench.seen[last] > 0", arg=f"{start}{CHANGES - 1}")
            seen: dict[str, float] = page.evaluate("() => bench.seen")
            worked = (screens.worked() - before) / CHANGES
        report.figure(f"{kind}: processor ms of the page a change", worked)
        if len(seen) < CHANGES:
            raise NotMeasured(f"of {CHANGES} changes {len(seen)} were seen")
        waits = [seen[f"{start}{number}"] - at * 1000 for number, at in enumerate(committed.values())]
        took[kind] = _tell(report, f"{kind}: commit to board, {PER_SECOND}/s", waits)
    report.ratio("commit to board, p95 / bare page", took[_BOARD] / took[_BARE])


def _areas(report: Report, screens: Screens) -> None:
    """Tell how long it takes to open each area that somebody has in the bar, when it has been open before."""
    took: dict[str, list[float]] = {}
    for staff, _ in chain.SIGN_INS:
        with screens.context(staff) as context:
            page = context.new_page()
            page.goto(screens.address)
            expect_live(page)
            links = page.get_by_role("navigation", name="功能区").get_by_role("link")
            names = links.all_inner_texts()
            for place, name in enumerate(names):
                if name in took:
                    continue
                for _ in range(OPENINGS + 1):
                    _open(page, links.nth((place + 1) % len(names)))
                    took.setdefault(name, []).append(_open(page, links.nth(place)))
    if not took:
        raise NotMeasured("nobody has more than one area")
    for name, (_, *times) in took.items():
        _tell(report, f"opening {name}, warm", times)
    report.figure(
        "opening any area, warm, p95 ms", percentile([one for _, *times in took.values() for one in times], 0.95)
    )


def _open(page: Page, link: Locator) -> float:
    element = link.element_handle()
    page.evaluate("link => { bench.there = bench.opened(link) }", element)
    link.click()
    return float(page.evaluate("() => bench.there.then((at) => at - bench.click)"))


def _memory(report: Report, screens: Screens, boards: Boards) -> None:
    """Tell what the board's page keeps after few and after many changes."""
    heaps = []
    with screens.page() as page:
        tools = page.context.new_cdp_session(page)
        for before, count in ((0, YOUNG), (YOUNG, OLD)):
            boards.change([chain.MAIN], _coming, count=count - before, per_second=800, together=20)
            boards.change([chain.MAIN], _last(count), count=1, per_second=1)
            page.get_by_text(f"最后{count}").wait_for(timeout=60_000)
            for _ in range(3):
                tools.send("HeapProfiler.collectGarbage")
                time.sleep(0.5)
            heaps.append(tools.send("Runtime.getHeapUsage")["usedSize"] / 2**20)
            nodes = tools.send("Memory.getDOMCounters")["nodes"]
            report.figure(f"memory after {count:,} changes, MB", heaps[-1])
            report.figure(f"nodes of the document after {count:,} changes", nodes)
    report.ratio(f"memory after {OLD:,} changes / after {YOUNG:,}", heaps[1] / heaps[0])


def _number(number: int) -> int:
    """Return a number whose four digits say little of those beside it."""
    return number * 7919 % 10_000


def _person(number: int) -> tuple[str, Json]:
    return f"bench-{number}", visitor(_number(number), f"bench-{number}")


def _moving(number: int, name: str) -> tuple[str, Json]:
    item = f"moving-{number % MOVING}"
    return item, visitor(number, item, name=name)


def _coming(number: int) -> tuple[str, Json | None]:
    """One who comes, goes from tab to tab and leaves, among as many others as a round has."""
    step = _STEPS[number // _ROUND % len(_STEPS)]
    item = f"coming-{number // (_ROUND * len(_STEPS))}-{number % _ROUND}"
    return item, visitor(number, item, tab=step) if step else None


def _last(count: int) -> Value:
    return lambda _: ("last", visitor(0, "last", name=f"最后{count}"))


def _expect(desk: Desk, name: str) -> None:
    """Let somebody have an appointment in a moment."""
    start = min(datetime.now(ZoneInfo(HOME_ZONE)) + timedelta(minutes=5), _end_of_day())
    booking: dict[str, Any] = {
        "branch": chain.MAIN,
        "customer": new_customer(desk, name),
        "kind": "consultation",
        "projects": ["laser"],
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=30)).isoformat(),
    }
    desk.patiently("/api/appointments/", booking, key=new_id())


def _end_of_day() -> datetime:
    return datetime.now(ZoneInfo(HOME_ZONE)).replace(hour=23, minute=59, second=59)


def _tell(report: Report, title: str, times: Sequence[float]) -> float:
    for share in (0.5, 0.95):
        report.figure(f"{title}, p{int(share * 100)} ms", percentile(times, share))
    return percentile(times, 0.95)
