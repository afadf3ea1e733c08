"""Doors and settings in Chromium: the lock, a scanner that types, staff, test reads."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing

import pytest
from browser_harness import PATIENCE, beside, expect_live, expected_customer, sign_in
from browser_harness.hand import scan
from device_gateway.edge.virtual import VirtualScanner
from embedded import chain
from embedded.client import Desk, Refused
from embedded.system import System
from playwright.sync_api import Page, expect

PIN = "4719"


def test_a_screen_locks_with_nothing_of_people_in_it_and_goes_on_as_it_was(page: Page, system: System) -> None:
    sign_in(page)
    page.get_by_role("button", name="陈佳").click()
    page.get_by_role("menuitem", name="设置 PIN").click()
    pin, again = page.get_by_label("新 PIN"), page.get_by_label("再输一次")
    for word in ("1234", PIN):
        pin.fill(word)
        again.fill(word)
        again.press("Enter")
        if word != PIN:
            expect(page.get_by_role("dialog")).to_contain_text("连号", timeout=PATIENCE)
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)

    page.goto(f"{system.address}/board?beside=newcomer:{'甄板'}")
    name = beside(page).get_by_label("姓名", exact=True)
    expect(name).to_have_value("甄板", timeout=PATIENCE)
    name.fill("甄板小姐")
    page.keyboard.press("Alt+l")
    expect(page.get_by_role("heading", name="已锁屏")).to_be_visible()
    expect(page.get_by_text("甄板")).to_have_count(0)
    assert "甄板" not in page.content()
    assert page.evaluate("JSON.parse(sessionStorage['qiantai.signed-in']).token") == ""
    field = page.get_by_label("PIN")
    expect(field).to_be_focused()
    field.fill("4718")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("还可以试 4 次", timeout=PATIENCE)
    page.context.set_offline(True)
    field.fill(PIN)
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("网络不通", timeout=PATIENCE)
    page.context.set_offline(False)
    field.fill(PIN)
    field.press("Enter")
    expect(name).to_have_value("甄板小姐", timeout=PATIENCE)  # as it was typed
    expect(name).to_be_focused()
    expect_live(page)

    page.keyboard.press("Alt+l")
    page.reload()
    expect(page.get_by_role("heading", name="已锁屏")).to_be_visible()  # it stays locked
    for left in ("4", "3", "2", "1"):
        page.get_by_label("PIN").fill("4718")
        page.get_by_label("PIN").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(f"还可以试 {left} 次", timeout=PATIENCE)
    page.get_by_label("PIN").fill("4718")
    page.get_by_label("PIN").press("Enter")
    password = page.get_by_label("密码")
    expect(password).to_be_visible(timeout=PATIENCE)
    password.fill("qiantai-demo")
    password.press("Enter")
    expect_live(page)


def test_a_locked_screen_is_left_to_another_who_finds_nothing_of_the_first(page: Page, system: System) -> None:
    sign_in(page)
    page.goto(f"{system.address}/board?beside=newcomer:")
    beside(page).get_by_label("姓名", exact=True).fill("甄秘密")
    left = Desk(system.address)
    left.headers["Authorization"] = "Bearer " + page.evaluate("JSON.parse(sessionStorage['qiantai.signed-in']).token")
    assert left.get("/api/gateway/branches")["items"]
    page.keyboard.press("Alt+l")
    with page.expect_response("**/api/gateway/give-up"):
        page.get_by_role("button", name="换人登录").click()
    with pytest.raises(Refused, match=" 401 "):  # the session of the first one has ended on the server
        left.get("/api/gateway/branches")
    sign_in(page, "zhou.min")
    expect(beside(page).get_by_label("姓名", exact=True)).to_have_value("", timeout=PATIENCE)
    assert "甄秘密" not in page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")


def test_a_screen_locks_by_itself_after_some_minutes(page: Page) -> None:
    page.clock.install()
    sign_in(page)
    page.clock.fast_forward("04:00")
    expect(page.get_by_role("banner")).to_be_visible()
    page.clock.fast_forward("01:10")
    expect(page.get_by_role("heading", name=re.compile("前台|已锁屏"))).to_be_visible()
    expect(page.get_by_role("banner")).to_have_count(0)


def test_a_scanner_that_types_opens_the_arrival_wherever_the_cursor_is(page: Page, system: System) -> None:
    card = expected_customer(system, "甄扫女士")
    sign_in(page)
    page.evaluate("localStorage['qiantai.reader'] = JSON.stringify({ desk: 'desk-2', prefix: ';x', suffix: '' })")
    page.reload()
    expect_live(page)
    field = page.get_by_role("searchbox").or_(page.get_by_role("textbox")).first
    field.fill("王")
    field.focus()
    scan(page, f";x{card.lower()}")
    expect(beside(page).get_by_role("heading", name="甄扫女士")).to_be_visible(timeout=PATIENCE)
    expect(field).to_have_value("王")  # nothing was typed into it
    scan(page, f"{card}")  # without the prefix of this desk's reader
    expect(page.get_by_text("不是有效的码").first).to_be_visible(timeout=PATIENCE)
    scan(page, ";xT00471100")
    expect(beside(page)).to_contain_text("T00471100", timeout=PATIENCE)


def edge_knows(system: System) -> None:
    """Wait until the branch's edge has heard of the test."""
    deadline = time.monotonic() + PATIENCE / 1000
    with closing(sqlite3.connect(system.folder / "edge" / "cache.db")) as cache:
        while not cache.execute("SELECT count(*) FROM test").fetchone()[0]:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_an_account_is_made_and_two_who_edit_it_see_each_others_words(page: Page, system: System) -> None:
    sign_in(page, "head")
    page.get_by_role("link", name="设置").click()
    page.get_by_role("button", name="新员工").click()
    panel = beside(page)
    panel.get_by_label("账号", exact=True).fill("zhen.xin")
    panel.get_by_label("姓名").fill("甄新")
    panel.get_by_text("收银", exact=True).click()
    expect(panel.get_by_role("checkbox", name="总部")).to_have_count(0)  # not the head's to give
    panel.get_by_label("首次密码").fill("zhen")
    panel.get_by_role("button", name="保存").click()
    expect(panel.get_by_text("10").last).to_be_visible(timeout=PATIENCE)  # too short, beside the field
    panel.get_by_label("首次密码").fill("for the first day")
    panel.get_by_role("button", name="保存").click()
    expect(panel.get_by_role("heading", name="甄新")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("row", name="甄新")).to_contain_text("首次登录须改密码")

    office = Desk(system.address).sign_in("office", chain.PASSWORD)
    there = office.get("/api/gateway/staff/zhen.xin")
    office.headers["If-Match"] = f'"{there["version"]}"'
    office.put("/api/gateway/staff/zhen.xin", {"name": "甄新", "roles": ["nurse"], "branches": [chain.MAIN]})
    panel.get_by_label("姓名").fill("甄欣")
    page.keyboard.press("Control+Enter")
    conflict = panel.get_by_role("alert", name="刚才有别人改过")
    expect(conflict.get_by_role("row", name="角色")).to_contain_text("收银", timeout=PATIENCE)
    expect(conflict.get_by_role("row", name="角色")).to_contain_text("护士")
    conflict.get_by_role("row", name="角色").get_by_role("button", name="用我的").click()
    page.keyboard.press("Control+Enter")
    expect(panel.get_by_role("heading", name="甄欣")).to_be_visible(timeout=PATIENCE)
    assert office.get("/api/gateway/staff/zhen.xin")["roles"] == ["cashier"]


def test_a_test_read_shows_what_came_and_registers_nothing(page: Page, system: System) -> None:
    sign_in(page)
    with VirtualScanner(system.folder / "devices" / "scanner-2") as scanner:
        scanner.wait_until_open()
        page.get_by_role("link", name="设置").click()
        row = page.get_by_role("row", name="scanner-2")
        row.get_by_role("button", name="试扫").click(timeout=PATIENCE)
        panel = beside(page)
        expect(panel.get_by_role("status")).to_contain_text("还剩", timeout=PATIENCE)
        before = Desk(system.address).sign_in("desk", chain.PASSWORD).get("/api/gateway/devices", branch=chain.MAIN)
        edge_knows(system)
        scanner.send("]C1 D000124")
        expect(panel).to_contain_text("D000124 设计卡", timeout=PATIENCE)
        expect(panel).to_contain_text("AIM ]C1")
        expect(panel).to_contain_text("]C1SPD000124CR")
    after = Desk(system.address).sign_in("desk", chain.PASSWORD).get("/api/gateway/devices", branch=chain.MAIN)
    counts = [
        [(one["device"], one["scanned"], one["unrecognised"]) for one in seen["items"]] for seen in (before, after)
    ]
    assert counts[0] == counts[1]
