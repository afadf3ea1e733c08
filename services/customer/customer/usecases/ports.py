"""What the use cases need of the storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from qiantai.uow import UnitOfWork as BaseUnitOfWork

from customer.domain.model import Card, Change, Customer, Search, Step


class Customers(Protocol):
    """Files by id; an edit locks its file."""

    def add(self, customer: Customer) -> Customer:
        """Save a new file and return it with its number. Raises PhoneKnown."""

    def get(self, id_: str) -> Customer:
        """Return a file. Raises UnknownCustomer."""

    def lock(self, id_: str) -> Customer:
        """Return a file that nobody else can change until this transaction ends. Raises UnknownCustomer."""

    def save(self, customer: Customer, change: Change, *, actor: str, at: datetime) -> None:
        """Save an edited file and what was changed, by whom (C13)."""

    def last_change(self, id_: str) -> tuple[str, datetime]:
        """Return who changed an edited file last, and when (C13)."""

    def find(
        self,
        wanted: Search | None = None,
        *,
        scope: Sequence[str] | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Sequence[Customer]:
        """Return files that are found by any way of a search, all without one; in order of id (C2).

        `scope`: only files that are open in one of these branches.
        """

    def is_open(self, customer: Customer, scope: Sequence[str]) -> bool:
        """Say whether a file is open in one of these branches (C12)."""

    def open_in(self, customer: str, branch: str, at: datetime) -> None:
        """Let a file be open in a branch from now on, with whatever else waits."""


class Cards(Protocol):
    """Cards by number."""

    def find(self, *, in_use: bool, after: str | None, limit: int) -> Sequence[Card]:
        """Return cards that are in use, or that are not, in order of id."""

    def add(self, card: Card) -> None:
        """Save a new card. Raises CardNumberInUse."""

    def lock(self, number: str) -> Card:
        """Return a card that nobody else can change until this transaction ends. Raises UnknownCard."""

    def save(self, card: Card) -> None:
        """Save a changed card."""

    def of(self, customer: str) -> Sequence[Card]:
        """Return the cards of a customer, newest first."""


class Timeline(Protocol):
    """What happened to a customer in all services, in time order."""

    def add(self, customer: str, step: Step, *, message: str) -> None:
        """Add one step; the same message adds it once."""

    def of(self, customer: str, *, kinds: Sequence[str], scope: Sequence[str] | None, limit: int) -> Sequence[Step]:
        """Return the steps of these kinds, in these branches and of the whole chain, newest first."""


class Looks(Protocol):
    """How many files the actor looks at, and what the audit keeps of reads (C12)."""

    def count(self, files: int) -> tuple[int, int]:
        """Add to the actor's count; returns those of this minute and of the last day."""

    def forget(self, before: datetime) -> None:
        """Drop counts of earlier minutes."""

    def write(self, action: str, subject: str | None, **details: object) -> None:
        """Write an audit entry of a read."""


class UnitOfWork(BaseUnitOfWork, Protocol):
    """The customer service's transaction."""

    customers: Customers
    cards: Cards
    timeline: Timeline
    looks: Looks
