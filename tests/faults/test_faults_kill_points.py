"""Processes killed with -9 at every step of a fact's way (faults 1-6)."""

from __future__ import annotations

import signal

import pytest
from faults_harness.stage import Stage, until
from qiantai.testing.example import LISTENER, TELLER

both_ways = pytest.mark.parametrize("stage", ["orderly", "unruly"], indirect=True)


def test_nothing_goes_wrong(stage: Stage) -> None:
    stage.both()
    stage.beginning()
    stage.tell(200)
    stage.settled()
    order = stage.rows(LISTENER, "SELECT code, version FROM effect ORDER BY id")
    for code in {code for code, _ in order}:
        versions = [version for name, version in order if name == code]
        assert versions == sorted(versions), "order holds per aggregate"


@both_ways
@pytest.mark.parametrize("point", ["transaction.before_commit", "transaction.after_commit"])
def test_service_killed_around_its_commit(stage: Stage, point: str) -> None:
    stage.both()
    dying = stage.writer(50, failpoints=f"{point}=kill@20")
    assert dying.died() == -signal.SIGKILL
    assert len(stage.facts()) == (19 if point.endswith("before_commit") else 20)
    stage.settled()


@both_ways
@pytest.mark.parametrize("point", ["relay.before_publish", "relay.after_publish", "relay.after_confirm"])
def test_relay_killed(stage: Stage, point: str) -> None:
    stage.tell(40)
    listener = stage.worker(LISTENER)
    until(lambda: listener.said("worker_started"), "the listener's start")
    dying = stage.worker(TELLER, failpoints=f"{point}=kill")
    assert dying.died() == -signal.SIGKILL
    assert stage.unsent(TELLER) == 40
    stage.tell(10)
    stage.worker(TELLER)
    stage.settled()


@both_ways
@pytest.mark.parametrize("point", ["consumer.before_commit", "consumer.after_commit", "consumer.before_ack"])
def test_consumer_killed(stage: Stage, point: str) -> None:
    stage.worker(TELLER)
    dying = stage.worker(LISTENER, failpoints=f"{point}=kill@2")
    stage.tell(120)
    assert dying.died() == -signal.SIGKILL
    stage.worker(LISTENER)
    stage.settled()


@pytest.mark.parametrize("point", ["consumer.before_aside", "consumer.after_aside"])
def test_consumer_killed_while_it_puts_a_message_aside(stage: Stage, point: str) -> None:
    stage.worker(TELLER)
    dying = stage.worker(LISTENER, failpoints=f"{point}=kill")
    stage.tell(20)
    stage.tell(1, department="later:2", prefix="late")
    assert dying.died() == -signal.SIGKILL
    stage.worker(LISTENER)
    stage.settled()
