"""Fakes of the relay's two sides: rows in memory, and a broker with moods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from typing_extensions import override

from qiantai.outbox.relay import Outgoing, Publisher, Source


class MemorySource(Source):
    """Rows in memory; `marked` are those that the relay believes to be out."""

    def __init__(self, *messages: Outgoing) -> None:
        self.waiting = {message.id: message for message in messages}
        self.marked: list[int] = []
        self.closed = False

    @override
    def claim(self, limit: int, *, without: Sequence[int]) -> Sequence[Outgoing]:
        return [self.waiting[id_] for id_ in sorted(self.waiting) if id_ not in set(without)][:limit]

    @override
    def mark(self, ids: Sequence[int]) -> None:
        self.marked += ids
        for id_ in ids:
            self.waiting.pop(id_, None)

    @override
    def send_again(self) -> None:
        """Nothing is remembered."""

    @override
    def wait(self, seconds: float) -> None:
        """Return at once."""

    @override
    def close(self) -> None:
        self.closed = True


class MoodyPublisher(Publisher):
    """Answers each batch by `mood`, which may raise, refuse some, or leave some unanswered; `taken` is what arrived."""

    at_once = 1

    def __init__(self, mood: Callable[[Sequence[Outgoing]], Mapping[int, str | None]] | None = None) -> None:
        self.mood = mood or (lambda messages: dict.fromkeys((message.id for message in messages), None))
        self.batches: list[list[int]] = []
        self.taken: list[int] = []
        self.closed = False

    @override
    def publish(self, messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        """Answer by mood."""
        self.batches.append([message.id for message in messages])
        answers = self.mood(messages)
        self.taken += [id_ for id_, reason in answers.items() if reason is None]
        return answers

    @override
    def came_back(self) -> bool:
        """Never."""
        return False

    @override
    def close(self) -> None:
        self.closed = True
