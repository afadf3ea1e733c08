"""What a service keeps of the others: copies, each declared once, and which files of merged customers are one.

A declaration gives the table (`storage.known.known_table`), the handlers (`Subscriptions.know`), the reads
(`uow.known`) and the rebuild (`<service> rebuild <name>`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from qiantai.contracts.customer import CustomerMerged
from qiantai.contracts.event import Event, publisher_of
from qiantai.told import Told

K = TypeVar("K")

Source = str | Callable[[Told[Any]], object]
"""A field of the event, or a function of what was told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Copy(Generic[K]):
    """A copy of another service's things: `kind` is a frozen dataclass, one row each, its first field the key.

    name: what a rebuild calls it. of: events of which each says all that is kept; the newest version wins.
    takes: where a field has its value from, unless from the event's field of the same name.
    again: which of the events the owner tells on a rebuild; none for what passes in a day.
    """

    name: str
    table: str
    kind: type[K]
    of: tuple[type[Event], ...]
    takes: Mapping[str, Source] = field(default_factory=dict)
    again: tuple[type[Event], ...] = ()

    @property
    def publisher(self) -> str:
        """The service that owns the things."""
        return publisher_of(self.of[0].TYPE)

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns, the key first."""
        return tuple(one.name for one in dataclasses.fields(self.kind))  # type: ignore[arg-type]

    @property
    def key(self) -> str:
        """The column that names a row."""
        return self.fields[0]

    @property
    def of_customers(self) -> bool:
        """Say whether a row is about one customer: it is then found under each of that person's files."""
        return self.takes.get(self.key, self.key) == "customer"

    def values(self, told: Told[Any]) -> dict[str, object]:
        """Return a row as the event tells it, its version included."""
        row: dict[str, object] = {}
        for name in self.fields:
            source = self.takes.get(name, name)
            value = source(told) if callable(source) else getattr(told.event, source)
            row[name] = list(value) if isinstance(value, tuple) else value
        return {**row, "version": told.version}


class Known(Protocol):
    """The copies of one service."""

    def take(self, copy: Copy[Any], told: Told[Any]) -> bool:
        """Keep what was told; False for what is not newer than what is known."""

    def get(self, copy: Copy[K], key: str) -> K | None:
        """Return a row, of a merged customer that of the living file; None where nothing was told."""

    def many(self, copy: Copy[K], keys: Collection[str]) -> Mapping[str, K]:
        """Return the rows that are known, by the keys that were asked for."""

    def all(self, copy: Copy[K]) -> Sequence[K]:
        """Return every row, in order of the key."""

    def merge(self, customer: str, into: str | None, version: int) -> None:
        """Let a file live in another one from now on, or by itself again; an older version than known is ignored."""

    def living(self, customer: str) -> str:
        """Return the file in which a customer lives: itself, or the end of the merges that it went through."""

    def same(self, customer: str) -> Sequence[str]:
        """Return every file of the person to whom a file belongs, the living one first."""


class HasKnown(Protocol):
    """A unit of work, as far as copies go."""

    known: Known


def know_merged(told: Told[CustomerMerged], uow: HasKnown) -> None:
    """A customer's file lives in another one (C9): nothing is rewritten, reads resolve it."""
    uow.known.merge(told.event.customer, told.event.into, told.version)
