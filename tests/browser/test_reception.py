"""Receiving where something is in the way: no reason, rare names, the network away, an ended session."""

from __future__ import annotations

import re

from browser_harness import PATIENCE, beside, enter, expect_live, expected_customer, sign_in
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect
from qiantai.ids import new_id


def card_of(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=re.compile(name))


def in_column(page: Page, column: str, name: str) -> Locator:
    return page.get_by_role("region", name=column, exact=True).get_by_role("listitem").filter(has_text=name)


def said(page: Page, text: str) -> Locator:
    return page.locator(".toasts").get_by_role("listitem").filter(has_text=text)


def visits_of(system: System, name: str) -> list[str]:
    """Return the stages of the visits on the board of somebody of this name."""
    board = Desk(system.address).sign_in("desk", chain.PASSWORD).get(f"/api/gateway/board?branch={chain.MAIN}")
    return [card["state"] for card in board["cards"] if card["name"] == name and card["kind"] == "visit"]


def choose_project(page: Page, name: str) -> None:
    box = beside(page).get_by_label("项目")
    box.fill(name)
    page.get_by_role("option", name=name).first.click()
    box.press("Escape")


def a_phone() -> str:
    return f"135{int(new_id()[-8:], 16) % 100_000_000:08d}"


def file_by_keys(page: Page, phone: str, name: str) -> None:
    """Come from the one field to the page for somebody new and fill it in."""
    page.keyboard.press("/")
    page.keyboard.type(phone)
    expect(page.get_by_role("option", name=re.compile("为其建档"))).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Enter")
    expect(beside(page).get_by_label("手机")).to_have_value(phone, timeout=PATIENCE)
    expect(beside(page).get_by_label("姓名")).to_be_focused(timeout=PATIENCE)
    page.keyboard.type(name)
    choose_project(page, "光子嫩肤")


def test_another_class_asks_for_the_reason_at_its_field(page: Page, system: System) -> None:
    sign_in(page)
    expected_customer(system, "马文才")
    card_of(page, "马文才").click(timeout=PATIENCE)
    panel = beside(page)
    expect(panel.get_by_role("region", name="系统建议")).to_contain_text("初诊", timeout=PATIENCE)
    panel.get_by_text("复查", exact=True).click()
    panel.get_by_role("button", name="接待", exact=True).click()
    reason = panel.get_by_label(re.compile("原因"))
    expect(panel.locator(".el-form-item__error")).not_to_be_empty(timeout=PATIENCE)
    reason.fill("上周做过,来复查")
    reason.press("Enter")
    expect(said(page, "马文才")).to_be_visible(timeout=PATIENCE)


def test_a_button_says_what_it_does_by_which_rule_and_who_may_by_key_and_by_mouse(page: Page, system: System) -> None:
    sign_in(page)
    expected_customer(system, "问一女士")
    card_of(page, "问一女士").click(timeout=PATIENCE)
    take, note = beside(page).get_by_role("button", name="接待", exact=True), page.get_by_role("tooltip")
    take.focus(timeout=PATIENCE)
    page.keyboard.press("Shift+?")
    expect(note).to_contain_text("按建议的类别和接诊人分诊", timeout=PATIENCE)
    expect(note).to_contain_text("T10–T21")
    expect(note).to_contain_text(re.compile("谁可以.*前台导医"))
    expect(note).not_to_contain_text("护士")
    expect(take).to_have_accessible_description(re.compile("分诊.*前台导医"))
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(take).to_have_accessible_description("")
    take.hover()
    expect(note).to_contain_text("按建议的类别和接诊人分诊", timeout=PATIENCE)
    page.keyboard.press("Shift+?")
    listed = page.get_by_role("dialog", name="帮助与快捷键")
    expect(listed.get_by_role("listitem").filter(has_text="撤销刚才做的一步")).to_be_visible(timeout=PATIENCE)
    expect(listed.get_by_role("listitem").filter(has_text="按建议的类别和接诊人分诊")).to_contain_text("前台导医")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="要做什么").fill("锁屏")
    expect(page.get_by_role("option", name="锁屏")).to_have_accessible_description(re.compile("不显示任何顾客资料"))


