"""A publisher that sends every message twice and in any order."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qiantai.messaging import publisher
from qiantai.outbox.relay import Outgoing


class UnrulyPublisher(publisher.PikaPublisher):
    """Doubles and shuffles each batch; the copies count for nothing."""

    def publish(self, messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        """Send all twice; the answer is the first copy's."""
        doubled = [*messages, *(replace(message, id=-message.id) for message in messages)]
        random.shuffle(doubled)
        return {id_: reason for id_, reason in super().publish(doubled).items() if id_ > 0}


def begin() -> None:
    """Let this process's worker publish like that."""
    publisher.PikaPublisher = UnrulyPublisher  # type: ignore[misc]
