"""The relay between its two sides: nothing is lost, refusals hold up nobody, faults pause."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep
from types import SimpleNamespace

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from qiantai import pace
from qiantai.outbox import relay as relay_module
from qiantai.outbox.relay import Answers, Outgoing, Relay
from qiantai.outbox.source import OutboxSource
from qiantai.testing import example
from qiantai.testing.databases import Databases
from qiantai.testing.example import TELLER
from qiantai.testing.fakes import MemorySource, MoodyPublisher
from typing_extensions import override


def rows(count: int) -> list[Outgoing]:
    return [Outgoing(number, f"m{number}", "a.b.c", b"{}") for number in range(1, count + 1)]


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Time that the test turns on."""
    time = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(relay_module, "time", SimpleNamespace(monotonic=lambda: time.now))
    return time


def test_refused_rows_back_off_and_hold_up_nobody(hours: SimpleNamespace) -> None:
    publisher = MoodyPublisher(lambda messages: {m.id: "full" if m.id == 1 else None for m in messages})
    source = MemorySource(*rows(5))
    relay = Relay(source, publisher, batch=3)
    assert relay.step() == 2
    assert relay.step() == 2, "the others go on behind the refused one"
    assert relay.step() == 0
    assert publisher.batches == [[1, 2, 3], [4, 5]], "no try before its time"
    pauses = []
    for _ in range(10):
        before = len(publisher.batches)
        began = hours.now
        while len(publisher.batches) == before:
            hours.now += 0.05
            relay.step()
        pauses.append(hours.now - began)
    assert pauses[0] <= 1.1
    assert max(pauses) <= pace.LONGEST_PAUSE + 0.1
    assert pauses[8] > 4 * pauses[0], "the pauses grow"
    publisher.mood = lambda messages: dict.fromkeys([m.id for m in messages], None)
    hours.now += pace.LONGEST_PAUSE
    assert relay.step() == 1
    assert not source.waiting


