"""What the cashier does: money in two ways with change, the receipt, and one of what was paid used."""

from __future__ import annotations

from embedded import chain
from playwright.sync_api import expect
from qiantai.ids import new_id

from browser_harness import PATIENCE
from browser_harness.day.people import People


def paid_and_used(people: People, name: str) -> None:
    """Take 3,680.00 and note the first session."""
    hand = people.at("till")
    slips = hand.of("list", "cashier.slips", hand.main)
    hand.press(slips.get_by_role("button").filter(has_text=name))
    pay = hand.of("form", "cashier.payment", hand.beside)
    amount = hand.of("textbox", "cashier.amount", pay)
    hand.write(amount.first, "680.005")
    hand.shows(pay, hand.words("app.amount.decimals", count=2))
    hand.write(amount.first, "680")
    hand.write(hand.of("textbox", "cashier.received", pay), "700")
    hand.press(hand.button("cashier.another", pay))
    expect(amount.nth(1)).to_have_value("3000.00", timeout=PATIENCE)
    second = hand.of("group", "cashier.tender", pay, place=2)
    hand.turn(hand.of("radio", "code.tender.wechat", second))
    hand.write(hand.of("textbox", "cashier.reference", second), f"WX{new_id()}")
    hand.press(hand.button("cashier.take", pay))
    hand.said("cashier.paid_change", amount="¥3,680.00", change="¥20.00")

    hand.press(hand.button("cashier.items", hand.beside))
    hand.shows(hand.beside, hand.words("cashier.left", left=5, sessions=5))
    hand.press(hand.button("code.item_act.uses", hand.beside))
    use = hand.of("form", "code.item_act.uses", hand.beside)
    nurse, *_ = chain.STAFF["nurse"]
    hand.pick(hand.of("combobox", "cashier.performer", use), nurse, nurse)
    hand.press(hand.button("cashier.use_one", use))
    hand.said("cashier.used", left=4)
    hand.shows(hand.beside, hand.words("cashier.left", left=4, sessions=5))
