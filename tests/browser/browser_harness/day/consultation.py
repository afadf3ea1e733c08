"""What a consultant does: accept, start, write down, finish with a deal, and make the slip."""

from __future__ import annotations

from embedded import chain
from triage.domain.care.form_list import CONSULTATION

from browser_harness.day.people import People

LASER = next((zh, en) for code, zh, en, *_ in chain.PRODUCTS if code == "laser-5")


def consultation(people: People, name: str, consultant: str) -> None:
    """Receive her and send her on to payment."""
    hand = people.at(consultant)
    words = hand.words
    mine = hand.of("list", "triage.my.visitors").get_by_role("button").filter(has_text=name)
    hand.press(mine)
    work = hand.page.get_by_role("region", name=name)
    hand.press(hand.button("code.visit_act.accept", work))
    hand.shows(work.get_by_text(words.like("triage.accepted")))
    hand.press(hand.button("code.visit_act.start", work))
    hand.shows(mine, words("code.stage.in_consultation"))

    form = work.get_by_role("region", name=words.both(CONSULTATION.zh, CONSULTATION.en))
    concern, history = CONSULTATION.fields[:2]
    hand.write(form.get_by_role("textbox", name=words.both(concern.zh, concern.en)), "两颊泛红 red cheeks")
    hand.write(form.get_by_role("textbox", name=words.both(history.zh, history.en)), "无 none")
    hand.shows(form.get_by_role("status").first, words.like("triage.form.saved"))

    hand.press(hand.button("code.visit_act.finish", work))
    act = hand.of("form", "code.visit_act.finish", work)
    hand.turn(hand.of("radio", "code.outcome.deal", act))
    hand.write(hand.of("textbox", "triage.ask.note", act), words.both(*LASER))
    hand.press(hand.button("triage.send", act))
    hand.shows(mine, words("code.stage.finished"))

    hand.press(hand.button("triage.slip.open", work))
    slip = hand.of("form", "triage.slip.open", hand.beside)
    hand.pick(hand.of("combobox", "triage.slip.add", slip), words.both(*LASER), words.both(*LASER))
    hand.shows(slip, "3,680.00")
    hand.press(hand.button("triage.slip.send", slip))
    hand.said("triage.slip.made")
    hand.shows(mine, words("code.stage.payment"))