def test_somebody_new_is_filed_and_received_on_one_page_by_keys_alone(page: Page, system: System) -> None:
    sign_in(page)
    file_by_keys(page, a_phone(), "𠮷野<b>䶮</b>")
    beside(page).get_by_label("姓名").press("Enter")
    expect(said(page, "𠮷野<b>䶮</b>")).to_be_visible(timeout=PATIENCE)
    expect(in_column(page, "咨询", "𠮷野<b>䶮</b>")).to_be_visible(timeout=PATIENCE)


def test_what_was_typed_without_a_network_arrives_once_also_when_the_page_was_closed(
    page: Page, system: System
) -> None:
    sign_in(page)
    expected_customer(system, "断网先生")
    card_of(page, "断网先生").click(timeout=PATIENCE)
    expect(beside(page).get_by_role("region", name="系统建议")).to_contain_text("按轮排顺序", timeout=PATIENCE)
    context: BrowserContext = page.context
    context.set_offline(True)
    beside(page).get_by_role("button", name="接待", exact=True).click()
    beside(page).get_by_role("button", name="先存下").click(timeout=PATIENCE)
    expect(page.get_by_role("button", name="1 项待发送")).to_be_visible(timeout=PATIENCE)
    page.close()
    context.set_offline(False)
    other = context.new_page()
    other.goto(system.address + "/")
    sign_in(other)
    expect(in_column(other, "咨询", "断网先生")).to_be_visible(timeout=PATIENCE)
    expect(other.get_by_role("button", name="项待发送")).to_have_count(0)
    assert len(visits_of(system, "断网先生")) == 1


def test_an_answer_that_was_lost_is_asked_for_again_and_counts_once(page: Page, system: System) -> None:
    sign_in(page)
    phone = a_phone()
    file_by_keys(page, phone, "回音先生")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/customers/", lose_the_answer, times=1)
    beside(page).get_by_label("姓名").press("Enter")
    expect(beside(page).get_by_role("alert")).to_contain_text("没有回应", timeout=PATIENCE)
    beside(page).get_by_label("姓名").press("Enter")
    expect(said(page, "回音先生 已分给")).to_be_visible(timeout=PATIENCE)
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    assert len(desk.post("/api/customers/find", {"branch": chain.MAIN, "q": phone})["items"]) == 1


def test_a_session_that_ends_in_the_middle_of_a_form_goes_on_with_the_form(page: Page, system: System) -> None:
    office = Desk(system.address).sign_in("office", chain.PASSWORD)
    account = {"name": "前台二", "roles": ["receptionist"], "branches": [chain.MAIN], "password": chain.FIRST_PASSWORD}
    office.put("/api/gateway/staff/desk.two", account)
    enter(page, "desk.two", chain.FIRST_PASSWORD)
    page.get_by_label("新密码").fill("my own words")
    page.get_by_label("新密码").press("Enter")
    expect_live(page)
    expected_customer(system, "过期女士")
    card_of(page, "过期女士").click(timeout=PATIENCE)
    panel = beside(page)
    expect(panel.get_by_label("要点")).to_contain_text("上次到院还没有来过", timeout=PATIENCE)
    panel.get_by_role("button", name="更多情况").click()
    panel.get_by_label("备注").fill("带了以前的病历")
    office.post("/api/gateway/staff/desk.two/sign-out")
    expect(page.get_by_role("alert").filter(has_text="登录已过期")).to_be_visible(timeout=PATIENCE)
    page.locator("input[name=password]").fill("my own words")
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("button", name="登录", exact=True)).to_have_count(0, timeout=PATIENCE)
    expect(panel.get_by_label("备注")).to_have_value("带了以前的病历")
    page.reload()
    expect(beside(page).get_by_label("备注")).to_have_value("带了以前的病历", timeout=PATIENCE)
    beside(page).get_by_role("button", name="接待", exact=True).click()
    expect(said(page, "过期女士")).to_be_visible(timeout=PATIENCE)


def test_a_page_that_is_older_than_the_server_is_told_to_load_anew(page: Page, system: System) -> None:
    sign_in(page)
    page.route("**/console/ArrivalPanel*.js", lambda route: route.fulfill(status=404))
    page.route(system.address + "/", lambda route: route.fulfill(body='<script type="module" src="/console/new.js">'))
    expected_customer(system, "新版女士")
    card_of(page, "新版女士").click(timeout=PATIENCE)
    expect(page.get_by_role("alert").filter(has_text="系统已更新")).to_be_visible(timeout=PATIENCE)
