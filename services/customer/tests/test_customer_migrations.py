"""Files and cards from before are found as new ones are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from customer.bootstrap import service
from customer.domain.model import gram_query
from customer.domain.pinyin import typed_query
from qiantai.ids import new_id
from qiantai.storage.migrations import upgrade
from qiantai.storage.roles import ensure_database, ensure_role
from qiantai.testing.databases import Databases

_FILE = (
    "INSERT INTO customer (id, name, name_grams, kind, home_branch, version, registered_at)"
    " VALUES (%s, %s, '{}', 'full', 'sh-01', 1, now())"
)
_CARD = (
    "INSERT INTO card (id, number, kind, customer, branch, state, version)"
    " VALUES (%s, %s, 'member', %s, 'sh-01', 'in_use', 1)"
)
_STEP = (
    "INSERT INTO timeline (message, customer, at, what, branch, zh, en, details)"
    " VALUES (%s, %s, now(), 'triage.visit.registered', %s, '', '', '{}')"
)


@pytest.fixture
def before(databases: Databases, tmp_path: Path) -> Iterator[Callable[[int], str]]:
    """Make a database as it was after so many steps; gives the address of its owner."""
    url = ensure_database(databases.admin_url, f"c_{new_id().replace('-', '')}")
    owner = ensure_role(url, "customer", "only-for-tests")

    def made(steps: int) -> str:
        for step in sorted(service().migrations.glob("0*.py"))[:steps]:
            (tmp_path / step.name).write_text(step.read_text())
        upgrade(dataclasses.replace(service(), migrations=tmp_path), owner)
        return owner

    yield made
    databases.drop(url)


def test_files_are_open_where_their_people_have_been_before(before: Callable[[int], str]) -> None:
    owner = before(6)
    one, other = new_id(), new_id()
    with psycopg.connect(owner) as connection:
        for file in (one, other):
            connection.execute(_FILE, (file, "王"))
        for customer, branch in ((one, "hz-01"), (one, "hz-01"), (one, "chain"), (other, "bj-01"), (new_id(), "bj-01")):
            connection.execute(_STEP, (new_id(), customer, branch))
    upgrade(service(), owner)
    with psycopg.connect(owner) as connection:
        opened = connection.execute("SELECT branch, customer::text FROM opened ORDER BY branch").fetchall()
    assert opened == [("bj-01", other), ("hz-01", one)]


def test_names_and_cards_from_before_are_spelt_as_new_ones(before: Callable[[int], str]) -> None:
    owner = before(4)
    names = ("阿依古丽・买买提", "王\u200b芳菲", "Nguye\u0302\u0303n Lan")
    with psycopg.connect(owner) as connection:
        for name in names:
            connection.execute(_FILE, (new_id(), name))
        file = connection.execute("SELECT id FROM customer LIMIT 1").fetchone()
        for number in ("k1", "K2", "both", "BOTH"):
            connection.execute(_CARD, (new_id(), number, file[0] if file else None))
    upgrade(service(), owner)
    with psycopg.connect(owner) as connection:
        for q in ("阿依古丽买买提", "王芳菲", "nguyễn"):
            found = connection.execute("SELECT count(*) FROM customer WHERE name_grams @> %s", (gram_query(q),))
            assert found.fetchone() == (1,), q
        cards = connection.execute('SELECT number FROM card ORDER BY number COLLATE "C"').fetchall()
    assert [number for (number,) in cards] == ["BOTH", "K1", "K2", "both"]


def test_names_from_before_are_found_by_pinyin(before: Callable[[int], str]) -> None:
    owner = before(7)
    with psycopg.connect(owner) as connection:
        for name in ("祝英台", "Anna"):
            connection.execute(_FILE, (new_id(), name))
    upgrade(service(), owner)
    with psycopg.connect(owner) as connection:
        found = connection.execute("SELECT name FROM customer WHERE name_grams @> %s", ([typed_query("zyt")],))
        assert found.fetchall() == [("祝英台",)]
