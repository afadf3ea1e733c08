"""A customer's file and the cards that open it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from qiantai import spelling
from qiantai.both import Both
from qiantai.ids import Id
from qiantai.phones import ImpossiblePhone, to_e164
from qiantai.states import become

from customer.domain.errors import (
    BirthdayAhead,
    BirthdayTooEarly,
    CardNotInUse,
    FileChanged,
    OwnReferrer,
    PhoneNotPossible,
)
from customer.domain.pinyin import typed, typed_query

KINDS = ("full", "temporary")
GENDERS = ("female", "male", "other")
CARD_KINDS = ("design", "temporary", "member")
EDITABLE = ("name", "gender", "birthday", "kind", "source", "referrer", "address", "occupation", "remark")
"""Fields of a file that a person may edit beside its phones (C1)."""

IN_USE = "in_use"
NEXT: Mapping[str, tuple[str, ...]] = {
    IN_USE: ("lost", "returned", "replaced"),
    "lost": (),
    "returned": (),
    "replaced": (),
}
"""State of a card -> states that may follow (C10)."""

OLDEST = date(1900, 1, 1)
"""Nobody here was born before; an earlier year is mistyped."""
_NUMBER = re.compile(r"C(\d{1,18})")
_TAIL = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone of a file, E.164; `note` says whose it is (C1)."""

    number: str
    note: str | None = None
    primary: bool = False

    @property
    def tail(self) -> str:
        """The last four digits, by which the desk finds people (C2)."""
        return self.number[-4:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One person's file (C1); `kind` is full or temporary, `version` counts the edits."""

    id: Id
    number: str
    name: str
    kind: str
    home_branch: str
    version: int
    registered_at: datetime
    phones: tuple[Phone, ...] = ()
    gender: str | None = None
    birthday: date | None = None
    source: str | None = None
    referrer: Id | None = None
    address: str | None = None
    occupation: str | None = None
    remark: str | None = None

    @property
    def phone_tail(self) -> str | None:
        """Last four digits of the primary phone."""
        primary = next((phone for phone in self.phones if phone.primary), None)
        return primary.tail if primary else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card or label whose number opens a customer's arrival (C10)."""

    id: Id
    number: str
    kind: str
    customer: Id
    branch: str
    version: int
    state: str = IN_USE


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a customer's history: `what` happened in one of the services, in Chinese and English."""

    at: datetime
    what: str
    branch: str
    zh: str
    en: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an edit changed: field -> (before, after) (C13)."""

    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def phones_of(entered: tuple[Phone, ...], country: str | None) -> tuple[Phone, ...]:
    """Return phones as E.164, each once, with exactly one primary: the one marked, else the first (C1, C3).

    Local numbers are those of `country`. Raises PhoneNotPossible, which names every number that cannot be.
    """
    once: dict[str, Phone] = {}
    wrong: dict[str, Both] = {}
    for place, phone in enumerate(entered):
        try:
            number = to_e164(phone.number, country)
        except ImpossiblePhone:
            wrong[f"phones.{place}.number"] = Both(
                "not a possible phone number: digits alone, with +country from abroad",
                "手机号不对：请只填数字，境外号码加“+国家代码”。",
            )
            continue
        first = once.get(number, replace(phone, number=number, primary=False))
        once[number] = replace(first, note=first.note or phone.note, primary=first.primary or phone.primary)
    if wrong:
        raise PhoneNotPossible(fields=wrong)
    marked = next((phone.number for phone in once.values() if phone.primary), next(iter(once), None))
    return tuple(replace(phone, primary=phone.number == marked) for phone in once.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What the desk typed, in every way in which it can be meant; a file is found by any of them (C2)."""

    tail: str | None = None
    phones: tuple[str, ...] = ()
    card: str | None = None
    sequence: int | None = None
    grams: tuple[str, ...] = ()
    typed: str | None = None


def search_of(text: str, countries: Collection[str]) -> Search:
    """Return what a text can mean: digits of a phone in one of these countries, a card, a file's number, a name.

    A name may be typed by its pinyin.
    """
    text = spelling.normal(text)
    number = _NUMBER.fullmatch(text.upper())
    return Search(
        tail=text if _TAIL.fullmatch(text) else None,
        phones=tuple(sorted({found for country in countries if (found := _phone(text, country)) is not None})),
        card=card_number(text),
        sequence=int(number.group(1)) if number else None,
        grams=tuple(gram_query(text)),
        typed=typed_query(text),
    )


def _phone(text: str, country: str) -> str | None:
    try:
        return to_e164(text, country)
    except ImpossiblePhone:
        return None


def card_number(text: str) -> str:
    """Return the number of a card as it is kept: its letters have no case (C10)."""
    return spelling.normal(text).upper()


def edit(customer: Customer, values: Mapping[str, Any], *, version: int, today: date) -> tuple[Customer, Change]:
    """Return the file with `values` set and what that changed.

    Raises FileChanged when `version` is not the file's; OwnReferrer, BirthdayAhead, BirthdayTooEarly.
    """
    if version != customer.version:
        raise FileChanged(facts={"version": customer.version})
    check_birthday(values.get("birthday"), today)
    if values.get("referrer") == customer.id:
        raise OwnReferrer(fields={"referrer": Both("choose another customer", "请选择其他顾客。")})
    changed = {
        name: (getattr(customer, name), value) for name, value in values.items() if getattr(customer, name) != value
    }
    if not changed:
        return customer, Change()
    edited = replace(customer, version=customer.version + 1, **{name: after for name, (_, after) in changed.items()})
    return edited, Change(fields=changed)


def check_birthday(birthday: date | None, today: date) -> None:
    """Refuse a birthday after the branch's today, or so early that its year is mistyped."""
    if birthday is not None and birthday > today:
        raise BirthdayAhead(fields={"birthday": Both("enter today or a day before", "请填写今天或之前的日期。")})
    if birthday is not None and birthday < OLDEST:
        told = Both("enter a day from {year} on", "请填写 {year} 年以后的日期。").format(year=OLDEST.year)
        raise BirthdayTooEarly(fields={"birthday": told})


def revoke(card: Card, reason: str) -> Card:
    """Return the card out of use: lost, returned or replaced (C10). Raises CardNotInUse."""
    return become(card, reason, NEXT, CardNotInUse(facts={"state": card.state}))


def grams(name: str) -> list[str]:
    """Return the characters and pairs of characters of a name, and what is typed for it, for the search index (C2)."""
    letters = spelling.folded(name)
    return sorted({*letters, *(letters[i : i + 2] for i in range(len(letters) - 1)), *typed(name)})


def gram_query(part: str) -> list[str]:
    """Return the grams that a name holding `part` must have; none for a text without letters."""
    letters = spelling.folded(part)
    return [letters] if len(letters) == 1 else sorted({letters[i : i + 2] for i in range(len(letters) - 1)})
