"""The till in Chromium: a slip paid in two ways with change and receipt, two tills on one slip, a paid item used."""

from __future__ import annotations

from typing import Any

import pytest
from browser_harness import PATIENCE, beside, expect_live, new_customer, sign_in
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Browser, Locator, Page, expect
from qiantai.ids import new_id


@pytest.fixture(scope="module")
def system(shared_system: System) -> System:
    return shared_system


def owed(system: System, name: str, *products: str) -> dict[str, Any]:
    """Open a slip for somebody new; returns it."""
    desk, till = (Desk(system.address).sign_in(staff, chain.PASSWORD) for staff in ("desk", "till"))
    body = {"branch": chain.MAIN, "customer": new_customer(desk, name), "lines": [{"product": one} for one in products]}
    return dict(till.patiently("/api/billing/charges", body, key=new_id()))


def slip_of(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="收费单").get_by_role("button").filter(has_text=name)


def test_a_slip_is_opened_and_paid_in_two_ways_with_change_and_printed_twice(page: Page, system: System) -> None:
    new_customer(Desk(system.address).sign_in("desk", chain.PASSWORD), "甄收银")
    sign_in(page, "till")
    expect(page.get_by_text("没有待付款的收费单")).to_be_visible(timeout=PATIENCE)  # the till's own start page
    page.keyboard.press("n")
    panel = beside(page)
    panel.get_by_role("combobox", name="顾客").fill("甄收银")
    page.get_by_role("option", name="甄收银").click(timeout=PATIENCE)
    product = panel.get_by_role("combobox", name="产品")
    for words, name in (("hydra-3", "水光针三次"), ("面膜", "医用修复面膜")):
        product.fill(words)
        page.get_by_role("option", name=name).click(timeout=PATIENCE)
    expect(panel).to_contain_text("¥2,578.00")
    panel.get_by_role("button", name="开单").click()
    expect(slip_of(page, "甄收银")).to_contain_text("¥2,578.00", timeout=PATIENCE)

    amount = panel.get_by_role("textbox", name="金额")
    expect(amount).to_have_value("2578.00", timeout=PATIENCE)
    amount.fill("500.005")
    expect(panel.get_by_text("最多 2 位小数")).to_be_visible()
    amount.fill("500")
    expect(panel.get_by_text("未收 ¥2,078.00")).to_be_visible()
    panel.get_by_role("textbox", name="实收现金").fill("600")
    expect(panel.get_by_text("找零 ¥100.00")).to_be_visible()
    page.keyboard.press("Alt+a")
    expect(amount.nth(1)).to_have_value("2078.00")
    second = panel.get_by_role("group", name="第 2 种付款方式")
    second.get_by_text("微信支付").click()
    amount.nth(1).press("Enter")
    expect(second.get_by_role("textbox", name="交易号")).to_have_attribute("aria-invalid", "true", timeout=PATIENCE)
    expect(amount.first).to_have_value("500")  # nothing typed is lost
    second.get_by_role("textbox", name="交易号").fill(f"WX{new_id()}")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已收款 ¥2,578.00，找零 ¥100.00")).to_be_visible(timeout=PATIENCE)
    expect(slip_of(page, "甄收银")).to_have_count(0, timeout=PATIENCE)

    page.evaluate("window.print = () => window.dispatchEvent(new Event('afterprint'))")
    panel.get_by_role("heading", name="甄收银").click()
    page.keyboard.press("p")
    receipt = page.get_by_role("article", name="小票")
    for words in ("上海静安店", "水光针三次", "¥2,578.00", "微信支付", "找零 ¥100.00", "钱进"):
        expect(receipt).to_contain_text(words, timeout=PATIENCE)
    expect(receipt).not_to_contain_text("重印")
    page.emulate_media(media="print")
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.locator(".print-sheet")).to_contain_text("¥2,578.00")
    expect(page.locator(".print-sheet")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="打印").click()
    expect(receipt).to_contain_text("第 1 次重印")


def test_prints_are_counted_whoever_prints(page: Page, browser: Browser, system: System) -> None:
    slip = owed(system, "甄两印", "laser-1")
    other = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    for staff, till in (("till", page), ("head", other)):
        till.goto(system.address + "/")
        sign_in(till, staff)
        till.goto(f"{system.address}/cashier?beside=charge:{slip['id']}")
        expect_live(till)
        till.evaluate("window.print = () => window.dispatchEvent(new Event('afterprint'))")
        beside(till).get_by_role("button", name="小票").click(timeout=PATIENCE)
    first, second = (till.get_by_role("article", name="小票") for till in (page, other))
    expect(first).not_to_contain_text("重印")
    page.get_by_role("button", name="打印").click()
    expect(first).to_contain_text("第 1 次重印", timeout=PATIENCE)
    other.get_by_role("button", name="打印").click()
    expect(second).to_contain_text("第 2 次重印", timeout=PATIENCE)
    other.keyboard.press("Escape")
    expect(beside(other)).to_contain_text("小票已打印 2 次")
    expect(beside(other)).to_contain_text("沈立")
    other.context.close()


