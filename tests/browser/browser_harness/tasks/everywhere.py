"""What can be done from any page: a file, the lock, another branch."""

from __future__ import annotations

from embedded import chain
from embedded.system import System
from playwright.sync_api import expect

from browser_harness import PATIENCE, expect_live, new_customer
from browser_harness.hand import Hand
from browser_harness.tasks import Tasks, at, option

EVERYWHERE = Tasks()
PIN = "4719"


@EVERYWHERE.called("open a customer's file by the initials of their pinyin")
def _(hand: Hand, system: System) -> None:
    new_customer(at(system, "desk"), "欧阳档案")
    hand.press("g", "3")
    find = hand.page.get_by_role("main").get_by_role("combobox", name="查找顾客")
    expect(find).to_be_focused(timeout=PATIENCE)
    hand.type("oyda")
    option(hand, "欧阳档案")
    hand.press("Enter")
    expect(hand.page.get_by_role("heading", name="欧阳档案", level=1)).to_be_visible(timeout=PATIENCE)


@EVERYWHERE.called("lock the screen and open it with the PIN")
def _(hand: Hand, _: System) -> None:
    page = hand.page
    page.get_by_role("button", name="陈佳").click()
    page.get_by_role("menuitem", name="设置 PIN").click()
    for field in ("新 PIN", "再输一次"):
        page.get_by_label(field).fill(PIN)
    page.get_by_label("再输一次").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)
    hand.press("Alt+l")
    expect(page.get_by_label("PIN")).to_be_focused(timeout=PATIENCE)
    hand.type(PIN)
    hand.press("Enter")
    expect_live(page)


@EVERYWHERE.called("change the branch by keys")
def _(hand: Hand, _: System) -> None:
    branch = hand.page.get_by_role("banner").locator(".branch")
    name = {code: str(one["name_zh"]) for code, one in chain.BRANCHES.items()}
    here = chain.MAIN if name[chain.MAIN] in branch.inner_text() else chain.SECOND
    other = name[chain.SECOND if here == chain.MAIN else chain.MAIN]
    hand.press("Control+k")
    expect(hand.page.get_by_role("dialog").get_by_role("combobox")).to_be_focused(timeout=PATIENCE)
    hand.type(other)
    hand.press("Enter")
    expect(branch).to_contain_text(other, timeout=PATIENCE)
    expect_live(hand.page)
    assert hand.page.evaluate("sessionStorage['qiantai.branch']") != here
