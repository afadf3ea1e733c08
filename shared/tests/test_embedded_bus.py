"""The embedded bus: nothing counts as taken before everybody has it, what fails is held, parked and replayed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts import CHAIN
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.ids import new_id
from qiantai.inbox.processor import Processor
from qiantai.messaging.local import LocalBus, LocalSubscriber
from qiantai.messaging.parking import TableParking
from qiantai.outbox.relay import Relay
from qiantai.outbox.source import OutboxSource
from qiantai.retelling import Reteller
from qiantai.storage.engine import engine_for
from qiantai.storage.unit_of_work import SqlUnitOfWork, transaction
from qiantai.testing import example
from qiantai.testing.databases import Databases
from qiantai.uow import Context


class Pair:
    """Teller and listener on the embedded bus, stepped by hand."""

    def __init__(self, databases: Databases) -> None:
        self.urls = databases.fresh(example.teller(), example.listener(), make=example.make_tables)
        self.engines = {name: engine_for(url, pool=5) for name, url in self.urls.items()}
        services = (example.teller(), example.listener())
        subscribers = [LocalSubscriber(Processor(s, self.engines[s.name]), self.engines[s.name]) for s in services]
        self.listener = subscribers[1]
        bus = LocalBus(subscribers)
        self.reteller = Reteller(example.teller(), self.engines[example.TELLER])
        self.relays = {name: Relay(OutboxSource(url, name), bus) for name, url in self.urls.items()}

    def settle(self) -> None:
        while sum(relay.step() for relay in self.relays.values()) or self.reteller.tell_chunk():
            continue

    def count(self, service: str, query: str) -> int:
        with self.engines[service].begin() as connection:
            return int(connection.scalar(sa.text(query)) or 0)

    def close(self) -> None:
        for relay in self.relays.values():
            relay._source.close()
        for engine in self.engines.values():
            engine.dispose()


@pytest.fixture
def pair(databases: Databases) -> Iterator[Pair]:
    made = Pair(databases)
    yield made
    made.close()
    databases.drop(made.urls[example.TELLER])


def test_a_fact_has_its_effect_and_its_answer_once(pair: Pair) -> None:
    for number in range(30):
        example.tell(pair.engines[example.TELLER], f"p{number % 7}")
    pair.settle()
    assert pair.count(example.LISTENER, "SELECT count(*) FROM effect") == 30
    assert pair.count(example.LISTENER, "SELECT count(DISTINCT (code, version)) FROM effect") == 30
    assert pair.count(example.TELLER, "SELECT count(*) FROM echo") == 30
    assert pair.count(example.TELLER, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0


def test_a_lost_mark_only_sends_again(pair: Pair) -> None:
    example.tell(pair.engines[example.TELLER], "p1")
    pair.settle()
    with pair.engines[example.TELLER].begin() as connection:
        connection.execute(sa.text("UPDATE outbox SET published_at = NULL"))
    pair.settle()
    assert pair.count(example.LISTENER, "SELECT count(*) FROM effect") == 1


def test_what_a_person_must_mend_is_parked_and_the_others_go_on(pair: Pair) -> None:
    for department in ("ok", "person", "refuse", "ok"):
        example.tell(pair.engines[example.TELLER], new_id(), department)
    pair.settle()
    assert pair.count(example.LISTENER, "SELECT count(*) FROM effect") == 2
    parking = TableParking(pair.urls[example.LISTENER])
    parked = parking.list()
    assert len(parked) == parking.count() == 2
    assert any("看一下" in message.reason for message in parked)
    assert parking.replay([message.message_id for message in parked]) == 2
    assert parking.count() == 0
    pair.listener.retry_due()
    assert parking.count() == 2  # nothing was mended: they are parked again, with their reason


def test_what_came_too_early_is_tried_again_and_then_done(pair: Pair) -> None:
    example.tell(pair.engines[example.TELLER], new_id(), "later:2")
    pair.settle()
    assert pair.count(example.LISTENER, "SELECT count(*) FROM effect") == 0
    with pair.engines[example.LISTENER].begin() as connection:
        connection.execute(sa.text("UPDATE held_message SET retry_at = now()"))
    assert pair.listener.retry_due() == 1
    assert pair.count(example.LISTENER, "SELECT count(*) FROM effect") == 1
    assert pair.count(example.LISTENER, "SELECT count(*) FROM held_message") == 0


def test_an_owner_tells_again_to_the_one_who_asks_alone(pair: Pair) -> None:
    for code in ("p1", "p2"):
        example.tell(pair.engines[example.TELLER], code)
    pair.settle()
    context = Context(actor=service_actor(example.LISTENER), now=clock.now())
    with transaction(pair.engines[example.LISTENER], SqlUnitOfWork, context) as uow:
        request = RebuildRequested(
            branch=CHAIN,
            request=new_id(),
            publisher=example.TELLER,
            consumer=example.LISTENER,
            types=(ProjectChanged.TYPE,),
        )
        uow.outbox.append(request, version=1)
    pair.settle()
    assert pair.count(example.LISTENER, "SELECT count(*) FROM effect") == 4
    keys = "SELECT count(*) FROM outbox WHERE routing_key LIKE 'rebuild.triage.billing.project.changed.%'"
    assert pair.count(example.TELLER, keys) == 2


def test_two_relays_never_hold_one_shard_and_a_dead_one_frees_its_shards(pair: Pair) -> None:
    url = pair.urls[example.TELLER]
    first, second = OutboxSource(url, example.TELLER), OutboxSource(url, example.TELLER)
    for number in range(20):
        example.tell(pair.engines[example.TELLER], f"p{number}")
    assert len(first.claim(100, without=())) == 20
    assert second.claim(100, without=()) == ()
    first.close()
    found = 0
    for _ in range(100):  # the server ends a session in its own time
        second._looked_at = 0.0
        found = len(second.claim(100, without=()))
        if found == 20:
            break
        second.wait(0.05)
    assert found == 20
    second.close()


def test_a_late_commit_with_a_lower_id_is_not_lost(pair: Pair) -> None:
    late = psycopg.connect(pair.urls[example.TELLER])
    late.execute("INSERT INTO outbox (message_id, shard, routing_key, body) VALUES ('late', 0, 'nobody.x.y', '{}')")
    example.tell(pair.engines[example.TELLER], "p1")
    pair.settle()
    late.commit()
    late.close()
    pair.settle()
    assert pair.count(example.TELLER, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0


def test_what_a_broker_may_have_forgotten_is_sent_again_and_has_no_second_effect(pair: Pair) -> None:
    for number in range(5):
        example.tell(pair.engines[example.TELLER], f"p{number}")
    pair.settle()
    relay = pair.relays[example.TELLER]
    relay._source.send_again()
    assert pair.count(example.TELLER, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 5
    pair.settle()
    assert pair.count(example.TELLER, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0
    assert pair.count(example.LISTENER, "SELECT count(*) FROM effect") == 5