def test_two_tills_on_one_slip_the_second_is_told_and_nothing_typed_is_lost(
    page: Page, browser: Browser, system: System
) -> None:
    slip = owed(system, "甄双台", "laser-1")
    sign_in(page, "till")
    page.goto(f"{system.address}/cashier?beside=charge:{slip['id']}")
    expect_live(page)
    panel = beside(page)
    amount = panel.get_by_role("textbox", name="金额")
    expect(amount).to_have_value("880.00", timeout=PATIENCE)
    amount.fill("300")
    panel.get_by_role("textbox", name="实收现金").fill("350")

    head = Desk(system.address).sign_in("head", chain.PASSWORD)
    path = f"/api/billing/charges/{slip['id']}/payments"
    head.post(path, {"tenders": [{"kind": "cash", "amount": 70_000}]}, key=new_id())
    expect(panel.get_by_role("alert").filter(has_text="沈立")).to_contain_text("¥700.00", timeout=PATIENCE)
    expect(amount).to_have_value("300")
    amount.press("Enter")
    told = panel.get_by_role("alert").filter(has_text="沈立已对此单收款")
    expect(told).to_contain_text("已填的内容都还在", timeout=PATIENCE)
    expect(amount).to_have_value("300")
    expect(panel.get_by_role("textbox", name="实收现金")).to_have_value("350")
    amount.fill("180")
    panel.get_by_role("textbox", name="实收现金").fill("200")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已收款 ¥180.00，找零 ¥20.00")).to_be_visible(timeout=PATIENCE)


def product_panel(page: Page, system: System) -> Locator:
    sign_in(page, "office")
    page.goto(f"{system.address}/cashier/catalogue?beside=product:botox-1")
    panel = beside(page)
    expect(panel.get_by_label("中文名称")).not_to_have_value("", timeout=PATIENCE)
    return panel


def test_two_who_edit_one_product_both_see_each_others_words(page: Page, browser: Browser, system: System) -> None:
    first = product_panel(page, system)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai")
    beyond = context.new_page()
    beyond.goto(system.address + "/")
    second = product_panel(beyond, system)
    first.get_by_label("英文名称").fill("Botox, ten")
    first.get_by_label("中文名称").fill("瘦脸十次")
    second.get_by_label("中文名称").fill("瘦脸一盒")
    second.get_by_role("button", name="保存", exact=True).click()
    expect(second.get_by_role("heading", name="瘦脸一盒")).to_be_visible(timeout=PATIENCE)

    first.get_by_role("button", name="保存", exact=True).click()
    name = first.get_by_role("alert", name="刚才有别人改过").get_by_role("row", name="中文名称")
    expect(name).to_contain_text("瘦脸一盒", timeout=PATIENCE)
    expect(name).to_contain_text("瘦脸十次")
    name.get_by_role("button", name="用对方的").click()
    expect(first.get_by_label("中文名称")).to_have_value("瘦脸一盒")
    page.reload()  # what is chosen and typed is kept until it is saved
    expect(first.get_by_label("英文名称")).to_have_value("Botox, ten", timeout=PATIENCE)
    expect(first.get_by_label("中文名称")).to_have_value("瘦脸一盒")
    first.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存")).to_be_visible(timeout=PATIENCE)

    second.get_by_label("英文名称").fill("Botulinum")
    second.get_by_label("中文名称").fill("瘦脸(盒)")
    second.get_by_label("英文名称").press("Enter")
    other = second.get_by_role("alert", name="刚才有别人改过")
    expect(other.get_by_role("row", name="英文名称")).to_contain_text("Botox, ten", timeout=PATIENCE)
    expect(other.get_by_role("row", name="中文名称")).to_have_count(0)  # nobody else has changed it
    second.get_by_label("英文名称").press("Enter")
    expect(other).to_have_count(0, timeout=PATIENCE)
    context.close()
    saved = Desk(system.address).sign_in("office", chain.PASSWORD).get("/api/billing/products?limit=100")["items"]
    assert [(one["name_zh"], one["name_en"]) for one in saved if one["code"] == "botox-1"] == [
        ("瘦脸(盒)", "Botulinum")
    ]


def test_a_session_of_a_paid_item_is_used(page: Page, system: System) -> None:
    slip = owed(system, "甄核销", "hydra-3")
    till = Desk(system.address).sign_in("till", chain.PASSWORD)
    path = f"/api/billing/charges/{slip['id']}/payments"
    till.post(path, {"tenders": [{"kind": "cash", "amount": slip["total"]}]}, key=new_id())
    sign_in(page, "till")
    page.get_by_role("combobox", name="查顾客的已购项目").fill("甄核销")
    page.get_by_role("option", name="甄核销").click(timeout=PATIENCE)
    panel = beside(page)
    expect(panel).to_contain_text("剩 3/3", timeout=PATIENCE)
    panel.get_by_role("heading", name="甄核销").click()
    page.keyboard.press("Enter")
    panel.get_by_label("备注").fill("左脸")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已核销一次，剩 2 次")).to_be_visible(timeout=PATIENCE)
    expect(panel).to_contain_text("剩 2/3")
    expect(panel.get_by_role("listitem").filter(has_text="左脸").first).to_contain_text("钱进", timeout=PATIENCE)
