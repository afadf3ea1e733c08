"""What a service listens to: one readable table of event -> handler."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from qiantai.contracts.event import CHAIN, Event
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.known import Copy, HasKnown
from qiantai.told import Told
from qiantai.wire.envelope import routing_key

E = TypeVar("E", bound=Event)
Handler = Callable[[Told[Any], Any], None]
"""`(what was told, unit of work)`; never commits, never swallows what it cannot do."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One handler of one event; exceptions in `park_on` need a person and are parked at once."""

    event: type[Event]
    handler: Handler
    park_on: tuple[type[Exception], ...]


class Subscriptions:
    """The whole list of what a service listens to."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._by_type: dict[str, list[Subscription]] = {}
        self.copies: list[Copy[Any]] = []

    def on(
        self, event: type[E], handler: Callable[[Told[E], Any], None], *, park_on: tuple[type[Exception], ...] = ()
    ) -> None:
        """Call `handler(told, uow)` for every such event, in the inbox row's transaction."""
        self._by_type.setdefault(event.TYPE, []).append(Subscription(event, handler, park_on))

    def know(self, copy: Copy[Any], handler: Handler | None = None) -> None:
        """Keep a copy; a `handler` does more with it, and calls `uow.known.take` itself."""
        self.copies.append(copy)
        for event in copy.of:
            self.on(event, handler or _keep(copy))

    def of(self, type_: str) -> Sequence[Subscription]:
        """Return the handlers of a type, none for one that is not listened to."""
        return self._by_type.get(type_, ())

    def types(self) -> Iterator[str]:
        """Every type that is listened to."""
        return iter(self._by_type)

    def bindings(self, branches: Sequence[str] = ()) -> list[str]:
        """Topic keys of the service's queue; with `branches` only their keys and the chain's."""
        rebuild = f"rebuild.{self.service}.#"
        keys = {rebuild, routing_key(RebuildRequested.TYPE, CHAIN)}
        for type_ in self._by_type:
            for branch in (*branches, CHAIN) if branches else ("*",):
                keys.add(routing_key(type_, branch))
        return sorted(keys)


def _keep(copy: Copy[Any]) -> Handler:
    def keep(told: Told[Any], uow: HasKnown) -> None:
        uow.known.take(copy, told)

    return keep
