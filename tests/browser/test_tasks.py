"""The desk's tasks, with the clicks and keys that docs/console.md promises."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from browser_harness import sign_in
from browser_harness.hand import Hand
from browser_harness.tasks.appointments import APPOINTMENTS
from browser_harness.tasks.calls import CALLS
from browser_harness.tasks.everywhere import EVERYWHERE
from browser_harness.tasks.money import MONEY
from browser_harness.tasks.reception import RECEPTION
from browser_harness.tasks.visits import VISITS
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Page

PROMISES = Path(__file__).parents[2] / "docs" / "console.md"
ROW = re.compile(r"^\| ([a-z][^|]+) \| ([\w.]+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
TASKS = {**RECEPTION, **VISITS, **APPOINTMENTS, **MONEY, **CALLS, **EVERYWHERE}


def promised() -> dict[str, SimpleNamespace]:
    """Return what the page promises, by task."""
    return {
        task: SimpleNamespace(who=who, clicks=int(clicks), keys=int(keys), words=int(words))
        for task, who, clicks, keys, words in ROW.findall(PROMISES.read_text("utf-8"))
    }


def let_go(system: System) -> None:
    """Let those leave whom the earlier tasks have left waiting: the next visitor finds somebody free."""
    supervisor = Desk(system.address).sign_in("zhou.min", chain.PASSWORD)
    cards = supervisor.get("/api/gateway/board", branch=chain.MAIN)["cards"]
    for card in cards:
        if card["kind"] == "visit" and card["state"] in ("waiting", "supervisor"):
            supervisor.post(f"/api/triage/visits/{card['id']}/leave", {"reason": "下一件事"})


def test_the_page_promises_what_is_counted() -> None:
    assert list(promised()) == list(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_takes_no_more_than_is_promised(page: Page, system: System, name: str) -> None:
    let_go(system)
    most = promised()[name]
    page.evaluate("code => localStorage.setItem('qiantai.branch', code)", chain.MAIN)
    page.reload()
    sign_in(page, most.who)
    hand = Hand(page)
    TASKS[name](hand, system)
    assert (hand.clicks, hand.keys, hand.words) == (most.clicks, most.keys, most.words)
