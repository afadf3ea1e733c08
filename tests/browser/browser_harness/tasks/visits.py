"""What becomes of a visit: void, another consultant, a consultant's hour from accepting to the slip."""

from __future__ import annotations

import re

from embedded import chain
from embedded.system import System
from playwright.sync_api import Locator, expect
from qiantai.ids import new_id

from browser_harness import PATIENCE, beside, new_customer
from browser_harness.hand import Hand
from browser_harness.tasks import Tasks, at, card, offered, opened, option, said

VISITS = Tasks()
ME = "lin.yue"


def arrived(system: System, name: str) -> str:
    """Let somebody arrive; returns the visit."""
    desk = at(system, "desk")
    arrival = {"branch": chain.MAIN, "customer": new_customer(desk, name), "projects": ["laser"]}
    return str(desk.patiently("/api/triage/visits", arrival, key=new_id())["id"])


def mine(system: System, name: str, *acts: str) -> str:
    """Let somebody arrive whom the consultant of the tasks gets and so far has done these acts with."""
    visit = arrived(system, name)
    supervisor, consultant = at(system, "zhou.min"), at(system, ME)
    if supervisor.get(f"/api/triage/visits/{visit}")["consultant"] != ME:
        supervisor.post(f"/api/triage/visits/{visit}/reassign", {"to": ME, "reason": "熟客"})
    for act in acts:
        consultant.post(f"/api/triage/visits/{visit}/{act}")
    return visit


def chosen(hand: Hand, name: str) -> Locator:
    """Choose one of my visitors before the task begins; returns where one works with them."""
    hand.page.get_by_role("list", name="我的来客").get_by_role("button").filter(has_text=name).click(timeout=PATIENCE)
    work = hand.page.get_by_role("region", name=name)
    expect(work).to_be_visible(timeout=PATIENCE)
    return work


@VISITS.called("void a visit, with the reason")
def _(hand: Hand, system: System) -> None:
    arrived(system, "错分女士")
    hand.click(card(hand, "错分女士"))
    offered(hand, "作废")
    hand.press("v")
    expect(opened(hand, "错分女士").get_by_label("原因")).to_be_focused(timeout=PATIENCE)
    hand.type("顾客要改期")
    hand.press("Enter")
    said(hand, "作废")


@VISITS.called("triage somebody a second time, for another project")
def _(hand: Hand, system: System) -> None:
    mine(system, "再诊女士", "accept", "start")
    hand.click(
        hand.page.get_by_role("region", name="咨询", exact=True).get_by_role("button", name=re.compile("再诊女士"))
    )
    offered(hand, "再分诊")
    hand.press("x")
    expect(beside(hand.page).get_by_role("combobox", name="项目")).to_be_focused(timeout=PATIENCE)
    hand.type("水光针")
    option(hand, "水光针")
    hand.press("Enter", "Control+Enter")
    said(hand, "再分诊")


@VISITS.called("accept a visitor and start")
def _(hand: Hand, system: System) -> None:
    mine(system, "待接女士")
    work = chosen(hand, "待接女士")
    offered(hand, "接受")
    hand.press("a")
    expect(work).to_contain_text("已接受", timeout=PATIENCE)
    offered(hand, "开始咨询")
    hand.press("Enter")
    expect(work).to_contain_text("咨询中", timeout=PATIENCE)


@VISITS.called("finish a consultation with a deal")
def _(hand: Hand, system: System) -> None:
    mine(system, "成交女士", "accept", "start")
    work = chosen(hand, "成交女士")
    offered(hand, "结束咨询")
    hand.press("f")
    expect(work.get_by_role("radio", name="成交", exact=True)).to_be_focused(timeout=PATIENCE)
    hand.press("Enter")
    said(hand, "结束咨询")


@VISITS.called("open a slip for a visitor")
def _(hand: Hand, system: System) -> None:
    mine(system, "开单女士", "accept", "start")
    chosen(hand, "开单女士")
    offered(hand, "开收费单")
    hand.press("p")
    product = beside(hand.page).get_by_role("combobox", name="添加项目或产品")
    expect(product).to_be_focused(timeout=PATIENCE)
    hand.type("光子嫩肤单次")
    option(hand, "光子嫩肤单次")
    hand.press("Enter")
    expect(beside(hand.page).get_by_role("form")).to_contain_text("¥880.00", timeout=PATIENCE)
    hand.press("Control+Enter")
    said(hand, "已开收费单")


@VISITS.called("name who receives somebody who waits for the supervisor")
def _(hand: Hand, system: System) -> None:
    supervisor = at(system, "zhou.min")
    places = [one.staff for one in chain.CONSULTANTS if one.branch == chain.MAIN]

    def all_are(status: str) -> None:
        for staff in places:
            supervisor.post(f"/api/triage/consultants/{staff}/status", {"branch": chain.MAIN, "status": status})

    all_are("off")
    arrived(system, "候管女士")
    all_are("idle")
    waiting = hand.page.get_by_role("region", name="待我安排").get_by_role("button").filter(has_text="候管女士")
    hand.click(waiting)
    offered(hand, "改派")
    hand.press("r")
    expect(beside(hand.page).get_by_role("combobox")).to_be_focused(timeout=PATIENCE)
    hand.type("何珊")
    option(hand, "何珊")
    hand.press("Enter")
    expect(beside(hand.page).get_by_label("原因")).to_be_focused(timeout=PATIENCE)
    hand.type("上次由她接待")
    hand.press("Enter")
    said(hand, "改派")


@VISITS.called("answer an alert")
def _(hand: Hand, system: System) -> None:
    visit = arrived(system, "提醒女士")
    supervisor = at(system, "zhou.min")
    supervisor.post(f"/api/triage/visits/{visit}/reassign", {"to": "peng.lu", "reason": "熟客"})
    offered(hand, "知悉")
    hand.press("a")
    expect(hand.page.get_by_role("textbox", name="怎么处理的")).to_be_focused(timeout=PATIENCE)
    hand.type("已与本人确认")
    hand.press("Enter")
    said(hand, "已记录处理")


@VISITS.called("move a consultant in the rotation by keys")
def _(hand: Hand, _: System) -> None:
    lane = hand.page.get_by_role("region", name="初诊轮排")
    expect(lane.get_by_role("button", name=re.compile("^移动")).first).to_be_visible(timeout=PATIENCE)
    hand.press("o", "Alt+ArrowDown", "Enter")
    expect(lane.get_by_role("textbox", name="原因")).to_be_focused(timeout=PATIENCE)
    hand.type("临时外出")
    hand.press("Enter")
    expect(lane.get_by_role("textbox", name="原因")).to_have_count(0, timeout=PATIENCE)


@VISITS.called("check a consultant in")
def _(hand: Hand, _: System) -> None:
    lane = hand.page.get_by_role("region", name="初诊轮排")
    hand.click(lane.get_by_role("button", name="签到 宋雅"))
    said(hand, "宋雅")
