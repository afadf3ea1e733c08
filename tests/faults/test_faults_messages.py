"""Messages that cannot be done, and messages that come twice and in any order (fault 22)."""

from __future__ import annotations

import json
import random
import signal

import pytest
from faults_harness.stage import Stage, until
from qiantai import clock
from qiantai.ids import new_id
from qiantai.messaging.parking import QueueParking
from qiantai.testing.example import LISTENER, TELLER, changed
from qiantai.wire.envelope import decode, enclose, encode


@pytest.mark.parametrize("stage", ["orderly", "unruly"], indirect=True)
def test_each_trouble_has_its_way_and_holds_up_nobody(stage: Stage) -> None:
    stage.both()
    for department in ("refuse", "person", "oserror", "sql", "later", "oserror:1", "later:2", "state-40P01:1", "sql:1"):
        stage.tell(1, department=department, prefix=department.replace(":", "-"))
        stage.tell(10)
    stage.settled(parked=5)
    reasons = {decode(parked.body).subject: parked.reason for parked in stage.parked()}
    assert reasons == {
        "refuse0": "Refused: The listener refuses this fact.",
        "person0": "_NeedsAPerson: NeedsAPerson('看一下')",
        "oserror0": "ConnectionResetError: a handler's own network trouble",
        "later0": "NotKnownYet: its own message has not arrived",
        "sql0": reasons["sql0"],
    }
    assert "division by zero" in reasons["sql0"]


def test_what_was_mended_is_replayed_once(stage: Stage) -> None:
    stage.both()
    stage.tell(3, things=3, department="unless", prefix="mended")
    stage.tell(2, department="refuse", prefix="never")
    stage.settled(parked=5)
    parking = QueueParking(stage.broker, LISTENER)
    ids = [message.message_id for message in parking.list()]
    until(lambda: parking.count() == 5, "what was looked at comes back")
    stage.rows(LISTENER, "INSERT INTO mended VALUES ('it') RETURNING 1")
    assert parking.replay(ids) == 5
    stage.settled(parked=2)
    assert parking.replay(ids[:1]) + parking.replay([]) <= 1
    stage.settled(parked=2)


def garbage() -> list[bytes]:
    good = encode(
        enclose(
            changed("g", 1),
            id_=new_id(),
            version=1,
            time=clock.now(),
            causation=None,
            traceparent=None,
        )
    )
    values = json.loads(good)
    return [
        b"",
        b"\xff\xfe\x00garbage",
        b"null",
        b"[]",
        b"{}",
        b"1e999",
        b"[" * 100_000,
        good[:-7],
        good.replace(b'"1.0"', b'"0.3"'),
        json.dumps({**values, "data": {**values["data"], "rank": "one"}}).encode(),
        json.dumps({**values, "data": {**values["data"], "name_zh": "a\x00b"}}).encode(),
        json.dumps({**values, "id": "a\x00b"}).encode(),
        json.dumps({**values, "data": {**values["data"], "code": "\ud800"}}).encode(),
        json.dumps({**values, "aggregateversion": 10**30}).encode(),
        json.dumps({**values, "time": "2026-01-01T00:00:00"}).encode(),
        json.dumps({**values, "data": {**values["data"], "name_zh": "长" * 100_000}}).encode(),
    ]


def test_garbage_is_parked_with_its_reason_and_bytes(stage: Stage) -> None:
    listener = stage.worker(LISTENER)
    stage.beginning()
    sent = garbage()
    stage.publish(*sent)
    stage.worker(TELLER)
    stage.tell(20)
    until(lambda: stage.effects().total() == 20, "the good ones")
    parking = QueueParking(stage.broker, LISTENER)
    until(lambda: parking.count() == len(sent), f"{len(sent)} parked")
    found = parking.list()
    assert sorted(message.body for message in found) == sorted(sent)
    assert all(message.reason.startswith("undecodable: ") for message in found), [m.reason[:60] for m in found]
    assert listener.said("consumer_reconnects") == 0, "garbage is no reason to reconnect"
    assert parking.replay([message.message_id for message in found]) == len(sent)
    until(lambda: parking.count() == len(sent), "back again")
    assert stage.effects().total() == 20


@pytest.mark.parametrize("seed", range(3))
def test_everything_comes_twice_and_in_any_order_to_dying_consumers(stage: Stage, seed: int) -> None:
    stage.tell(150)
    bodies = [bytes(row[0]) for row in stage.rows(TELLER, "UPDATE outbox SET published_at = now() RETURNING body")] * 2
    random.Random(seed).shuffle(bodies)
    listener = stage.worker(LISTENER, failpoints=f"consumer.before_ack=kill@{seed + 1}")
    stage.beginning()
    stage.publish(*bodies)
    assert listener.died() == -signal.SIGKILL
    stage.both()
    stage.settled()
