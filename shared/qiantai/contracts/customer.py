"""Facts about customers' files and cards (domain rules C1-C13)."""

from __future__ import annotations

from datetime import date

from qiantai.contracts.event import Event, event


@event("customer.customer.registered.v1", subject="customer")
class CustomerRegistered(Event):
    """A new file (C1); `home_branch` made it. No phone travels, only its last four digits for the desk."""

    customer: str
    number: str
    name: str
    kind: str
    """full or temporary."""
    home_branch: str
    gender: str | None = None
    birthday: date | None = None
    phone_tail: str | None = None
    referrer: str | None = None
    source: str | None = None


@event("customer.customer.updated.v1", subject="customer")
class CustomerUpdated(Event):
    """The file as it is now (C13); the same fields as when it was registered."""

    customer: str
    number: str
    name: str
    kind: str
    home_branch: str
    gender: str | None = None
    birthday: date | None = None
    phone_tail: str | None = None
    referrer: str | None = None
    source: str | None = None


@event("customer.customer.merged.v1", subject="customer")
class CustomerMerged(Event):
    """A file lives in another one from now on (C9): what names it belongs to that person."""

    customer: str
    into: str


@event("customer.card.issued.v1", subject="card")
class CardIssued(Event):
    """A card or label now opens this customer's arrival (C10)."""

    card: str
    number: str
    kind: str
    """design, temporary or member."""
    customer: str


@event("customer.card.revoked.v1", subject="card")
class CardRevoked(Event):
    """A card opens nothing any more: lost, returned or replaced (C10)."""

    card: str
    number: str
    customer: str
    reason: str
