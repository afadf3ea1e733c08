"""Sessions and servers of PostgreSQL that die, commits with unknown outcome, relays that take over (faults 19-21)."""

from __future__ import annotations

import signal
from urllib.parse import urlsplit, urlunsplit

import pytest
import sqlalchemy as sa
from faults_harness.proxy import TcpProxy
from faults_harness.stage import Stage, kill_sessions, until
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.servers.postgres import PrivatePostgres
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.testing.example import LISTENER, TELLER, change_thing
from qiantai.uow import Context


def tell_stubbornly(stage: Stage, count: int) -> None:
    """Commit facts like a desk that repeats what failed; what is in `fact` counts."""
    while count > 0:
        try:
            stage.tell()
            count -= 1
        except sa.exc.OperationalError:
            continue


@pytest.mark.parametrize("stage", ["orderly", "unruly"], indirect=True)
def test_sessions_are_killed(stage: Stage, postgres: PrivatePostgres) -> None:
    stage.both()
    killed = 0
    for _ in range(6):
        before = stage.effects().total()
        tell_stubbornly(stage, 40)
        until(lambda: stage.effects().total() > before, "work going on")  # noqa: B023 - used at once
        killed += kill_sessions(postgres.admin_url, stage.urls)
    assert killed
    stage.settled()
    assert stage.parked() == []


def test_server_is_killed_and_comes_back(stage: Stage, postgres: PrivatePostgres) -> None:
    teller, listener = stage.both()
    writer = stage.writer(2000)
    until(lambda: stage.effects().total() > 100, "load")
    [(told,)] = stage.rows(TELLER, "SELECT body FROM outbox LIMIT 1")
    postgres.stop(kill=True)
    try:
        assert writer.died() == 1
        stage.publish(bytes(told))  # who has nothing to do would not notice
        until(lambda: teller.said("relay_paused") >= 2 and listener.said("consumer_reconnects") >= 2, "both notice")
    finally:
        postgres.start()
    stage.tell(20)
    stage.settled()


def test_outcome_of_commit_is_unknown(stage: Stage, database_proxy: TcpProxy) -> None:
    through = _via(stage.urls[LISTENER], database_proxy)
    stage.worker(TELLER)
    listener = stage.worker(LISTENER, database=through)
    stage.tell(5)
    stage.settled()
    for turn in range(3):
        database_proxy.lose_answer_to(b"COMMIT")
        stage.tell(20)
        until(lambda: database_proxy.cuts > turn, "a lost answer")  # noqa: B023 - used at once
    stage.settled()
    assert listener.said("consumer_reconnects") >= 1


def test_mark_of_the_relay_is_lost(stage: Stage, database_proxy: TcpProxy) -> None:
    teller = stage.worker(TELLER, database=_via(stage.urls[TELLER], database_proxy))
    stage.worker(LISTENER)
    stage.beginning()
    database_proxy.lose_answer_to(b"UPDATE outbox")
    stage.tell(20)
    until(lambda: teller.said("relay_paused"), "the lost answer")
    database_proxy.reset_after(3000)
    stage.tell(20)
    stage.settled()


def _via(url: str, proxy: TcpProxy) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.netloc.rsplit('@', 1)[0]}@127.0.0.1:{proxy.port}"))


def test_late_commit_with_a_lower_id(stage: Stage) -> None:
    stage.both()
    context = Context(actor=service_actor(TELLER), now=clock.now())
    with stage.engine.begin() as connection:
        late = SqlUnitOfWork(connection, context)
        change_thing(late, "late")
        late.flush()
        stage.tell(10)
        until(lambda: stage.effects().total() == 10 and stage.unsent(TELLER) == 0, "the others pass")
        [(lowest,)] = stage.rows(TELLER, "SELECT min(id) FROM outbox")
        mine = connection.scalar(sa.text("SELECT min(id) FROM outbox WHERE published_at IS NULL"))
        assert mine < lowest
    stage.settled()


def test_a_second_relay_takes_over_from_a_dead_one(stage: Stage) -> None:
    stage.worker(LISTENER)
    first = stage.worker(TELLER)
    stage.tell(5)
    stage.settled()
    stage.worker(TELLER)
    stage.tell(20)
    first.kill()
    stage.tell(20)
    stage.settled()


def test_leader_is_frozen_and_resumed(stage: Stage, postgres: PrivatePostgres) -> None:
    stage.worker(LISTENER)
    stage.beginning()
    leader = stage.worker(TELLER, failpoints="relay.before_publish=freeze@2")
    stage.tell(1)
    stage.settled()
    stage.worker(TELLER)
    stage.tell(30)
    until(lambda: leader.frozen, "the leader stands still with rows in its hands")
    stage.tell(5)
    assert stage.unsent(TELLER) == 35, "nobody else sends while the leader holds the shards"
    kill_sessions(postgres.admin_url, stage.urls, like="%outbox%")
    stage.settled()
    leader.signal(signal.SIGCONT)
    until(lambda: leader.said("relay_paused"), "the old leader finds its session gone")
    stage.tell(10)
    stage.settled()
