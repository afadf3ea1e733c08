"""The newer version wins, whatever the order of arrival."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from qiantai.storage.projections import put_newer
from qiantai.testing import example

metadata = sa.MetaData()
copy = sa.Table(
    "copy",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("names", sa.ARRAY(sa.Text)),
    sa.Column("reads", sa.Integer, nullable=False, server_default="0"),
    sa.Column("version", sa.Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
numbered = sa.Table(
    "numbered",
    metadata,
    sa.Column("key", sa.Integer, sa.Identity(always=True), primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    prefixes=["TEMPORARY"],
)


@pytest.fixture
def connection(engines: dict[str, sa.Engine]) -> Iterator[sa.Connection]:
    with engines[example.TELLER].begin() as connection:
        metadata.create_all(connection)
        yield connection
        metadata.drop_all(connection)


def told(version: int, code: str = "a", **more: object) -> dict[str, object]:
    return {"branch": "sh-01", "code": code, "name": f"v{version}", "version": version, **more}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 9)), min_size=1, max_size=20))
@settings(max_examples=30)
def test_the_newest_told_stays_and_only_what_is_newer_is_applied(
    connection: sa.Connection, deliveries: list[tuple[str, int]]
) -> None:
    connection.execute(sa.delete(copy))
    known: dict[str, int] = {}
    for code, version in deliveries:
        assert put_newer(connection, copy, told(version, code)) is (version > known.get(code, 0))
        known[code] = max(version, known.get(code, 0))
    rows = connection.execute(sa.select(copy.c.code, copy.c.name, copy.c.version)).all()
    assert {tuple(row) for row in rows} == {(code, f"v{version}", version) for code, version in known.items()}


def test_what_is_counted_here_stays(connection: sa.Connection) -> None:
    put_newer(connection, copy, told(1, reads=5), kept=("reads",))
    assert put_newer(connection, copy, told(2, reads=0), kept=("reads",))
    assert connection.execute(sa.select(copy.c.name, copy.c.reads)).one() == ("v2", 5)
    assert put_newer(connection, copy, told(3, reads=0, names=["x", "y"]))
    assert connection.execute(sa.select(copy.c.names, copy.c.reads)).one() == (["x", "y"], 0)


def test_a_row_may_be_known_by_another_column_than_its_key(connection: sa.Connection) -> None:
    for version, applied in ((2, True), (1, False), (2, False), (3, True)):
        assert put_newer(connection, numbered, {"id": "zhao", "version": version}, by="id") is applied
    assert connection.execute(sa.select(numbered.c.id, numbered.c.version)).all() == [("zhao", 3)]
