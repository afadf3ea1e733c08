"""The till: a payment with change, a session of what is paid."""

from __future__ import annotations

from embedded import chain
from embedded.system import System
from playwright.sync_api import expect
from qiantai.ids import new_id

from browser_harness import PATIENCE, beside, new_customer
from browser_harness.hand import Hand
from browser_harness.tasks import Tasks, at, opened, option, said

MONEY = Tasks()


def owed(system: System, name: str, product: str) -> str:
    """Open a slip for somebody new; returns it."""
    body = {"branch": chain.MAIN, "customer": new_customer(at(system, "desk"), name), "lines": [{"product": product}]}
    return str(at(system, "till").patiently("/api/billing/charges", body, key=new_id())["id"])


@MONEY.called("take a payment in cash and give change")
def _(hand: Hand, system: System) -> None:
    owed(system, "付款女士", "mask-1")
    slips = hand.page.get_by_role("list", name="收费单").get_by_role("button")
    hand.click(slips.filter(has_text="付款女士"))
    opened(hand, "付款女士")
    hand.press("c")
    expect(beside(hand.page).get_by_role("textbox", name="实收现金")).to_be_focused(timeout=PATIENCE)
    hand.type("200")
    expect(beside(hand.page)).to_contain_text("找零 ¥2.00", timeout=PATIENCE)
    hand.press("Enter")
    said(hand, "找零 ¥2.00")


@MONEY.called("use a session of what is paid")
def _(hand: Hand, system: System) -> None:
    charge, till = owed(system, "核销女士", "hydra-3"), at(system, "till")
    total = till.get(f"/api/billing/charges/{charge}")["total"]
    till.post(f"/api/billing/charges/{charge}/payments", {"tenders": [{"kind": "cash", "amount": total}]}, key=new_id())
    hand.click(hand.page.get_by_role("combobox", name="查顾客的已购项目"))
    hand.type("核销女士")
    option(hand, "核销女士")
    hand.press("Enter")
    expect(opened(hand, "核销女士")).to_contain_text("剩 3/3", timeout=PATIENCE)
    hand.press("Enter")
    expect(beside(hand.page).get_by_label("备注")).to_be_focused(timeout=PATIENCE)
    hand.press("Enter")
    said(hand, "已核销一次")
