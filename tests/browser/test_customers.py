"""Customers in Chromium: find, an edit that comes second, a number that is revealed, a card that is bound and lost."""

from __future__ import annotations

import re

import pytest
from browser_harness import PATIENCE, new_customer, sign_in
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Page, expect
from qiantai.ids import new_id


@pytest.fixture(scope="module")
def system(shared_system: System) -> System:
    return shared_system


def open_file(page: Page, system: System, name: str) -> None:
    """Find somebody by a part of the name, and open the file with Enter."""
    page.goto(system.address + "/customers")
    find = page.get_by_role("main").get_by_role("combobox", name="查找顾客")
    expect(find).to_be_focused(timeout=PATIENCE)
    find.fill(name[:2])
    expect(page.get_by_role("main").get_by_role("option", name=re.compile(name))).to_be_visible(timeout=PATIENCE)
    find.press("Enter")
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible(timeout=PATIENCE)


def test_an_edit_that_comes_second_shows_mine_and_theirs(page: Page, system: System) -> None:
    desk = Desk(system.address).sign_in("zhou.min", chain.PASSWORD)
    customer = new_customer(desk, "档一女士")
    sign_in(page)
    open_file(page, system, "档一女士")
    fields = page.get_by_role("region", name="档案", exact=True)
    page.keyboard.press("e")
    expect(fields.get_by_label("姓名")).to_be_focused()
    fields.get_by_label("备注").fill("怕疼")
    fields.get_by_label("职业").fill("教师")
    page.reload()  # nothing that is typed is lost
    expect(fields.get_by_label("备注")).to_have_value("怕疼", timeout=PATIENCE)
    desk.patch(f"/api/customers/{customer}", {"remark": "对青霉素过敏", "address": "静安"}, version=1)
    fields.get_by_label("姓名").press("Enter")
    clash = fields.get_by_role("alert").filter(has_text="周敏")
    expect(clash).to_be_visible(timeout=PATIENCE)
    expect(clash.get_by_role("row", name=re.compile("备注"))).to_contain_text("对青霉素过敏")
    expect(clash.get_by_role("row", name=re.compile("职业"))).to_have_count(0)
    expect(fields.get_by_label("备注")).to_have_value("怕疼")
    clash.get_by_role("button", name="用对方的").click()
    expect(fields.get_by_label("备注")).to_have_value("对青霉素过敏")
    fields.get_by_label("姓名").press("Enter")
    expect(fields).to_contain_text("教师", timeout=PATIENCE)
    expect(fields).to_contain_text("静安")
    expect(fields).to_contain_text("对青霉素过敏")


def test_phones_and_the_referrer_of_a_file_are_edited(page: Page, system: System) -> None:
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    customer, referrer = new_customer(desk, "改号女士"), new_customer(desk, "介绍先生")
    sign_in(page)
    open_file(page, system, "改号女士")
    fields = page.get_by_role("region", name="档案", exact=True)
    page.keyboard.press("e")
    fields.get_by_role("button", name="加一个手机").click()
    second = fields.get_by_role("group", name="手机 2")
    number = second.get_by_role("textbox", name="手机 2")
    expect(number).to_be_focused()
    number.fill("123")
    second.get_by_label("谁的号码").fill("丈夫")
    second.get_by_text("首选").click()
    fields.get_by_role("combobox", name="介绍人").fill("介绍")
    fields.get_by_role("option", name=re.compile("介绍先生")).click(timeout=PATIENCE)
    fields.get_by_label("姓名").press("Enter")
    expect(second.get_by_role("alert")).to_contain_text("手机号不对", timeout=PATIENCE)
    number.fill(f"137{new_id()[-8:].translate(str.maketrans('abcdef', '012345'))}")
    fields.get_by_label("姓名").press("Enter")
    expect(fields).to_contain_text("介绍先生", timeout=PATIENCE)
    expect(page.get_by_role("main")).to_contain_text("丈夫")
    saved = desk.get(f"/api/customers/{customer}")
    assert (saved["referrer"], [one["note"] for one in saved["phones"]]) == (referrer, ["丈夫", None])
    assert saved["phones"][0]["primary"]


def test_a_hidden_number_is_shown_to_whoever_says_what_for(page: Page, system: System) -> None:
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    new_customer(desk, "号码女士")
    sign_in(page, "lin.yue")
    open_file(page, system, "号码女士")
    main = page.get_by_role("main")
    expect(main.get_by_text(re.compile(r"\+86139\*{4}\d{4}"))).to_be_visible()
    main.get_by_role("button", name="查看号码").click()
    main.get_by_label("为什么要看（会留下记录）").fill("回电")
    main.get_by_label("为什么要看（会留下记录）").press("Enter")
    expect(main.get_by_text(re.compile(r"\+86139\d{8}"))).to_be_visible(timeout=PATIENCE)
    expect(main.get_by_role("button", name="发卡")).to_have_count(0)  # what the role may not do is not offered


def test_a_card_is_bound_lost_and_replaced_and_the_history_says_so(page: Page, system: System) -> None:
    desk = Desk(system.address).sign_in("desk", chain.PASSWORD)
    new_customer(desk, "卡片女士")
    sign_in(page)
    open_file(page, system, "卡片女士")
    cards = page.get_by_role("region", name="卡片")
    first, second = (f"D{new_id()[-10:].upper()}" for _ in range(2))
    page.keyboard.press("i")
    number = cards.get_by_label("卡号")
    expect(number).to_be_focused()
    number.press_sequentially(first, delay=5)  # a scanner that is a keyboard
    number.press("Enter")
    row = cards.get_by_role("listitem").filter(has_text=first)
    expect(row).to_contain_text("使用中", timeout=PATIENCE)
    row.get_by_role("button", name="停用").click()
    row.get_by_role("button", name="更换").click()
    expect(row).to_contain_text("更换", timeout=PATIENCE)
    number.fill(second)
    number.press("Enter")
    other = cards.get_by_role("listitem").filter(has_text=second)
    expect(other).to_contain_text("使用中", timeout=PATIENCE)
    other.get_by_role("button", name="停用").click()
    other.get_by_role("button", name="挂失").click()
    expect(other).to_contain_text("挂失", timeout=PATIENCE)
    expect(other.get_by_role("button")).to_have_count(0)
    page.reload()
    history = page.get_by_role("region", name="经过")
    expect(history).to_contain_text(f"卡片停用 {second}：挂失", timeout=PATIENCE)
    expect(history).to_contain_text(f"发卡 {first}")
