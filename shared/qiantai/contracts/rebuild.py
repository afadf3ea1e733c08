"""The one message that is no business fact: a service asks an owner to tell its facts again."""

from __future__ import annotations

from qiantai.contracts.event import Event, event


@event("chain.rebuild.requested.v1", subject="request")
class RebuildRequested(Event):
    """`consumer` asks `publisher` to send the present state of these types to it alone."""

    request: str
    publisher: str
    consumer: str
    types: tuple[str, ...]
