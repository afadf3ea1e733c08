"""A consultant's hour in Chromium: accept, start, a form that is saved as one types, a deal, the slip, and my turns."""

from __future__ import annotations

import re

from browser_harness import PATIENCE, beside, expect_live, new_customer, sign_in
from embedded import chain
from embedded.client import Desk
from embedded.system import System
from playwright.sync_api import Page, expect
from qiantai.ids import new_id

ME = "lin.yue"


def visitor(system: System, name: str) -> str:
    """Let somebody arrive who is assigned to me; returns the visit."""
    supervisor = Desk(system.address).sign_in("zhou.min", chain.PASSWORD)
    for one in chain.CONSULTANTS:
        if one.branch == chain.MAIN:
            status = "idle" if one.staff == ME else "off"
            supervisor.post(f"/api/triage/consultants/{one.staff}/status", {"branch": chain.MAIN, "status": status})
    arrival = {"branch": chain.MAIN, "customer": new_customer(supervisor, name), "projects": ["laser"]}
    visit = supervisor.patiently("/api/triage/visits", arrival, key=new_id())
    assert visit["consultant"] == ME, visit
    return str(visit["id"])


def test_a_consultants_hour(page: Page, system: System) -> None:
    visit = visitor(system, "辛一小姐")
    sign_in(page, ME)
    mine = page.get_by_role("list", name="我的来客").get_by_role("button").filter(has_text="辛一小姐")
    expect(mine).to_contain_text("已等", timeout=PATIENCE)  # the start page of a consultant
    work = page.get_by_role("region", name="辛一小姐")

    work.get_by_role("button", name="接受").click()
    expect(work.get_by_text(re.compile("已接受"))).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Enter")
    expect(mine).to_contain_text("咨询中", timeout=PATIENCE)

    form = work.get_by_role("region", name="顾客咨询记录单")
    form.get_by_label("既往史及过敏史").fill("青霉素过敏")
    expect(form.get_by_role("status").first).to_contain_text("顾客诉求", timeout=PATIENCE)  # what is still needed
    form.get_by_label("顾客诉求").fill("两颊泛红")
    expect(form.get_by_role("status").first).to_contain_text("已保存", timeout=PATIENCE)

    page.context.set_offline(True)
    form.get_by_label("下一步", exact=True).fill("周五复诊")
    expect(form.get_by_role("status").first).to_contain_text("已记在本机", timeout=PATIENCE)
    page.context.set_offline(False)
    expect(form.get_by_role("status").first).to_contain_text("已保存", timeout=PATIENCE)
    page.reload()
    expect_live(page)
    expect(form.get_by_label("顾客诉求")).to_have_value("两颊泛红", timeout=PATIENCE)
    expect(form.get_by_label("下一步", exact=True)).to_have_value("周五复诊")

    colleague = Desk(system.address).sign_in("zhou.min", chain.PASSWORD)
    path = f"/api/triage/visits/{visit}/forms/consultation"
    now = colleague.get(path)
    theirs = {**now["content"], "concern": "主管记的诉求"}
    colleague.put(path, {"content": theirs}, etag=now["version"])
    form.get_by_label("顾客诉求").fill("我记的诉求")
    both = form.get_by_role("alert")
    expect(both).to_contain_text("主管记的诉求", timeout=PATIENCE)
    expect(both).to_contain_text("周敏")
    both.get_by_role("button", name="用我的").click()
    expect(form.get_by_role("status").first).to_contain_text("已保存", timeout=PATIENCE)

    work.get_by_role("button", name=re.compile("结束咨询")).click()
    act = work.get_by_role("form", name="结束咨询")
    expect(act.get_by_role("radio", name="成交", exact=True)).to_be_checked()
    act.get_by_role("button", name=re.compile("确定")).click()
    expect(mine).to_contain_text("咨询结束", timeout=PATIENCE)

    work.get_by_role("button", name=re.compile("开收费单")).click()
    slip = beside(page).get_by_role("form", name="开收费单")
    slip.get_by_role("combobox", name="添加项目或产品").fill("光子嫩肤单次")
    page.get_by_role("option", name=re.compile("光子嫩肤单次")).click()
    expect(slip).to_contain_text("¥880.00")
    slip.get_by_role("button", name=re.compile("^开单")).click()
    expect(page.get_by_role("status").filter(has_text="已开收费单")).to_be_visible(timeout=PATIENCE)
    expect(mine).to_contain_text("付款", timeout=PATIENCE)

    page.get_by_role("link", name="我的轮排").click()
    turns = page.get_by_role("region", name="今天每一次")
    expect(turns.get_by_role("listitem").filter(has_text="辛一小姐").filter(has_text="计初诊量")).to_be_visible(
        timeout=PATIENCE
    )


def test_the_second_one_is_told_who_was_first(page: Page, system: System) -> None:
    visit = visitor(system, "辛二小姐")
    sign_in(page, "desk")
    page.goto(f"{system.address}/board?beside=visit:{visit}")
    panel = beside(page)
    panel.get_by_role("button", name=re.compile("作废")).click()
    act = panel.get_by_role("form", name="作废")
    act.get_by_label("原因").fill("分错了")
    supervisor = Desk(system.address).sign_in("zhou.min", chain.PASSWORD)
    supervisor.post(f"/api/triage/visits/{visit}/void", {"reason": "顾客要改期"})
    act.get_by_role("button", name=re.compile("确定")).click()
    told = act.get_by_role("alert")
    expect(told).to_contain_text("周敏", timeout=PATIENCE)
    expect(told).to_contain_text("分诊作废")


COVERED = """() => {
    const hit = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
    const news = [...document.querySelectorAll('.toasts li')].map((one) => one.getBoundingClientRect())
    return [...document.querySelectorAll('aside :is(button, input, textarea, select, a)')]
        .filter((one) => news.some((box) => hit(box, one.getBoundingClientRect()))).map((one) => one.outerHTML)
}"""


def test_a_visit_is_left_with_its_branch_and_found_again_as_it_was(page: Page, system: System) -> None:
    visit = visitor(system, "辛三小姐")
    sign_in(page, "office")
    page.get_by_role("combobox", name="门店").click()
    page.get_by_role("option", name="上海静安店").click()
    page.goto(f"{system.address}/board?beside=visit:{visit}")
    expect_live(page)
    panel = beside(page)
    panel.get_by_role("button", name=re.compile("作废")).click()
    panel.get_by_role("form", name="作废").get_by_label("原因").fill("顾客说明天再来")

    page.set_viewport_size({"width": 1024, "height": 768})
    page.evaluate("document.documentElement.style.fontSize = '187.5%'")  # text twice as large
    page.get_by_role("combobox", name="门店").click()
    page.get_by_role("option", name="杭州西湖店").click()
    expect(panel).to_have_count(0)
    news = page.get_by_role("status").get_by_role("listitem").filter(has_text="原门店的详情已关闭")
    news.get_by_role("button", name=re.compile("撤销")).click()
    panel.get_by_role("button", name=re.compile("作废")).click(timeout=PATIENCE)
    act = panel.get_by_role("form", name="作废")
    expect(act.get_by_label("原因")).to_have_value("顾客说明天再来")
    act.get_by_role("button", name=re.compile("取消")).click()
    panel.get_by_role("button", name=re.compile("接受")).click()
    expect(page.get_by_role("status").get_by_role("listitem").first).to_be_visible(timeout=PATIENCE)
    panel.get_by_role("button", name=re.compile("^作废")).click()
    assert page.evaluate(COVERED) == []
