"""A customer's file and the cards that open it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from qiantai.ids import Id
from qiantai.states import become

from customer.domain.errors import CardNotInUse, CustomerError, FileChanged

KINDS = ("full", "temporary")
GENDERS = ("female", "male", "other")
CARD_KINDS = ("design", "temporary", "member")
EDITABLE = ("name", "gender", "birthday", "kind", "source", "referrer", "address", "occupation", "remark")
"""Fields of a file that a person may edit (C1)."""

IN_USE = "in_use"
NEXT: Mapping[str, tuple[str, ...]] = {
    IN_USE: ("lost", "returned", "replaced"),
    "lost": (),
    "returned": (),
    "replaced": (),
}
"""State of a card -> states that may follow (C10)."""

_GROUPS = re.compile(r"\s+")


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


def primary_first(phones: tuple[Phone, ...]) -> tuple[Phone, ...]:
    """Return the phones with exactly one primary: the one marked, else the first (C1)."""
    marked = next((phone.number for phone in phones if phone.primary), phones[0].number if phones else None)
    return tuple(replace(phone, primary=phone.number == marked) for phone in phones)


def edit(customer: Customer, values: Mapping[str, Any], *, version: int, today: date) -> tuple[Customer, Change]:
    """Return the file with `values` set and what that changed.

    Raises FileChanged when `version` is not the file's, CustomerError when a value cannot be.
    """
    if version != customer.version:
        raise FileChanged(facts={"version": customer.version})
    check_birthday(values.get("birthday"), today)
    if values.get("referrer") == customer.id:
        raise CustomerError("A customer cannot refer themselves.", fields={"referrer": "choose another customer"})
    changed = {
        name: (getattr(customer, name), value) for name, value in values.items() if getattr(customer, name) != value
    }
    if not changed:
        return customer, Change()
    edited = replace(customer, version=customer.version + 1, **{name: after for name, (_, after) in changed.items()})
    return edited, Change(fields=changed)


def check_birthday(birthday: date | None, today: date) -> None:
    """Refuse a birthday in the future."""
    if birthday is not None and birthday > today:
        raise CustomerError("The birthday lies in the future.", fields={"birthday": "enter a day before today"})


def revoke(card: Card, reason: str) -> Card:
    """Return the card out of use: lost, returned or replaced (C10). Raises CardNotInUse."""
    return become(card, reason, NEXT, CardNotInUse(facts={"state": card.state}))


def grams(name: str) -> list[str]:
    """Return the characters and pairs of characters of a name, for the search index (C2)."""
    letters = _GROUPS.sub("", name).lower()
    return sorted({*letters, *(letters[i : i + 2] for i in range(len(letters) - 1))})


def gram_query(part: str) -> list[str]:
    """Return the grams that a name holding `part` must have."""
    letters = _GROUPS.sub("", part).lower()
    return [letters] if len(letters) == 1 else sorted({letters[i : i + 2] for i in range(len(letters) - 1)})
