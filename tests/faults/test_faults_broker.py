"""A broker that dies, freezes, is full, knows no queue or loses one (faults 10, 11, 16-18, 23)."""

from __future__ import annotations

import json
import signal
from datetime import datetime

import pika
import pytest
from faults_harness.stage import Stage, until
from qiantai.servers.rabbitmq import PrivateRabbit
from qiantai.testing.example import LISTENER, TELLER


def test_killed_under_load_stopped_while_down_and_restarted(stage: Stage, rabbit: PrivateRabbit) -> None:
    teller, listener = stage.both()
    writer = stage.writer(600)
    until(lambda: stage.effects().total() > 50, "load")
    rabbit.kill()
    try:
        stage.tell(1)
        until(lambda: teller.said("relay_paused") and listener.said("consumer_reconnects"), "both notice")
        assert writer.died() == 0, "the desk goes on without a broker"
        for worker in (teller, listener):
            worker.signal(signal.SIGTERM)
        assert (teller.died(), listener.died()) == (0, 0), "a stop works without a broker"
        stage.both()
        stage.tell(20)
    finally:
        rabbit.start()
        rabbit.elect()
    stage.settled()


def test_frozen_past_the_heartbeat(stage: Stage, rabbit: PrivateRabbit) -> None:
    teller, listener = stage.both()
    stage.tell(10)
    stage.settled()
    rabbit.freeze()
    try:
        stage.tell(50)
        until(lambda: teller.said("relay_paused") and listener.said("consumer_reconnects"), "both notice", 40)
    finally:
        rabbit.thaw()
    stage.settled()


def test_stop_while_frozen(stage: Stage, rabbit: PrivateRabbit) -> None:
    teller, listener = stage.both()
    stage.tell(10)
    stage.settled()
    rabbit.freeze()
    try:
        stage.tell(5)
        for worker in (teller, listener):
            worker.signal(signal.SIGTERM)
        assert (teller.died(40), listener.died(40)) == (0, 0)
    finally:
        rabbit.thaw()
    stage.both()
    stage.settled()


def test_full_queue_refuses_and_is_not_stormed(stage: Stage) -> None:
    stage.environment["FAULTS_MAX_LENGTH"] = "10"
    listener = stage.worker(LISTENER)
    stage.beginning()
    listener.kill()
    teller = stage.worker(TELLER)
    stage.tell(30)
    until(lambda: not stage.unsent(TELLER) or teller.said("messages_refused"), "a full queue")  # a burst gets in
    stage.tell(60)
    until(lambda: teller.said("messages_refused") >= 6, "refusals")
    refused = [json.loads(line) for line in teller.log.read_text().splitlines() if "messages_refused" in line]
    assert all(line["reason"] == "refused by the broker" for line in refused)
    assert stage.unsent(TELLER) > 20, "what was refused waits at home"
    first, last = (datetime.fromisoformat(refused[place]["timestamp"]) for place in (0, -1))
    seconds = (last - first).total_seconds()
    assert sum(line["count"] for line in refused) < 90 * (3 + 3 * seconds), "each row a few times a second at most"
    stage.worker(LISTENER)
    stage.settled()


def test_what_nobody_listens_to_stays_unsent(stage: Stage) -> None:
    stage.tell(10)
    listener = stage.worker(LISTENER)
    stage.beginning()
    listener.kill()
    with pika.BlockingConnection(pika.URLParameters(stage.broker)) as connection:
        connection.channel().queue_delete(LISTENER)
    teller = stage.worker(TELLER)
    until(lambda: teller.said("no queue listens to billing.project.changed.sh-01") >= 2, "returned twice")
    assert stage.unsent(TELLER) == 10
    stage.worker(LISTENER)
    stage.settled()


def test_queue_deleted_under_its_consumer(stage: Stage) -> None:
    """What waited in a deleted queue is gone (an owner's rebuild brings it back); what comes later must arrive."""
    stage.both()
    stage.tell(10)
    stage.settled()
    with pika.BlockingConnection(pika.URLParameters(stage.broker)) as connection:
        connection.channel().queue_delete(LISTENER)
    stage.tell(20)
    stage.settled()


@pytest.mark.parametrize("stage", ["orderly", "unruly"], indirect=True)
def test_storm_of_stops(stage: Stage) -> None:
    for turn in range(6):
        before = stage.effects().total()
        teller, listener = stage.both()
        stage.tell(60, prefix=f"s{turn}-")
        until(lambda: stage.effects().total() > before, "work going on")  # noqa: B023 - used at once
        for worker in (teller, listener):
            worker.signal(signal.SIGTERM)
            worker.signal(signal.SIGTERM)
        assert (teller.died(), listener.died()) == (0, 0)
    stage.both()
    stage.settled()
