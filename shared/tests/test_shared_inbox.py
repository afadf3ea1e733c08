"""The processor: every message has its effect once, and one bad message costs nobody else anything."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import psycopg
import pytest
import sqlalchemy as sa
from qiantai.clock import now
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE, Outcome, Processor, Verdict
from qiantai.servers.ports import free_port
from qiantai.storage.engine import engine_for
from qiantai.testing import example
from qiantai.testing.databases import Databases
from qiantai.testing.example import LISTENER, OK, changed
from qiantai.wire.envelope import enclose, encode


def body(code: str, department: str = OK, *, version: int = 1, message_id: str | None = None) -> bytes:
    event = changed(code, version, department)
    return encode(
        enclose(event, id_=message_id or new_id(), version=version, time=now(), causation=None, traceparent=None)
    )


@pytest.fixture
def processor(engines: dict[str, sa.Engine]) -> Processor:
    return Processor(example.listener(), engines[LISTENER])


def effects(engines: dict[str, sa.Engine]) -> list[str]:
    with engines[LISTENER].begin() as connection:
        return list(connection.scalars(sa.text("SELECT code FROM effect ORDER BY id")))


def test_equal_ids_are_one_message(processor: Processor, engines: dict[str, sa.Engine]) -> None:
    same = body(new_id())
    assert processor.process([same, body("b"), same]) == [DONE] * 3
    assert processor.process([same]) == [DONE]
    assert len(effects(engines)) == 2


def test_a_known_message_is_done_whatever_its_handler_says_the_second_time(
    processor: Processor, engines: dict[str, sa.Engine]
) -> None:
    same = new_id()
    assert processor.process([body("a", message_id=same)]) == [DONE]
    assert processor.process([body("a", "refuse", message_id=same), body("b")]) == [DONE, DONE]
    assert effects(engines) == ["a", "b"]


def test_two_consumers_at_once_make_one_effect(processor: Processor, engines: dict[str, sa.Engine]) -> None:
    bodies = [body(f"c{number}") for number in range(40)]
    gate = threading.Barrier(4)
    outcomes: list[Sequence[Outcome]] = []

    def work(order: Sequence[bytes]) -> None:
        gate.wait()
        outcomes.append(processor.process(order))

    orders = (bodies, bodies[::-1], bodies[20:] + bodies[:20], bodies[::2] + bodies[1::2])
    threads = [threading.Thread(target=work, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [[DONE] * 40] * 4
    assert sorted(effects(engines)) == sorted(f"c{number}" for number in range(40))


@pytest.mark.parametrize(
    ("department", "verdict", "reason"),
    [
        ("refuse", Verdict.PARK, "Refused: The listener refuses this fact."),
        ("person", Verdict.PARK, "NeedsAPerson"),
        ("later", Verdict.RETRY, "NotKnownYet"),
        ("oserror", Verdict.RETRY, "ConnectionResetError"),
        ("sql", Verdict.RETRY, "division by zero"),
        ("parameters", Verdict.RETRY, "number of parameters"),
        ("state-57014", Verdict.RETRY, "as if"),
        ("state-40P01", Verdict.RETRY, "as if"),
        ("state-40P01:3", Verdict.DONE, ""),
        ("state-40001:3", Verdict.DONE, ""),
    ],
)
def test_one_bad_message_costs_nobody_else_anything(
    processor: Processor, engines: dict[str, sa.Engine], department: str, verdict: Verdict, reason: str
) -> None:
    bad = new_id()
    outcomes = processor.process([body("a"), body(bad, department), body("b")])
    assert [outcome.verdict for outcome in outcomes] == [Verdict.DONE, verdict, Verdict.DONE]
    assert reason in outcomes[1].reason
    done = {"a", "b", bad} if verdict is Verdict.DONE else {"a", "b"}
    assert sorted(effects(engines)) == sorted(done)
    with engines[LISTENER].begin() as connection:
        kept = connection.scalar(sa.text("SELECT count(*) FROM inbox"))
        told = connection.scalar(sa.text("SELECT count(*) FROM outbox"))
    assert (kept, told) == (len(done), len(done)), "inbox rows, effects and answers come together"


@pytest.mark.parametrize("state", ["08006", "53300", "57P01"])
def test_nothing_may_be_acknowledged_when_the_database_is_away(
    processor: Processor, engines: dict[str, sa.Engine], state: str
) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        processor.process([body("a"), body(new_id(), f"state-{state}")])
    assert effects(engines) == []


def test_a_database_that_is_not_there_is_away() -> None:
    engine = engine_for(f"postgresql://nobody:x@127.0.0.1:{free_port()}/none")
    processor = Processor(example.listener(), engine)
    with pytest.raises(sa.exc.OperationalError):
        processor.process([body("a")])
    with pytest.raises(sa.exc.OperationalError):
        processor.able()


def test_a_session_killed_in_mid_batch_is_no_verdict(
    processor: Processor, engines: dict[str, sa.Engine], databases: Databases, urls: dict[str, str]
) -> None:
    with psycopg.connect(databases.admin_of(urls[LISTENER]), autocommit=True) as admin:
        admin.execute("BEGIN")
        admin.execute("LOCK TABLE triage.effect IN ACCESS EXCLUSIVE MODE")  # the batch waits here
        failures: list[BaseException] = []

        def work() -> None:
            try:
                processor.process([body("a")])
            except sa.exc.DBAPIError as error:
                failures.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        with psycopg.connect(databases.admin_of(urls[LISTENER]), autocommit=True) as other:
            killed = 0
            while not killed:
                killed = other.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                ).fetchone()[0]
        thread.join()
        admin.execute("ROLLBACK")
    assert len(failures) == 1
    assert processor.process([body("a")]) == [DONE], "and the pool finds a new session"


def test_a_reason_can_always_be_stored_and_sent() -> None:
    assert Outcome(Verdict.PARK, "a\x00b\ud800" + "x" * 2000).reason == "a\ufffdb?" + "x" * 996


def test_an_unknown_type_is_nobodys_business(processor: Processor, engines: dict[str, sa.Engine]) -> None:
    unknown = body("a").replace(b"billing.project.changed.v1", b"billing.project.changed.v9")
    assert processor.process([unknown]) == [DONE]
    assert effects(engines) == []
