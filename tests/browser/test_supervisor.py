"""A supervisor's day in Chromium: the order by drag and by keys, a month of shifts, a bad sheet, a policy on trial."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from browser_harness import PATIENCE, beside, expect_live, new_customer, sign_in
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Page, expect
from qiantai.ids import new_id

NAMES = [one.name for one in chain.CONSULTANTS if one.branch == chain.MAIN]


def supervisor(system: System) -> Desk:
    return Desk(system.address).sign_in("zhou.min", chain.PASSWORD)


def arrive(system: System, name: str) -> str:
    """Let somebody arrive for a first visit; returns the visit."""
    desk = supervisor(system)
    arrival = {"branch": chain.MAIN, "customer": new_customer(desk, name), "projects": ["laser"]}
    return str(desk.patiently("/api/triage/visits", arrival, key=new_id())["id"])


def order_of(system: System) -> list[str]:
    table = supervisor(system).get(f"/api/triage/rotation?branch={chain.MAIN}")
    names = {one["consultant"]: one["name"] for one in table["consultants"]}
    return [names[one] for one in table["lanes"][0]["order"]]


def test_the_order_is_changed_by_drag_and_by_keys_with_a_reason(page: Page, system: System) -> None:
    visit = arrive(system, "甄序女士")
    sign_in(page, "zhou.min")
    expect(page).to_have_url(re.compile("/rotation$"))  # what waits for a supervisor
    lane = page.get_by_role("region", name="初诊轮排")
    rows = lane.get_by_role("row").filter(has=page.get_by_role("rowheader"))
    expect(rows).to_have_count(len(NAMES), timeout=PATIENCE)
    expect(rows.filter(has_text="轮排指针")).to_have_count(1)
    expect(rows.filter(has_text="甄序女士")).to_have_count(1, timeout=PATIENCE)

    grip = lane.get_by_role("button", name=re.compile("^移动宋雅"))
    grip.focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    expect(lane.get_by_role("status").filter(has_text="宋雅：第 3 位，共 8 位")).to_have_count(1)
    page.keyboard.press("Enter")
    reason = lane.get_by_role("textbox", name="原因")
    expect(reason).to_be_focused()
    reason.press("Enter")
    assert order_of(system) == NAMES  # nothing goes without a reason
    reason.fill("宋雅下午外出")
    reason.press("Enter")
    by_keys = ["林悦", "姜雯", "宋雅", "何珊", "唐琪", "罗欣", "叶帆", "彭璐"]
    expect(rows.nth(2)).to_contain_text("宋雅", timeout=PATIENCE)
    expect(reason).to_have_count(0, timeout=PATIENCE)
    assert order_of(system) == by_keys

    name = page.get_by_role("rowheader")
    name.filter(has_text="彭璐").drag_to(name.filter(has_text="林悦"))
    expect(rows.nth(0)).to_contain_text("彭璐")
    reason.fill("彭璐先接")
    lane.get_by_role("button", name=re.compile("^确定")).click()
    expect(reason).to_have_count(0, timeout=PATIENCE)
    assert order_of(system) == ["彭璐", *by_keys[:-1]]
    page.get_by_role("button", name="撤销").last.click()
    expect(rows.nth(0)).to_contain_text("林悦", timeout=PATIENCE)

    states = rows.filter(has_text="罗欣").get_by_role("group", name="罗欣的状态")
    states.get_by_role("button", name="外出").click()
    expect(states.get_by_role("button", name="外出")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)

    named = {"to": "peng.lu", "reason": "熟客"}
    supervisor(system).post(f"/api/triage/visits/{visit}/reassign", named)
    alerts = page.get_by_role("region", name="提醒", exact=True)
    alerts.get_by_role("button", name="知悉: 人工变更").click(timeout=PATIENCE)
    alerts.get_by_role("textbox", name="怎么处理的").fill("已与本人确认")
    page.keyboard.press("Enter")
    expect(alerts).to_contain_text("没有待处理的提醒", timeout=PATIENCE)

    page.get_by_role("link", name="台账").click()
    expect(page.get_by_role("listitem").filter(has_text="宋雅下午外出")).to_contain_text("调整顺序", timeout=PATIENCE)
    page.keyboard.press("v")
    expect(page.get_by_role("status", name="核验结果")).to_contain_text("已核验，一致", timeout=PATIENCE)


def test_two_who_set_one_place_of_the_roster_both_see_each_others_words(page: Page, system: System) -> None:
    sign_in(page, "zhou.min")
    page.goto(system.address + "/rotation/roster?beside=place:ye.fan")
    panel = beside(page)
    expect(panel.get_by_label("姓名")).to_have_value("叶帆", timeout=PATIENCE)
    panel.get_by_label("姓名").fill("叶帆医生")
    desk = Desk(system.address).sign_in("head", chain.PASSWORD)
    there = next(one for one in desk.get(f"/api/triage/roster/{chain.MAIN}")["items"] if one["staff"] == "ye.fan")
    kept = ("name", "shift", "place", "scope", "barred", "designated", "active")
    path = f"/api/triage/roster/{chain.MAIN}/ye.fan"
    desk.headers["If-Match"] = f'"{there["version"]}"'
    desk.put(path, {**{field: there[field] for field in kept}, "name": "叶老师", "barred": ["laser"]})
    panel.get_by_label("姓名").press("Enter")
    conflict = panel.get_by_role("alert", name="刚才有别人改过")
    name = conflict.get_by_role("row", name="姓名")
    expect(name).to_contain_text("叶老师", timeout=PATIENCE)
    expect(name).to_contain_text("叶帆医生")
    expect(conflict.get_by_role("row").filter(has=page.get_by_role("rowheader"))).to_have_count(2)
    panel.get_by_label("姓名").press("Enter")
    expect(panel).to_have_count(0, timeout=PATIENCE)
    now = next(one for one in desk.get(f"/api/triage/roster/{chain.MAIN}")["items"] if one["staff"] == "ye.fan")
    assert (now["name"], now["barred"]) == ("叶帆医生", ["laser"])


def test_a_month_of_shifts_is_set_by_keys_and_a_bad_sheet_changes_nothing(
    page: Page, system: System, tmp_path: Path
) -> None:
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    sign_in(page, "zhou.min")
    page.goto(system.address + "/rotation/shifts")
    expect_live(page)
    page.keyboard.press("]")
    month = f"{day.year + day.month // 12}-{day.month % 12 + 1:02}"
    cell = page.get_by_role("button", name=re.compile(f"^何珊 {month}-05"))
    cell.click(timeout=PATIENCE)
    page.keyboard.press("2")
    expect(cell).to_have_accessible_name(f"何珊 {month}-05 晚班", timeout=PATIENCE)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    copied = page.get_by_role("button", name=f"何珊 {month}-06 晚班")
    expect(copied).to_have_count(1, timeout=PATIENCE)
    page.keyboard.press("Delete")
    expect(copied).to_have_count(0, timeout=PATIENCE)

    page.keyboard.press("i")
    sheet = tmp_path / "shifts.csv"
    good = f"日期,工号,班次\n{month}-07,he.shan,早班\n"
    sheet.write_text(f"{good}{month}-07,nobody,早班\n{month}-77,lin.yue,晚班\n", encoding="utf-8")
    panel = page.get_by_role("region", name="导入")
    panel.locator("input[type=file]").set_input_files(sheet)
    wrong = panel.get_by_role("alert")
    expect(wrong.get_by_role("row", name=re.compile("^4 "))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name=f"何珊 {month}-07 早班")).to_have_count(0)
    sheet.write_text(good, encoding="utf-8")
    panel.locator("input[type=file]").set_input_files(sheet)
    expect(panel).to_contain_text("新增 1、变更 0", timeout=PATIENCE)
    panel.get_by_role("button", name="全部采用").click()
    expect(page.get_by_role("button", name=f"何珊 {month}-07 早班")).to_have_count(1, timeout=PATIENCE)


def test_a_policy_is_tried_on_a_day_and_published(page: Page, system: System) -> None:
    arrive(system, "甄试女士")
    sign_in(page, "head")
    page.goto(system.address + "/policies/change")
    expect_live(page)
    field = page.get_by_role("article", name="初诊顾客指定咨询医生时", exact=False)
    scope = page.get_by_role("article", name="通道")
    scope.get_by_role("button", name="本院另设").click(timeout=PATIENCE)
    scope.get_by_role("radio", name="否").first.check(force=True)
    trial = page.get_by_role("region", name="在过去一天试算")
    trial.get_by_role("button", name="试算", exact=True).click()
    expect(trial.get_by_role("status")).to_contain_text("若如此：", timeout=PATIENCE)
    scope.get_by_role("button", name="去掉第 2 项").click()
    publish = page.get_by_role("region", name="发布新版本")
    publish.get_by_role("textbox", name=re.compile("^为什么改")).fill("周会决定")
    publish.get_by_role("button", name="发布新版本").click()
    expect(scope.get_by_role("alert")).to_be_visible(timeout=PATIENCE)  # some classes have no lane
    scope.get_by_role("button", name="不设，按上一级").click()
    field.get_by_role("button", name="本院另设").click()
    field.get_by_role("radio", name="是").check(force=True)
    publish.get_by_role("button", name="发布新版本").click()
    expect(page.get_by_text(re.compile("第 1 版已发布"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="版本").click()
    compared = page.get_by_role("region", name="两版对比")
    expect(compared.get_by_role("row", name=re.compile("不设，按上一级 是$"))).to_be_visible(timeout=PATIENCE)

    page.get_by_role("link", name="数字").click()
    expect(page.get_by_role("img", name=re.compile("^初诊量"))).to_be_visible(timeout=PATIENCE)
    with page.expect_download(timeout=PATIENCE) as saved:
        page.get_by_role("button", name="CSV").click()
    assert saved.value.suggested_filename.startswith(f"numbers-{chain.MAIN}-")
