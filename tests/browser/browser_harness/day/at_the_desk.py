"""What the receptionist does: the telephone, arrivals, cards, and whoever is new."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from embedded import chain
from playwright.sync_api import Locator, expect
from qiantai.ids import new_id

from browser_harness import PATIENCE
from browser_harness.day.people import People, phone
from browser_harness.hands import Hand

DESK = "desk"
PROJECTS = {code: (zh, en) for code, zh, en, *_ in chain.PROJECTS}


def rings_and_gets_a_card(people: People, name: str) -> str:
    """Book somebody who rings and make their file, and give them a design card; returns its number."""
    hand = people.at(DESK)
    soon = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=2)
    _books(hand, name, "laser", f"{soon:%H%M}")
    hand.press(hand.button("appointments.file", hand.beside))
    hand.press(hand.button("customers.whole", hand.beside))
    hand.shows(hand.main.get_by_role("heading", name=name, level=1))
    cards = hand.of("region", "customers.cards")
    hand.press(hand.button("code.file_act.cards", cards))
    number = f"D{new_id()[-10:].upper()}"
    hand.write(hand.of("textbox", "customers.card_number", cards), number)
    hand.press(hand.button("code.file_act.cards", cards))
    hand.said("customers.card_bound", number=number)
    return number


def with_an_appointment(people: People, name: str, card: str) -> str:
    """Let her come and hold her card before the scanner; returns the account of her consultant."""
    hand = people.at(DESK)
    hand.go("board")
    hand.shows(_column(hand, "appointments"), name)
    with people.scanner() as scanner:
        scanner.send(card)
        hand.shows(_column(hand, "consultation"), name)
    hers = _column(hand, "consultation").get_by_role("listitem").filter(has_text=name)
    hand.shows(hers, hand.words("code.class.first_visit"))
    consultant = hers.locator(".to").inner_text()
    return next(one.staff for one in chain.CONSULTANTS if one.name == consultant)


def unknown_card(people: People, name: str) -> None:
    """Bind a card that nobody knows to the one who holds it, and receive her; she had an appointment for tomorrow."""
    hand = people.at(DESK)
    _books(hand, name, "botox", "1500", tomorrow=True)
    hand.go("board")
    number = f"T{new_id()[-10:].upper()}"
    with people.scanner() as scanner:
        scanner.send(number)
        read = hand.of("region", "board.unrecognised").get_by_role("listitem").filter(has_text=number)
        hand.shows(read)
        hand.press(hand.button("board.bind", read))
        hand.write(hand.of("textbox", "reception.bind_to", hand.beside), name)
        hand.press(hand.beside.get_by_role("button", name=re.compile(name)))
        hand.said("reception.bound", code=number, name=name)
        expect(read).to_have_count(0, timeout=PATIENCE)
    _project(hand, "reception.projects", "botox")
    _receives(hand, "reception.take", name)


def new_by_phone(people: People, name: str) -> None:
    """File and receive somebody whom nobody knows; a number that cannot be is told at its field."""
    hand = people.at(DESK)
    number = phone()
    hand.find(number, hand.words("app.finder.new", words=number))
    field = hand.of("textbox", "reception.phone", hand.beside)
    expect(field).to_have_value(number, timeout=PATIENCE)
    hand.write(field, "12")
    hand.write(hand.of("textbox", "reception.name", hand.beside), name)
    _project(hand, "reception.projects", "eyelid")
    hand.press(hand.button("reception.make_and_take", hand.beside))
    hand.shows(field.locator("xpath=ancestor::*[contains(@class, 'el-form-item')][1]").get_by_role("alert"))
    hand.write(field, number)
    _receives(hand, "reception.make_and_take", name)
    hand.find(number[-4:], re.compile(name))
    hand.shows(hand.beside.get_by_role("heading", name=name))


def _books(hand: Hand, name: str, project: str, time: str, *, tomorrow: bool = False) -> None:
    hand.go("appointments")
    if tomorrow:
        hand.press(hand.button("appointments.after", hand.main))
    hand.press(hand.button("appointments.book", hand.main))
    number = phone()
    form = hand.of("form", "appointments.book", hand.beside)
    hand.write(hand.of("combobox", "appointments.customer", form), number)
    expect(hand.of("textbox", "appointments.new_phone", form)).to_have_value(number, timeout=PATIENCE)
    hand.write(hand.of("textbox", "appointments.new_name", form), name)
    _project(hand, "appointments.projects", project)
    hand.write(hand.of("textbox", "appointments.time", form), time)
    hand.press(hand.button("appointments.book_now", form))
    hand.shows(hand.beside.get_by_role("heading", name=name))


def _project(hand: Hand, key: str, project: str) -> None:
    name = hand.words.both(*PROJECTS[project])
    hand.pick(hand.of("combobox", key, hand.beside), name, name)


def _receives(hand: Hand, key: str, name: str) -> None:
    hand.press(hand.button(key, hand.beside))
    hand.said("reception.assigned", name=name)


def _column(hand: Hand, tab: str) -> Locator:
    return hand.of("region", f"code.tab.{tab}", hand.main)
