"""Work that waits for one lock goes under it together, and what does not go well leaves the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from qiantai import clock
from qiantai.actors import Actor
from qiantai.storage.engine import engine_for
from qiantai.storage.together import Ahead, Done, Together
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.testing import example
from qiantai.testing.databases import Databases
from qiantai.uow import Context

_TAKE = "SELECT number FROM turn WHERE id = :id FOR UPDATE"
_MOVE = "UPDATE turn SET number = :number WHERE id = :id"
_READ = "SELECT word FROM slip WHERE id = :id"
_asked_for: ContextVar[str] = ContextVar("asked_for")

Work = Callable[[SqlUnitOfWork], Any]


@pytest.fixture
def engine(databases: Databases) -> Iterator[sa.Engine]:
    url = example.prepare(databases.admin_url, "together")[example.LISTENER]
    made, owner = engine_for(url, pool=8), engine_for(databases.owner_of(url), pool=1)
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS turn, slip")
        connection.exec_driver_sql("CREATE TABLE turn (id int PRIMARY KEY, number int)")
        connection.exec_driver_sql("CREATE TABLE slip (id int PRIMARY KEY, turn int, by text)")
        connection.exec_driver_sql("INSERT INTO turn VALUES (1, 0), (2, 0)")
    owner.dispose()
    yield made
    made.dispose()


@pytest.fixture
def together(engine: sa.Engine) -> Together[SqlUnitOfWork]:
    return Together(engine, SqlUnitOfWork)


def _slip(number: int, *, turn: int = 1, then: Work | None = None) -> Work:
    """Return work that takes the next turn for a slip, and then perhaps something else."""

    def work(uow: SqlUnitOfWork) -> int:
        [row] = uow.statements.fetch(_TAKE, {"id": turn})
        uow.statements.insert_later("slip", [{"id": number, "turn": row.number, "by": uow.actor.id}])
        if then is not None:
            then(uow)
        uow.statements.update_later("turn", _MOVE, {"id": turn, "number": row.number + 1})
        return int(row.number)

    return work


def _context(actor: int) -> Context:
    return Context(actor=Actor(id=f"desk-{actor}", name="d"), now=clock.now())


class _Desks:
    """Desks that come while somebody else holds the first turn, so that they all wait for it."""

    def __init__(self, engine: sa.Engine, together: Together[SqlUnitOfWork]) -> None:
        self._engine = engine
        self._together = together
        self._ahead: Ahead = lambda _uow, _abouts: None
        self.got: dict[int, Done[Any] | Exception | None] = {}

    def come(self, *works: Work, ahead: Ahead | None = None) -> dict[int, Done[Any] | Exception | None]:
        """Return what each one got, by its place from 1 on."""
        self._ahead = ahead or self._ahead
        threads = [threading.Thread(target=self._one, args=given) for given in enumerate(works, start=1)]
        with self._engine.begin() as other:
            other.exec_driver_sql("SELECT * FROM turn WHERE id = 1 FOR UPDATE")
            for thread in threads:
                thread.start()
                self._until_it_waits(threads.index(thread) + 1)
        for thread in threads:
            thread.join(timeout=30)
        return self.got

    def _one(self, place: int, work: Work) -> None:
        _asked_for.set(f"request {place}")
        try:
            self.got[place] = self._together.do(_context(place), work, place=1, about=place, ahead=self._ahead)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.got[place] = error

    def _until_it_waits(self, count: int) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            groups = list(self._together._gathering.values())
            if sum(len(group.jobs) for group in groups) + len(self.got) >= count:
                return
            time.sleep(0.002)
        raise AssertionError(f"desk {count} has not come to the lock")


@pytest.fixture
def desks(engine: sa.Engine, together: Together[SqlUnitOfWork]) -> _Desks:
    return _Desks(engine, together)


def _saved(engine: sa.Engine) -> list[tuple[int, int, str]]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT id, turn, by FROM slip ORDER BY turn, id")]


def _transactions(engine: sa.Engine) -> int:
    with engine.begin() as connection:
        return int(connection.exec_driver_sql("SELECT count(DISTINCT xmin::text) FROM slip").scalar_one())


def test_each_gets_its_own_turn_and_answer_and_all_are_one_commit(engine: sa.Engine, desks: _Desks) -> None:
    got = desks.come(*(_slip(number) for number in range(1, 6)))
    assert got == {number: Done(number - 1, told=False) for number in range(1, 6)}
    assert _saved(engine) == [(number, number - 1, f"desk-{number}") for number in range(1, 6)]
    assert _transactions(engine) == 1


def test_each_works_within_what_it_was_asked_for(desks: _Desks) -> None:
    seen: dict[str, str] = {}

    def note(uow: SqlUnitOfWork) -> None:
        seen[uow.actor.id] = _asked_for.get()

    desks.come(*(_slip(number, then=note) for number in range(1, 4)))
    assert seen == {f"desk-{number}": f"request {number}" for number in range(1, 4)}


def test_one_that_is_refused_leaves_the_others(engine: sa.Engine, desks: _Desks) -> None:
    def refuse(uow: SqlUnitOfWork) -> None:
        uow.statements.send()  # also what was sent already is taken back
        raise ValueError("refused")

    got = desks.come(_slip(1), _slip(2, then=refuse), _slip(3))
    assert got == {1: Done(0, told=False), 2: None, 3: Done(1, told=False)}
    assert _saved(engine) == [(1, 0, "desk-1"), (3, 1, "desk-3")]
    assert _transactions(engine) == 1


def test_the_first_one_may_be_refused_too(engine: sa.Engine, desks: _Desks) -> None:
    def refuse(_: SqlUnitOfWork) -> None:
        raise ValueError("refused")

    assert desks.come(_slip(1, then=refuse), _slip(2)) == {1: None, 2: Done(0, told=False)}
    assert _saved(engine) == [(2, 0, "desk-2")]


def test_a_commit_that_fails_leaves_each_to_be_done_alone(engine: sa.Engine, desks: _Desks) -> None:
    assert desks.come(_slip(1), _slip(7), _slip(7)) == {1: None, 2: None, 3: None}
    assert _saved(engine) == []


def test_when_the_database_is_lost_everybody_is_told_and_nobody_does_it_again(engine: sa.Engine, desks: _Desks) -> None:
    def lose(uow: SqlUnitOfWork) -> None:
        [row] = uow.statements.fetch("SELECT pg_backend_pid() AS pid", {})
        with engine.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": row.pid})

    got = desks.come(_slip(1), _slip(2, then=lose), _slip(3))
    assert all(isinstance(one, sa.exc.DBAPIError) for one in got.values()), got
    assert _saved(engine) == []


def test_those_who_wait_for_different_locks_do_not_wait_for_one_another(
    engine: sa.Engine, together: Together[SqlUnitOfWork]
) -> None:
    with engine.begin() as other:
        other.exec_driver_sql("SELECT * FROM turn WHERE id = 1 FOR UPDATE")
        assert together.do(_context(1), _slip(1, turn=2), place=2) == Done(0, told=False)


def test_what_they_are_about_is_read_for_all_who_came_at_once(engine: sa.Engine, desks: _Desks) -> None:
    asked: list[tuple[str, list[object]]] = []

    def ahead(uow: SqlUnitOfWork, abouts: Sequence[tuple[object, datetime]]) -> None:
        asked.append((uow.actor.id, [about for about, _ in abouts]))

    desks.come(*(_slip(number) for number in range(1, 5)), ahead=ahead)
    assert [about for _, abouts in asked for about in abouts] == [2, 3, 4], "each once"
    assert len(asked) <= 2, "those who were there before the lock, and those who came while it was waited for"
    assert {actor for actor, _ in asked} == {"desk-1"}, "by the one who leads"
    assert _transactions(engine) == 1


def _write_later(uow: SqlUnitOfWork) -> None:
    uow.statements.insert_later("slip", [{"id": 1, "turn": 0, "by": "x"}])
    uow.statements.fetch(_TAKE, {"id": 1})


def _write_by_the_connection(uow: SqlUnitOfWork) -> None:
    uow.connection.exec_driver_sql("INSERT INTO slip VALUES (1, 0, 'x')")
    uow.statements.fetch(_TAKE, {"id": 1})


def _lock_nothing(uow: SqlUnitOfWork) -> None:
    uow.statements.insert_later("slip", [{"id": 1, "turn": 0, "by": "x"}])


@pytest.mark.parametrize("work", [_write_later, _write_by_the_connection, _lock_nothing])
def test_work_that_writes_before_its_lock_or_takes_none_is_saved_too(
    work: Work, engine: sa.Engine, together: Together[SqlUnitOfWork]
) -> None:
    assert together.do(_context(1), work, place=1) is not None
    assert _saved(engine) == [(1, 0, "x")]
    assert not together._gathering


def test_one_at_a_time(together: Together[SqlUnitOfWork]) -> None:
    inside: list[str] = []

    def second() -> None:
        with together.one_at_a_time("key"):
            inside.append("second")

    with together.one_at_a_time("key"):
        thread = threading.Thread(target=second)
        thread.start()
        with together.one_at_a_time("another key"):
            time.sleep(0.05)
        inside.append("first")
    thread.join()
    assert inside == ["first", "second"]
    assert not together._turns
