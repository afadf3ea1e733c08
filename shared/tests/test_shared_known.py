"""Copies and the alias: the newer version wins, whatever the order of arrival."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from qiantai.actors import service_actor
from qiantai.contracts.customer import CustomerMerged, CustomerRegistered, CustomerUpdated
from qiantai.contracts.triage import PerformanceMoved
from qiantai.ids import Id
from qiantai.known import Copy, know_merged
from qiantai.storage.engine import engine_for
from qiantai.storage.known import OF_PERSON, known_table, living_file, of_person, put_newer
from qiantai.storage.tables import service_metadata
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.testing import example
from qiantai.testing.memory import MemoryKnown, MemoryUnitOfWork
from qiantai.told import Told
from qiantai.uow import Context, UnitOfWork

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


NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILES = [f"01900000-0000-7000-8000-00000000000{n}" for n in range(6)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A copy for these tests."""

    id: Id
    name: str
    birthday: date | None
    named_at: datetime


SOMEONE = Copy(
    name="people",
    table="known_someone",
    kind=Someone,
    of=(CustomerRegistered, CustomerUpdated),
    takes={"id": "customer", "named_at": lambda told: told.time},
)
known = service_metadata()
someone = known_table(SOMEONE, known)


@pytest.fixture(params=["memory", "postgresql"])
def uow(request: pytest.FixtureRequest) -> Iterator[UnitOfWork]:
    """A transaction on copies in memory, and one on PostgreSQL: both answer alike."""
    context = Context(actor=service_actor("billing"), now=NOW)
    if request.param == "memory":
        yield MemoryUnitOfWork(context.actor, context.now, MemoryKnown())
        return
    databases, urls = request.getfixturevalue("databases"), request.getfixturevalue("urls")
    owner = engine_for(databases.owner_of(urls[example.TELLER]), pool=1)
    with owner.begin() as connection:
        known.create_all(connection)
        yield SqlUnitOfWork(connection, context)
    owner.dispose()


def forget_merges(uow: UnitOfWork) -> None:
    if isinstance(uow, SqlUnitOfWork):
        uow.connection.execute(sa.text("DELETE FROM known_alias"))
    else:
        uow.known = MemoryKnown()


def file_told(customer: str, name: str, version: int) -> Told[CustomerUpdated]:
    event = CustomerUpdated(branch="chain", customer=customer, number="C1", name=name, kind="full", home_branch="sh-01")
    return Told(event=event, version=version, time=NOW, id="m")


def test_a_declaration_is_a_table_with_its_types_and_its_comment() -> None:
    assert {column.name: (str(column.type), column.nullable) for column in someone.columns} == {
        "id": ("UUID", False),
        "name": ("TEXT", False),
        "birthday": ("DATE", True),
        "named_at": ("DATETIME", False),
        "version": ("INTEGER", False),
    }
    assert [column.name for column in someone.primary_key] == ["id"]
    assert someone.comment == "A copy for these tests."
    assert (SOMEONE.publisher, SOMEONE.of_customers) == ("customer", True)
    moved = Copy(name="p", table="t", kind=Someone, of=(PerformanceMoved,), takes={"id": "visit"})
    assert (moved.publisher, moved.of_customers) == ("triage", False)


def test_a_copy_is_read_as_its_dataclass_and_the_newer_version_wins(uow: UnitOfWork) -> None:
    assert uow.known.get(SOMEONE, FILES[0]) is None
    assert uow.known.take(SOMEONE, file_told(FILES[0], "new", 2))
    assert not uow.known.take(SOMEONE, file_told(FILES[0], "old", 1))
    assert not uow.known.take(SOMEONE, file_told(FILES[0], "same version", 2))
    uow.known.take(SOMEONE, file_told(FILES[1], "other", 1))
    first = Someone(id=FILES[0], name="new", birthday=None, named_at=NOW)
    assert uow.known.get(SOMEONE, FILES[0]) == first
    assert uow.known.many(SOMEONE, [FILES[0], FILES[2]]) == {FILES[0]: first}
    assert [one.name for one in uow.known.all(SOMEONE)] == ["new", "other"]
    assert uow.known.many(SOMEONE, []) == {}


