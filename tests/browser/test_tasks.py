"""The desk's tasks, with the clicks and keys that docs/console.md promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from browser_harness import PATIENCE, beside, expected_customer, new_customer, sign_in
from browser_harness.hand import Hand
from device_gateway.edge.virtual import VirtualScanner
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Locator, Page, expect
from qiantai.ids import new_id

PROMISES = Path(__file__).parents[2] / "docs" / "console.md"
ROW = re.compile(r"^\| ([a-z][^|]+) \| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
Task = Callable[[Hand, System], None]
TASKS: dict[str, Task] = {}


def promised() -> dict[str, SimpleNamespace]:
    """Return what the page promises, by task."""
    return {
        task: SimpleNamespace(who=who, clicks=int(clicks), keys=int(keys), words=int(words))
        for task, who, clicks, keys, words in ROW.findall(PROMISES.read_text("utf-8"))
    }


def task(name: str) -> Callable[[Task], Task]:
    """Name what somebody does."""

    def named(does: Task) -> Task:
        TASKS[name] = does
        return does

    return named


def card(hand: Hand, name: str) -> Locator:
    return hand.page.get_by_role("main").get_by_role("button", name=re.compile(name))


def said(hand: Hand, text: str) -> None:
    shown = hand.page.locator(".toasts").get_by_role("listitem").filter(has_text=text)
    expect(shown.first).to_be_visible(timeout=PATIENCE)


def proposed(hand: Hand) -> None:
    expect(beside(hand.page).get_by_role("region", name="系统建议")).to_contain_text("依据规则", timeout=PATIENCE)


@task("receive somebody expected, from the board")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "祝英台")
    hand.click(card(hand, "祝英台"))
    proposed(hand)
    hand.press("Enter")
    said(hand, "祝英台 已分给")


@task("receive somebody by the end of their phone number")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "尾号女士")
    expect(card(hand, "尾号女士")).to_be_visible(timeout=PATIENCE)
    tail = card(hand, "尾号女士").locator(".tail").inner_text()
    hand.press("/")
    hand.type(tail)
    expect(hand.page.get_by_role("option", name=re.compile("尾号女士"))).to_be_visible(timeout=PATIENCE)
    hand.press("Enter")
    proposed(hand)
    hand.press("Enter")
    said(hand, "尾号女士 已分给")


@task("file and receive somebody new")
def _(hand: Hand, _: System) -> None:
    hand.press("/")
    hand.type(f"135{int(new_id()[-8:], 16) % 100_000_000:08d}")
    expect(hand.page.get_by_role("option", name=re.compile("为其建档"))).to_be_visible(timeout=PATIENCE)
    hand.press("Enter")
    expect(beside(hand.page).get_by_label("手机")).to_be_focused(timeout=PATIENCE)
    hand.press("Tab")
    hand.type("新来女士")
    hand.press("Tab")
    hand.type("光子嫩肤")
    expect(hand.page.get_by_role("option", name="光子嫩肤")).to_be_visible()
    hand.press("Enter", "Control+Enter")
    said(hand, "新来女士")


@task("take back an arrival")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "误点先生")
    card(hand, "误点先生").click(timeout=PATIENCE)
    proposed(hand)
    hand.page.keyboard.press("Enter")
    said(hand, "误点先生 已分给")
    hand.press("Control+z")
    said(hand, "误点先生 的分诊已作废")


@task("receive somebody in another class, with the reason")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "马文才")
    hand.click(card(hand, "马文才"))
    proposed(hand)
    hand.click(beside(hand.page).get_by_text("复查", exact=True))
    expect(beside(hand.page).get_by_label(re.compile("原因"))).to_be_focused()
    hand.type("上周做过,来复查")
    hand.press("Enter")
    said(hand, "马文才")


@task("bind a card that nobody knows")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "银心姑娘")
    expect(card(hand, "银心姑娘")).to_be_visible(timeout=PATIENCE)
    code = f"N{new_id()[-10:].upper()}"
    with VirtualScanner(system.folder / "devices" / "scanner-1") as scanner:
        scanner.send(code)
        reads = hand.page.get_by_role("region", name="未识别的扫码")
        hand.click(reads.get_by_role("listitem").filter(has_text=code).get_by_role("button", name="绑定"))
    hand.click(beside(hand.page).get_by_role("button", name=re.compile("银心姑娘")))
    said(hand, f"{code} 已绑定给 银心姑娘")


@task("receive two who come together")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "梁山伯")
    new_customer(Desk(system.address).sign_in("desk", chain.PASSWORD), "四九书童")
    hand.click(card(hand, "梁山伯"))
    panel = beside(hand.page)
    hand.click(panel.get_by_role("button", name="更多情况"))
    panel.get_by_label("同行", exact=True).first.focus()
    hand.type("四九书童")
    hand.click(panel.get_by_role("list", name="找到的档案").get_by_role("button").first)
    hand.click(panel.get_by_role("button", name="接待", exact=True))
    for name in ("梁山伯", "四九书童"):
        said(hand, name)


def test_the_page_promises_what_is_counted() -> None:
    assert list(promised()) == list(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_takes_no_more_than_is_promised(page: Page, system: System, name: str) -> None:
    most = promised()[name]
    sign_in(page, most.who)
    hand = Hand(page)
    TASKS[name](hand, system)
    assert (hand.clicks, hand.keys, hand.words) == (most.clicks, most.keys, most.words)
