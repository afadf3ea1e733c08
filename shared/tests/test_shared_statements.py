"""Statements straight on the driver: one transaction, what waits as one, SQLAlchemy's errors."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from psycopg.types.json import Jsonb
from qiantai.storage.engine import engine_for
from qiantai.storage.statements import Statements
from qiantai.testing import example
from qiantai.testing.databases import Databases


@pytest.fixture
def engine(databases: Databases) -> Iterator[sa.Engine]:
    url = databases.fresh(example.teller(), example.listener(), make=example.make_tables)[example.LISTENER]
    made, owner = engine_for(url, pool=2), engine_for(databases.owner_of(url), pool=1)
    with owner.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE slip (id int PRIMARY KEY, word text)")
    owner.dispose()
    yield made
    made.dispose()
    databases.drop(url)


def _words(engine: sa.Engine) -> list[str]:
    with engine.begin() as connection:
        return [row.word for row in connection.execute(sa.text("SELECT word FROM slip ORDER BY id"))]


def test_what_waits_is_seen_by_the_next_fetch_and_committed(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        statements = Statements(connection)
        statements.insert_later("slip", [{"id": 1, "word": "前台 100%"}])
        [row] = statements.fetch("SELECT id, word FROM slip WHERE word LIKE '前%'", {})
        assert (row.id, row.word) == (1, "前台 100%")
        statements.update_later("slip", "UPDATE slip SET word = :word::text || :id", {"word": "b", "id": 2})
        statements.insert_later("slip", [{"id": id_, "word": "c"} for id_ in range(2, 22)])
        statements.update_later("slip", "DELETE FROM slip WHERE id > :most", {"most": 2})
        statements.send()
    assert _words(engine) == ["b2", "c"]


def test_new_rows_get_their_numbers_in_the_order_in_which_they_were_given(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        columns = "number int GENERATED ALWAYS AS IDENTITY, word int"
        connection.exec_driver_sql(f"CREATE TEMP TABLE numbered ({columns}) ON COMMIT DROP")
        statements = Statements(connection)
        for word in range(120):
            statements.insert_later("numbered", [{"word": word}])
        assert [row.word for row in statements.fetch("SELECT word FROM numbered ORDER BY number", {})] == [*range(120)]


def test_few_rows_and_many_are_saved_alike(engine: sa.Engine) -> None:
    row: dict[str, Any] = {
        "word": '前台 "a"\n\\x',
        "bytes": b"\x00\xff'",
        "document": Jsonb({"名": ["a", None, 1.5]}),
        "words": ["a", "逗,号", "{}"],
        "at": datetime(2026, 11, 21, 9, 5, 1, 123456, tzinfo=UTC),
        "day": date(2026, 11, 21),
        "id": "0193f1f0-0000-7000-8000-000000000000",
        "flag": True,
        "nothing": None,
    }
    kinds = ("text", "bytea", "jsonb", "text[]", "timestamptz", "date", "uuid", "boolean", "text")
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(row, kinds, strict=True))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TEMP TABLE everything ({columns}, usual int DEFAULT 7) ON COMMIT DROP")
        statements = Statements(connection)
        for count in (1, 20):
            statements.insert_later("everything", [row] * count)
            statements.send()
        found = statements.fetch("SELECT DISTINCT * FROM everything", {})
        assert len(found) == 1, "as values or as one array, a row is the same"
        assert found[0]._asdict() == {**row, "document": row["document"].obj, "id": uuid.UUID(row["id"]), "usual": 7}


def test_without_a_commit_noslip_stays(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        statements = Statements(connection)
        statements.insert_later("slip", [{"id": 1, "word": "a"}])
        statements.send()
        connection.rollback()
    assert _words(engine) == []


def test_a_fault_in_the_middle_commits_noslip_and_is_an_error_of_sqlalchemy(engine: sa.Engine) -> None:
    def write() -> None:
        with engine.begin() as connection:
            statements = Statements(connection)
            for id_ in (1, 2, 1, 3):
                statements.insert_later("slip", [{"id": id_, "word": "secret"}])
            statements.send()

    with pytest.raises(sa.exc.IntegrityError) as caught:
        write()
    assert getattr(caught.value.orig, "sqlstate", None) == "23505"
    assert "secret" not in str(caught.value).split("DETAIL")[0]
    assert _words(engine) == []


def test_sqlalchemy_and_the_driver_share_the_transaction(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO slip VALUES (1, 'a')"))
        statements = Statements(connection)
        assert [row.word for row in statements.fetch("SELECT word FROM slip", {})] == ["a"]
        statements.update_later("slip", "UPDATE slip SET word = :word", {"word": "b"})
        statements.send()
    assert _words(engine) == ["b"]


def test_a_lost_session_is_told_as_lost_and_the_pool_goes_on(engine: sa.Engine) -> None:
    def write() -> None:
        with engine.begin() as connection:
            statements = Statements(connection)
            [row] = statements.fetch("SELECT pg_backend_pid() AS pid", {})
            with engine.connect() as other:
                other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": row.pid})
            statements.insert_later("slip", [{"id": 1, "word": "a"}])
            statements.send()

    with pytest.raises(sa.exc.DBAPIError) as caught:
        write()
    assert caught.value.connection_invalidated
    assert _words(engine) == []
