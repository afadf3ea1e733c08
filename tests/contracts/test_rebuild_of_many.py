"""Twenty thousand files and as many cards are told again in pieces: to triage, and to an edge whose cache is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import customer.bootstrap
import psycopg
import pytest
import triage.bootstrap
from device_gateway.edge.runner import Edge
from device_gateway.edge.settings import EdgeSettings
from qiantai.cli import service_command
from qiantai.inbox.processor import BATCH, DONE, Outcome
from qiantai.retelling import CHUNK
from qiantai.service import Service
from qiantai.services import setting_of
from qiantai.testing.service import ServiceUnderTest
from typer.testing import CliRunner

MANY = 20_000
MOST_PARAMETERS = 5_000
"""The protocol takes 65,535; what does not grow with the data is far below."""
FILES = """
INSERT INTO customer (id, name, name_grams, kind, home_branch, version, registered_at)
SELECT gen_random_uuid(), '客人' || n, '{}', 'full', 'sh-01', 3, now() FROM generate_series(1, %s) AS n
"""
PHONES = """
INSERT INTO phone (number, customer, is_primary) SELECT '+861' || (3000000000 + seq), id, true FROM customer
"""
CARDS = """
INSERT INTO card (id, number, kind, customer, branch, state, version)
SELECT gen_random_uuid(), 'D' || lpad(seq::text, 6, '0'), 'design', id, 'sh-01',
  CASE WHEN mod(seq, 10) = 0 THEN 'lost' ELSE 'in_use' END, 2 FROM customer
"""


@pytest.fixture
def customers(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    """The owner, with twenty thousand files and a card for each."""
    made = under_test(customer.bootstrap.service())
    with made.engine.begin() as connection:
        connection.exec_driver_sql(FILES, (MANY,))
        connection.exec_driver_sql(PHONES)
        connection.exec_driver_sql(CARDS)
    return made


@pytest.fixture
def parameters(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many parameters the statements had, the most so far."""
    most = [0]
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:
        most[0] = max(most[0], len(params or ()))
        return execute(cursor, query, params, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    return most


def relayed(here: ServiceUnderTest) -> list[bytes]:
    """Return what waits in the outbox, and let it be published."""
    with here.engine.begin() as connection:
        found = connection.exec_driver_sql(
            "WITH taken AS (UPDATE outbox SET published_at = now() WHERE published_at IS NULL RETURNING id, body)"
            " SELECT body FROM taken ORDER BY id"
        )
        return [bytes(row.body) for row in found]


def pieces(owner: ServiceUnderTest, requests: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Hand requests to the owner; yield what it tells again, as the relay would have it each time."""
    assert owner.processor.process(requests) == [DONE] * len(requests)
    assert relayed(owner) == [], "nothing is told where the request is heard: that would stop the owner"
    while owner.reteller.tell_chunk():
        piece = relayed(owner)
        assert len(piece) <= CHUNK
        if piece:
            yield piece


def taken(process: Callable[[Sequence[bytes]], Sequence[Outcome]], told: Iterator[list[bytes]]) -> int:
    """Let a consumer work through the first and the last piece as it gets messages; return how many were told."""
    first, *_, last = all_of_them = list(told)
    for piece in (first, last):
        for start in range(0, len(piece), BATCH):
            batch = piece[start : start + BATCH]
            assert process(batch) == [DONE] * len(batch)
    return sum(map(len, all_of_them))


def test_triage_takes_over_twenty_thousand_files_anew(
    customers: ServiceUnderTest, under_test: Callable[[Service], ServiceUnderTest], parameters: list[int]
) -> None:
    here = under_test(triage.bootstrap.service())
    old = "INSERT INTO known_customer (id, name, version) SELECT unnest(CAST(%s AS uuid[])), '?', 7"
    with here.engine.begin() as connection:
        connection.exec_driver_sql(old, ([id_ for (id_,) in customers.rows("SELECT id FROM customer")],))
    environment = {setting_of("triage"): here.settings.database_url, "QIANTAI_JWKS": here.settings.jwks}
    asked = CliRunner().invoke(service_command(lambda: here.service), ["rebuild", "customers"], env=environment)
    assert asked.exit_code == 0, asked.output
    assert taken(here.processor.process, pieces(customers, relayed(here))) == MANY
    known = "SELECT count(*), min(version), max(version) FROM known_customer WHERE name LIKE '客人%%'"
    assert here.rows(known) == [(2 * CHUNK, 3, 3)]
    assert here.rows("SELECT count(*), max(version) FROM known_customer WHERE name = '?'") == [(MANY - 2 * CHUNK, 0)]
    assert 0 < parameters[0] < MOST_PARAMETERS


def test_an_edge_is_told_twenty_thousand_cards(
    customers: ServiceUnderTest, parameters: list[int], tmp_path: Path
) -> None:
    edge = Edge(EdgeSettings(name="sh-01", scanners=tmp_path / "scanners.json", folder=tmp_path / "edge"))
    edge.ask_for_facts(again=True)  # as `device-gateway edge --refresh` does
    requests = [row.body for row in edge.spool.claim(10, without=range(1_000, 90_000))]
    assert taken(edge.cache.process, pieces(customers, requests)) == MANY
    cards = customers.rows("SELECT number, state FROM card")
    known = {number: found.state for number, _ in cards if (found := edge.cache.card(number)) is not None}
    assert len(known) > CHUNK
    assert known.items() <= dict(cards).items()
    assert set(known.values()) == {"in_use", "lost"}
    assert 0 < parameters[0] < MOST_PARAMETERS
    edge.close()
