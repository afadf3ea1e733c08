"""A unit of work in memory: use cases run on it without a database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from typing import Any, TypeVar

from typing_extensions import override

from qiantai.actors import Actor
from qiantai.contracts.event import Event
from qiantai.known import Copy, Known
from qiantai.told import Told
from qiantai.uow import Outbox, UnitOfWork

K = TypeVar("K")


class MemoryOutbox(Outbox):
    """Events of a use case in `told`, each with its aggregate's version."""

    def __init__(self) -> None:
        self.told: list[tuple[Event, int]] = []

    @override
    def append(self, event: Event, *, version: int, to: str | None = None) -> None:
        self.told.append((event, version))


class MemoryKnown(Known):
    """Copies in dictionaries."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Any]] = {}
        self._versions: dict[tuple[str, str], int] = {}
        self._merged: dict[str, tuple[str | None, int]] = {}

    @override
    def take(self, copy: Copy[Any], told: Told[Any]) -> bool:
        values = {name: tuple(one) if isinstance(one, list) else one for name, one in copy.values(told).items()}
        del values["version"]
        key = str(values[copy.key])
        if told.version <= self._versions.get((copy.table, key), 0):
            return False
        self._versions[copy.table, key] = told.version
        self._rows.setdefault(copy.table, {})[key] = copy.kind(**values)
        return True

    @override
    def get(self, copy: Copy[K], key: str) -> K | None:
        return self.many(copy, [key]).get(key)

    @override
    def many(self, copy: Copy[K], keys: Collection[str]) -> Mapping[str, K]:
        rows = self._rows.get(copy.table, {})
        kept = {key: self.living(key) if copy.of_customers else key for key in keys}
        return {key: rows[at] for key, at in kept.items() if at in rows}

    @override
    def all(self, copy: Copy[K]) -> Sequence[K]:
        return [row for _, row in sorted(self._rows.get(copy.table, {}).items())]

    @override
    def merge(self, customer: str, into: str | None, version: int) -> None:
        if version > self._merged.get(customer, (None, 0))[1]:
            self._merged[customer] = (into, version)

    @override
    def living(self, customer: str) -> str:
        passed = {customer}
        while (into := self._merged.get(customer, (None, 0))[0]) is not None and into not in passed:
            passed.add(into)
            customer = into
        return customer

    @override
    def same(self, customer: str) -> Sequence[str]:
        living = self.living(customer)
        return [living, *(one for one in self._merged if one != living and self.living(one) == living)]


class MemoryUnitOfWork(UnitOfWork):
    """A transaction in memory; services add their fakes in `__init__`. What was noted is in `noted`."""

    def __init__(self, actor: Actor, now: datetime, known: Known) -> None:
        self.actor = actor
        self.now = now
        self.known = known
        self.outbox = MemoryOutbox()
        self.noted: dict[str, object] = {}

    @override
    def note(self, **details: object) -> None:
        self.noted.update(details)

    @override
    def at_end(self, work: Callable[[Any], None]) -> None:
        work(self)  # more often than once at the end, with the same result


@contextmanager
def rolled_back(memory: object) -> Iterator[None]:
    """Let an object be as before where the block raises, as a transaction does."""
    before = deepcopy(vars(memory))
    try:
        yield
    except BaseException:
        vars(memory).update(before)
        raise
