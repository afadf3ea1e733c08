"""A day by hand: what `make tour` does through the APIs, done on the pages by those who do it."""

from __future__ import annotations

from qiantai.ids import new_id

from browser_harness.day.at_the_desk import new_by_phone, rings_and_gets_a_card, unknown_card, with_an_appointment
from browser_harness.day.consultation import consultation
from browser_harness.day.followed_up import followed_up, history
from browser_harness.day.people import People
from browser_harness.day.till import paid_and_used


def a_day(people: People) -> None:
    """Play the whole day."""
    mark = new_id()[-4:]
    name = f"游小姐{mark}"
    card = rings_and_gets_a_card(people, name)
    consultant = with_an_appointment(people, name, card)
    consultation(people, name, consultant)
    paid_and_used(people, name)
    followed_up(people, name)
    history(people, name)
    unknown_card(people, f"卡女士{mark}")
    new_by_phone(people, f"新先生{mark}")
    the_day_is_whole(people)


def the_day_is_whole(people: People) -> None:
    """Let the supervisor prove the day's ledger."""
    hand = people.at("zhou.min")
    hand.go("rotation")
    hand.press(hand.of("link", "rotation.page.ledger", hand.main))
    hand.press(hand.button("rotation.verify"))
    hand.shows(hand.of("status", "rotation.proof"), hand.words("rotation.verified"))
