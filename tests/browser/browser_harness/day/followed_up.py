"""The call that a template planned, the next one that comes of it, and the history of it all."""

from __future__ import annotations

import re

from embedded import chain
from playwright.sync_api import Locator

from browser_harness.day.people import People
from browser_harness.hands import Hand

STEPS = (
    ("预约 A", "Appointment A"),
    ("已预约客户到院", "Arrived for the appointment"),
    ("分诊：由", "Assigned: goes to"),
    ("咨询结束：成交", "Consultation finished: deal"),
    ("收款 CNY 3,680.00", "Paid CNY 3,680.00"),
    ("核销光子嫩肤，剩余 4", "Used Photo-rejuvenation, 4 left"),
    ("已回访：已联系到", "Follow-up done: reached"),
)


def followed_up(people: People, name: str) -> None:
    """Call her, plan the next call, and let the supervisor approve that."""
    hand = people.at("service")
    here = hand.words.both(*(chain.BRANCHES[chain.MAIN][f"name_{language}"] for language in ("zh", "en")))
    hand.pick(hand.of("combobox", "app.branch"), here, here)
    hand.turn(hand.of("radio", "followup.later", hand.main))
    hand.turn(hand.of("radio", "followup.of_all", hand.main))
    hand.press(_row(hand, name))
    call = hand.of("form", "code.plan_act.execute", hand.beside)
    hand.turn(hand.of("radio", "code.result.reached", call))
    hand.write(hand.of("textbox", "followup.feedback", call), "恢复良好 well")
    hand.turn(hand.of("radio", "code.mood.satisfied", call))
    hand.turn(hand.of("radio", "code.next_step.plan", call))
    hand.press(hand.button("followup.in_days", call, count=7))
    hand.write(hand.of("textbox", "followup.content", call), "复查效果 look again")
    hand.press(hand.button("followup.note_call", call))
    hand.said("followup.executed")

    boss = people.at("zhou.min")
    boss.go("followup")
    boss.press(boss.of("link", "followup.plans", boss.main))
    boss.press(_row(boss, name))
    boss.press(boss.button("code.plan_act.approve", boss.beside))
    boss.press(boss.button("code.plan_act.approve", boss.of("form", "code.plan_act.approve", boss.beside)))
    boss.said("followup.act_done", act=boss.words("code.plan_act.approve"))


def history(people: People, name: str) -> None:
    """See in her file every step from the appointment to the call."""
    hand = people.at("desk")
    hand.go("customers")
    hand.pick(hand.of("combobox", "customers.find", hand.main), name, re.compile(name))
    steps = hand.of("region", "customers.timeline", hand.main)
    for step in STEPS:
        hand.shows(steps.get_by_role("listitem").filter(has_text=hand.words.both(*step)).first)


def _row(hand: Hand, name: str) -> Locator:
    return hand.main.get_by_role("listitem").filter(has_text=name).get_by_role("button").first
