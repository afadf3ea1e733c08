"""Statements straight on the driver: one transaction, what waits as one, SQLAlchemy's errors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from qiantai.storage.engine import engine_for
from qiantai.storage.statements import Statements
from qiantai.testing import example
from qiantai.testing.databases import Databases


@pytest.fixture
def engine(databases: Databases) -> Iterator[sa.Engine]:
    url = databases.fresh(example.teller(), example.listener(), make=example.make_tables)[example.LISTENER]
    made = engine_for(url, pool=2)
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE slip (id int PRIMARY KEY, word text)")
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