def merged(customer: str, into: str, version: int) -> Told[CustomerMerged]:
    event = CustomerMerged(branch="chain", customer=customer, into=into)
    return Told(event=event, version=version, time=NOW, id="m")


def test_a_merged_customer_is_found_in_the_living_file(uow: UnitOfWork) -> None:
    a, b, c = FILES[:3]
    for one in (a, b, c):
        uow.known.take(SOMEONE, file_told(one, one[-1], 1))
    know_merged(merged(b, c, 4), uow)  # the later merge is heard first
    know_merged(merged(a, b, 7), uow)
    know_merged(merged(a, FILES[5], 6), uow)  # an older one, heard late
    assert [uow.known.living(one) for one in (a, b, c)] == [c, c, c]
    assert sorted(uow.known.same(a)) == sorted([a, b, c])
    assert uow.known.same(a)[0] == c
    assert {asked: one.name for asked, one in uow.known.many(SOMEONE, [a, b]).items()} == {a: "2", b: "2"}
    uow.known.merge(b, None, 5)  # b lives by itself again, and a with it
    assert [uow.known.living(one) for one in (a, b, c)] == [b, b, c]


@pytest.mark.parametrize("uow", ["postgresql"], indirect=True)
def test_rows_are_found_by_any_file_of_their_person_whatever_the_columns_type(uow: SqlUnitOfWork) -> None:
    a, b, c, d, e = FILES[:5]
    for file, into, version in ((a, b, 2), (b, c, 3), (d, e, 2)):
        uow.known.merge(file, into, version)
    record = sa.values(sa.column("n", sa.Integer), sa.column("id", sa.UUID(as_uuid=False)), sa.column("word", sa.Text))
    records = record.data([(n, file, file) for n, file in enumerate(FILES)]).cte("record")
    for asked, found in ((a, [0, 1, 2]), (c, [0, 1, 2]), (d, [3, 4]), (FILES[5], [5])):
        for column in (records.c.id, records.c.word):
            query = sa.select(records.c.n).where(of_person(column, asked)).order_by(records.c.n)
            assert uow.connection.execute(query).scalars().all() == found
    both = sa.select(records.c.n).where(of_person(records.c.id, a) | of_person(records.c.id, d))
    assert len(uow.connection.execute(both).all()) == 5
    living = sa.select(living_file(records.c.id)).order_by(records.c.n)
    assert uow.connection.execute(living).scalars().all() == [c, c, c, e, e, FILES[5]]
    text = f"SELECT merged FROM known_alias WHERE CAST(merged AS uuid) = {OF_PERSON} ORDER BY merged"  # noqa: S608 - a constant
    assert [row.merged for row in uow.statements.fetch(text, {"customer": c})] == [a, b]


STEPS = st.lists(st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(0, 5))), max_size=14)


@given(STEPS, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_random_merges_and_their_undoing_resolve_alike_in_any_order(
    uow: UnitOfWork, steps: list[tuple[int, int | None]], random: random.Random
) -> None:
    """The owner merges only living files into living ones, and undoes a merge only of a merged file."""
    parent: dict[int, int] = {}

    def end(file: int) -> int:
        return end(parent[file]) if file in parent else file

    told: list[tuple[int, int | None, int]] = []
    for version, (file, into) in enumerate(steps, start=1):
        if into is None and file in parent:
            del parent[file]
        elif into is not None and file not in parent and end(into) == into != file:
            parent[file] = into
        else:
            continue
        told.append((file, into, version))
    deliveries = [*told, *random.choices(told, k=len(told))] if told else []
    random.shuffle(deliveries)
    forget_merges(uow)
    for file, into, version in deliveries:
        uow.known.merge(FILES[file], None if into is None else FILES[into], version)
    for file, id_ in enumerate(FILES):
        assert uow.known.living(id_) == FILES[end(file)]
        assert sorted(uow.known.same(id_)) == sorted(FILES[n] for n in range(6) if end(n) == end(file))