def test_what_one_connection_refused_is_sent_at_once_on_the_next(
    hours: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    refuse = lambda messages: {m.id: "refused" for m in messages}  # noqa: E731
    publisher, source = MoodyPublisher(refuse), MemorySource(*rows(3))
    looks = iter([True, *[False] * 5, True])
    began = hours.now

    def came_back() -> bool:
        new = next(looks, None)
        if new and publisher.batches:
            publisher.mood = lambda messages: dict.fromkeys([m.id for m in messages], None)
        if new is None:
            stop.set()
        return bool(new)

    monkeypatch.setattr(publisher, "came_back", came_back)
    Relay(source, publisher).run(stop)
    assert publisher.batches == [[1, 2, 3], [1, 2, 3]]
    assert not source.waiting
    assert hours.now == began, "its pause is of the connection before"


def test_what_was_not_answered_is_sent_again_in_order(hours: SimpleNamespace) -> None:
    publisher = MoodyPublisher(lambda messages: {messages[0].id: None})
    source = MemorySource(*rows(3))
    relay = Relay(source, publisher)
    for _ in range(3):
        relay.step()
    assert publisher.batches == [[1, 2, 3], [2, 3], [3]]
    assert source.marked == [1, 2, 3]
    assert hours.now == 1000.0, "without a pause"


answers = st.lists(st.sampled_from(["raise", "take", "refuse", "silence", "some"]), max_size=30)


@given(answers)
def test_nothing_is_lost_whatever_the_broker_does(moods: list[str]) -> None:
    plan = iter(moods)
    confirmed: set[int] = set()

    def mood(messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        verb = next(plan, "take")
        if verb == "raise":
            raise ConnectionError("away")
        if verb == "silence":
            return {}
        if verb == "refuse":
            return {m.id: "full" for m in messages}
        out: dict[int, str | None] = {m.id: None for m in messages if verb == "take" or m.id % 2}
        confirmed.update(out)
        return out

    source = MemorySource(*rows(7))
    relay = Relay(source, MoodyPublisher(mood), batch=4)
    relay._refused = _Forgetful()  # type: ignore[assignment] # time does not matter here
    for _ in range(len(moods) + 10):
        try:
            relay.step()
        except ConnectionError:
            continue
        assert set(source.marked) <= confirmed, "marked only what was confirmed"
    assert not source.waiting


class _Forgetful(dict[int, tuple[float, float]]):
    def __setitem__(self, key: int, value: tuple[float, float]) -> None:
        super().__setitem__(key, (0.0, value[1]))


def test_a_fault_pauses_the_loop_and_a_stop_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_PAUSE", 0.01)
    stop = threading.Event()
    tries = 0

    def mood(messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        nonlocal tries
        tries += 1
        if tries == 3:
            stop.set()
        raise ConnectionError("away")

    source, publisher = MemorySource(*rows(1)), MoodyPublisher(mood)
    Relay(source, publisher).run(stop)
    assert tries == 3
    assert source.waiting
    assert source.closed
    assert publisher.closed


@pytest.fixture
def sources(urls: dict[str, str]) -> Iterator[list[OutboxSource]]:
    made = [OutboxSource(urls[TELLER], TELLER) for _ in range(2)]
    yield made
    for source in made:
        source.close()


def test_one_relay_holds_the_shards_until_it_ends(
    sources: list[OutboxSource], engines: dict[str, sa.Engine], databases: Databases, urls: dict[str, str]
) -> None:
    for number in range(30):
        example.tell(engines[TELLER], f"t{number}")
    first, second = sources
    held = first.claim(100, without=())
    assert [row.id for row in held] == sorted(row.id for row in held)
    assert len(held) == 30
    assert [row.id for row in first.claim(100, without=[held[0].id, held[2].id])][:2] == [held[1].id, held[3].id]
    assert second.claim(100, without=()) == ()
    first.mark([row.id for row in held[:10]])
    with psycopg.connect(databases.admin_of(urls[TELLER]), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        admin.execute("SELECT 1")
    second._looked_at = 0.0  # it looks again every two seconds
    assert _claimed(second) == held[10:]
    with pytest.raises(psycopg.OperationalError):
        first.claim(100, without=())
    assert first.claim(100, without=()) == (), "the other has them now"
    first.mark([held[10].id])
    assert second.claim(100, without=()) == held[11:], "a late mark of the old holder counts"


def _claimed(source: OutboxSource) -> Sequence[Outgoing]:
    for _ in range(100):
        found = source.claim(100, without=())
        if len(source._shards) == 8:
            return source.claim(100, without=())
        source._looked_at = 0.0
        source.wait(0.05)
    return found


class Handing(MoodyPublisher):
    """A publisher that answers several batches at once, each when its mood is done."""

    def __init__(self, mood: Callable[[Sequence[Outgoing]], Answers], *, at_once: int) -> None:
        super().__init__(mood)
        self.at_once = at_once
        self._pool = ThreadPoolExecutor(at_once)

    @override
    def hand_over(self, messages: Sequence[Outgoing]) -> Future[Answers]:
        return self._pool.submit(self.publish, messages)


def test_a_slow_subscriber_holds_up_nobody_elses_next_message() -> None:
    """Of two batches the second is confirmed while the first is still under way; both are marked in the end."""
    slow, stop = threading.Event(), threading.Event()

    def mood(messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        if messages[0].id == 1:
            assert slow.wait(10)
        return dict.fromkeys((m.id for m in messages), None)

    publisher = Handing(mood, at_once=3)
    source = MemorySource(*rows(2))
    running = threading.Thread(target=Relay(source, publisher, batch=1).run, args=(stop,))
    running.start()
    assert eventually(lambda: source.marked == [2])
    slow.set()
    assert eventually(lambda: source.marked == [2, 1])
    stop.set()
    running.join(10)
    assert publisher.batches == [[1], [2]], "what is under way is not claimed again"


def test_what_was_under_way_and_failed_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_PAUSE", 0.01)
    stop, tries = threading.Event(), iter(range(100))

    def mood(messages: Sequence[Outgoing]) -> Mapping[int, str | None]:
        if next(tries) < 3:
            raise ConnectionError("away")
        return dict.fromkeys((m.id for m in messages), None)

    publisher = Handing(mood, at_once=2)
    source = MemorySource(*rows(5))
    running = threading.Thread(target=Relay(source, publisher, batch=1).run, args=(stop,))
    running.start()
    assert eventually(lambda: not source.waiting)
    stop.set()
    running.join(10)
    assert source.closed
    assert sorted(source.marked) == [1, 2, 3, 4, 5]


def eventually(true: Callable[[], bool]) -> bool:
    """Wait until something holds, at most some seconds."""
    deadline = monotonic() + 10
    while not true() and monotonic() < deadline:
        sleep(0.005)
    return true()
