"""The flow board is a function of the facts of all services, in any order (G7)."""

from __future__ import annotations

import dataclasses
import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from device_gateway.bootstrap import service
from device_gateway.storage.unit_of_work import GatewayUnitOfWork
from device_gateway.usecases.board import take
from gateway_facts import (
    A_DAY,
    NOW,
    alert,
    assigned,
    body,
    deliver,
    minutes,
    named,
    places,
    registered,
    scanned,
    shown,
    started,
)
from qiantai.actors import service_actor
from qiantai.contracts.customer import CustomerMerged, CustomerUpdated
from qiantai.inbox.processor import Verdict
from qiantai.service import Service
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.service import ServiceUnderTest
from qiantai.told import Told
from qiantai.uow import Context


def test_the_board_after_a_day(board: ServiceUnderTest) -> None:
    deliver(board, *A_DAY)
    found = shown(board)
    cards = {card["id"]: card for card in found["cards"]}
    assert {id_: (card["tab"], card["state"]) for id_, card in cards.items()} == {
        "v1": ("payment", "due"),
        "v2": ("reception", "supervisor"),
        "a3": ("appointments", "booked"),
        "g3": ("payment", "due"),
    }
    first = cards["v1"]
    assert (first["name"], first["due"], first["currency"], first["visit_class"]) == (
        "王晓明",
        100000,
        "CNY",
        "first_visit",
    )
    assert first["projects"] == [{"code": "filler", "zh": "填充", "en": "Filler"}]
    assert first["to"] == {"kind": "consultant", "id": "A", "name": "陈医生"}
    assert first["why"] == {"zh": "轮到 A", "en": "A's turn"}
    assert first["waiting_since"] == minutes(-6).isoformat()
    assert (cards["v2"]["flags"], cards["v2"]["appointment"]["number"]) == (["late", "supervisor"], "A0000017")
    assert (cards["a3"]["name"], cards["a3"]["to"]["name"]) == ("韩梅梅", "周医生")
    assert [(one["id"], one["name"], one["status"]) for one in found["consultants"]] == [
        ("A", "陈医生", "idle"),
        ("B", "周医生", None),
    ]
    assert [read["code"] for read in found["unrecognised"]] == ["X99999"]


@pytest.mark.parametrize("seed", range(6))
def test_the_same_facts_in_any_order_doubled_and_in_batches_give_the_same_board(
    under_test: Callable[[Service], ServiceUnderTest], seed: int
) -> None:
    straight, mixed = under_test(service()), under_test(service())
    deliver(straight, *A_DAY)
    chance = random.Random(seed)
    bodies = [body(event, version) for event, version in A_DAY]
    bodies += chance.sample(bodies, 12)
    chance.shuffle(bodies)
    while bodies:
        part, bodies = bodies[:7], bodies[7:]
        assert all(outcome.verdict is Verdict.DONE for outcome in mixed.processor.process(part))
    expected, found = shown(straight), shown(mixed)
    expected.pop("sequence")
    found.pop("sequence")
    assert found == expected


def test_two_workers_at_once_give_the_same_board_and_gapless_numbers(
    under_test: Callable[[Service], ServiceUnderTest],
) -> None:
    straight, shared = under_test(service()), under_test(service())
    deliver(straight, *A_DAY)
    bodies = [body(event, version) for event, version in A_DAY]
    random.Random(7).shuffle(bodies)

    def work(part: list[bytes]) -> None:
        for one in part:
            assert shared.processor.process([one])[0].verdict is Verdict.DONE

    threads = [threading.Thread(target=work, args=(bodies[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected, found = shown(straight), shown(shared)
    numbers = [row[0] for row in shared.rows("SELECT sequence FROM board_change ORDER BY sequence")]
    assert numbers == list(range(1, found.pop("sequence") + 1))
    expected.pop("sequence")
    assert found == expected


def test_who_waits_is_promised_something_until_they_are_received(board: ServiceUnderTest) -> None:
    deliver(board, (registered("v1", "c1"), 1), (assigned("v1", "c1", "A", promised_at=minutes(2)), 2))
    [card] = shown(board)["cards"]
    assert (card["state"], card["promised_at"]) == ("waiting", minutes(2).isoformat())
    deliver(board, (started("v1", "c1", "A"), 3))
    assert shown(board)["cards"][0]["promised_at"] is None


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_facts_at_the_same_moment_the_second_sees_the_first(board: ServiceUnderTest, first: int) -> None:
    facts = [(registered("v1", "c1"), 1), (assigned("v1", "c1", "A"), 2)]
    event, version = facts[first]
    told = Told(event=event, version=version, time=NOW, id="m")
    other = threading.Thread(target=deliver, args=(board, facts[1 - first]))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    context = Context(actor=service_actor("device-gateway"), now=NOW)
    with transaction(board.engine, GatewayUnitOfWork, context) as uow:
        take(told, uow)
        other.start()
        while other.is_alive() and board.rows(waiting) == [(0,)]:
            time.sleep(0.01)
    other.join()
    [card] = shown(board)["cards"]
    assert (card["state"], card["visit_class"], card["to"]["id"]) == ("waiting", "first_visit", "A")


def test_old_changes_are_dropped_by_the_job(board: ServiceUnderTest) -> None:
    deliver(board, *A_DAY)
    context = Context(actor=service_actor("device-gateway"), now=NOW + timedelta(days=10))
    with transaction(board.engine, board.service.unit_of_work, context) as uow:
        board.service.jobs[0].run(uow)
    assert board.rows("SELECT count(*) FROM board_change") == [(0,)]
    assert board.rows("SELECT kind, count(*) FROM board_item GROUP BY kind ORDER BY kind") == [
        ("card", 3),
        ("consultant", 2),
    ]
    assert sorted(places(board)) == ["g3", "v1", "v2"]  # two charges are due, one visit is open: they stay


def test_the_cards_of_a_merged_customer_have_the_name_of_the_living_file(board: ServiceUnderTest) -> None:
    merged = CustomerMerged(branch="chain", customer="c1", into="c2")
    deliver(board, (registered("v1", "c1"), 1), (named("c1", "王小明"), 1), (named("c2", "王晓明"), 1))
    assert [card["name"] for card in shown(board)["cards"]] == ["王小明"]
    deliver(board, (merged, 2))
    assert [card["name"] for card in shown(board)["cards"]] == ["王晓明"]
    deliver(board, (CustomerUpdated(**(dataclasses.asdict(named("c2", "王晓鸣")))), 2))
    assert [card["name"] for card in shown(board)["cards"]] == ["王晓鸣"]


def test_facts_of_one_batch_are_drawn_once_for_each_customer(board: ServiceUnderTest) -> None:
    told = [
        (scanned("c1"), 1),
        (registered("v1", "c1"), 1),
        (assigned("v1", "c1", "supervisor"), 2),
        (registered("v2", "c2"), 1),
        (assigned("v2", "c2", "consultant:A"), 2),
        (alert(visit="v1"), 5),
    ]
    assert all(outcome.verdict is Verdict.DONE for outcome in board.processor.process([body(*one) for one in told]))
    assert {card["id"]: card["to"]["id"] for card in shown(board)["cards"]} == {"v1": "supervisor", "v2": "A"}
    announced = board.rows("SELECT change->>'kind', change->>'id' FROM board_change ORDER BY sequence")
    assert announced == [("alert", "al-1"), ("card", "v1"), ("card", "v2")]
