"""Receiving: from the board, by a scan, by a phone number, somebody new, somebody who comes with another one."""

from __future__ import annotations

import re
from pathlib import Path

from device_gateway.edge.virtual import VirtualScanner
from embedded import chain
from embedded.system import System
from playwright.sync_api import expect
from qiantai.ids import new_id

from browser_harness import PATIENCE, beside, expected_customer, new_customer
from browser_harness.hand import Hand
from browser_harness.tasks import Tasks, at, card, offered, opened, option, said

RECEPTION = Tasks()


def proposed(hand: Hand) -> None:
    """Wait until the system has said whom it proposes, and why."""
    expect(beside(hand.page).get_by_role("region", name="系统建议")).to_contain_text("依据规则", timeout=PATIENCE)


def assigned(hand: Hand, name: str) -> None:
    """Wait until somebody's visit is in sight, with who gets it and why."""
    visit = opened(hand, name)
    expect(visit).to_contain_text("等候中", timeout=PATIENCE)
    expect(visit).to_contain_text("依据规则", timeout=PATIENCE)


def scanner(system: System) -> VirtualScanner:
    """Return the serial scanner of the first desk."""
    return VirtualScanner(Path(system.folder) / "devices" / "scanner-1")


@RECEPTION.called("receive somebody expected, from the board")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "祝英台")
    hand.click(card(hand, "祝英台"))
    proposed(hand)
    hand.press("Enter")
    said(hand, "祝英台 已分给")


@RECEPTION.called("receive somebody by a scan, with a scanner that types")
def _(hand: Hand, system: System) -> None:
    code = expected_customer(system, "扫码先生")
    expect(card(hand, "扫码先生")).to_be_visible(timeout=PATIENCE)
    hand.scan(code)
    assigned(hand, "扫码先生")


@RECEPTION.called("receive somebody by a scan, with a serial scanner")
def _(hand: Hand, system: System) -> None:
    code = expected_customer(system, "串口女士")
    expect(card(hand, "串口女士")).to_be_visible(timeout=PATIENCE)
    with scanner(system) as serial:
        serial.send(code)
        assigned(hand, "串口女士")


@RECEPTION.called("look at a scan that came while one types")
def _(hand: Hand, system: System) -> None:
    code = expected_customer(system, "路过先生")
    expect(card(hand, "路过先生")).to_be_visible(timeout=PATIENCE)
    filtered = hand.page.get_by_role("main").get_by_role("textbox", name="姓名或手机尾号")
    filtered.fill("祝")
    with scanner(system) as serial:
        serial.send(code)
        said(hand, "路过先生 已扫码")
    expect(filtered).to_be_focused(timeout=PATIENCE)
    hand.press("Alt+v")
    assigned(hand, "路过先生")


@RECEPTION.called("say what somebody came for whom a scan has brought without an appointment")
def _(hand: Hand, system: System) -> None:
    desk = at(system, "desk")
    customer, code = new_customer(desk, "无约女士"), f"D{new_id()[-10:].upper()}"
    desk.post(f"/api/customers/{customer}/cards", {"branch": chain.MAIN, "number": code, "kind": "design"})
    look_for = hand.page.get_by_role("banner").get_by_role("combobox")
    look_for.fill(code)
    option(hand, "无约女士")  # the services know the card
    look_for.fill("")
    look_for.blur()
    with scanner(system) as serial:
        serial.send(code)
        projects = beside(hand.page).get_by_role("combobox", name="项目")
        expect(projects).to_be_focused(timeout=PATIENCE)
    hand.type("光子嫩肤")
    option(hand, "光子嫩肤")
    hand.press("Enter", "Control+Enter")
    assigned(hand, "无约女士")


@RECEPTION.called("receive somebody by the end of their phone number")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "尾号女士")
    expect(card(hand, "尾号女士")).to_be_visible(timeout=PATIENCE)
    tail = card(hand, "尾号女士").locator(".tail").inner_text()
    hand.press("/")
    hand.type(tail)
    option(hand, "尾号女士")
    hand.press("Enter")
    proposed(hand)
    hand.press("Enter")
    said(hand, "尾号女士 已分给")


@RECEPTION.called("file and receive somebody new")
def _(hand: Hand, _: System) -> None:
    hand.press("/")
    hand.type(f"135{int(new_id()[-8:], 16) % 100_000_000:08d}")
    option(hand, "为其建档")
    hand.press("Enter")
    expect(beside(hand.page).get_by_label("姓名")).to_be_focused(timeout=PATIENCE)
    hand.type("新来女士")
    hand.press("Tab")
    hand.type("光子嫩肤")
    option(hand, "光子嫩肤")
    hand.press("Enter", "Control+Enter")
    said(hand, "新来女士")


@RECEPTION.called("take back an arrival")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "误点先生")
    card(hand, "误点先生").click(timeout=PATIENCE)
    proposed(hand)
    hand.page.keyboard.press("Enter")
    said(hand, "误点先生 已分给")
    hand.press("Control+z")
    said(hand, "误点先生 的分诊已作废")


@RECEPTION.called("receive somebody in another class, with the reason")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "马文才")
    hand.click(card(hand, "马文才"))
    proposed(hand)
    hand.click(beside(hand.page).get_by_text("复查", exact=True))
    expect(beside(hand.page).get_by_label(re.compile("原因"))).to_be_focused(timeout=PATIENCE)
    hand.type("上周做过,来复查")
    hand.press("Enter")
    said(hand, "马文才")


@RECEPTION.called("give somebody whom a scan has brought another class")
def _(hand: Hand, system: System) -> None:
    code = expected_customer(system, "改类先生")
    expect(card(hand, "改类先生")).to_be_visible(timeout=PATIENCE)
    hand.scan(code)
    assigned(hand, "改类先生")
    hand.click(offered(hand, "改类别"))
    hand.click(beside(hand.page).get_by_text("复查", exact=True))
    expect(beside(hand.page).get_by_label("原因")).to_be_focused(timeout=PATIENCE)
    hand.type("上周做过,来复查")
    hand.press("Enter")
    said(hand, "改类别")


@RECEPTION.called("bind a card that nobody knows")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "银心姑娘")
    expect(card(hand, "银心姑娘")).to_be_visible(timeout=PATIENCE)
    code = f"N{new_id()[-10:].upper()}"
    with scanner(system) as serial:
        serial.send(code)
        hand.click(opened(hand, code).get_by_role("button", name=re.compile("银心姑娘")))
    said(hand, f"{code} 已绑定给 银心姑娘")


@RECEPTION.called("receive two who come together")
def _(hand: Hand, system: System) -> None:
    expected_customer(system, "梁山伯")
    new_customer(at(system, "desk"), "四九书童")
    hand.click(card(hand, "梁山伯"))
    panel = beside(hand.page)
    hand.click(panel.get_by_role("button", name="更多情况"))
    panel.get_by_label("同行", exact=True).first.focus()
    hand.type("四九书童")
    hand.click(panel.get_by_role("list", name="找到的档案").get_by_role("button").first)
    hand.click(panel.get_by_role("button", name="接待", exact=True))
    for name in ("梁山伯", "四九书童"):
        said(hand, name)
