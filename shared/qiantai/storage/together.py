"""Work of one process that waits for the same lock goes under it together: one lock, one write, one commit.

Whoever comes first to a lock leads: it waits for the lock, and meanwhile others
join. Then each does its work in turn, on what the ones before have done, with
its own actor and answer; all of it is written and committed at once. What does
not go well takes nothing of its own into the commit and is done alone.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa

from qiantai.storage.engine import is_unsure, looking_engine
from qiantai.storage.statements import Read, Statements, Unread
from qiantai.storage.unit_of_work import SqlUnitOfWork, committing
from qiantai.uow import Context

R = TypeVar("R")
U = TypeVar("U", bound=SqlUnitOfWork)


class Done(NamedTuple, Generic[R]):
    """What a piece of work gave, committed, and whether the outbox was told anything."""

    value: R
    told: bool


@dataclass(eq=False, slots=True)
class _Job:
    """One piece of work with what it has read before it came to the lock."""

    context: Context
    work: Callable[[Any], Any]
    reads: list[Read]
    within: contextvars.Context
    """Where it was asked for: its request, its trace."""
    over: threading.Event = field(default_factory=threading.Event)
    done: Done[Any] | None = None
    error: Exception | None = None


@dataclass(eq=False, slots=True)
class _Group:
    """Those who wait for one lock; the first one leads."""

    lock: Read
    jobs: list[_Job]

    @property
    def name(self) -> str:
        """The lock as a key."""
        return f"{self.lock.text} {self.lock.values!r}"


@dataclass(eq=False, slots=True)
class _Turn:
    """Who is at it, and how many want to be."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    wanted: int = 0


class _DoesNotGo(Exception):
    """This one cannot be done together with the others."""

    def __init__(self, job: _Job) -> None:
        super().__init__()
        self.job = job


class Together(Generic[U]):
    """Goes under locks together; one for each process and database."""

    def __init__(self, engine: sa.Engine, kind: type[U]) -> None:
        self._engine = engine
        self._kind = kind
        self._looking = looking_engine(engine)
        self._gathering: dict[str, _Group] = {}
        self._turns: dict[Hashable, _Turn] = {}
        self._mutex = threading.Lock()

    def do(self, context: Context, work: Callable[[U], R]) -> Done[R] | None:
        """Return what the work gave; None where it is to be done alone, and nothing of it is saved.

        The work is called twice and has no effect but through its unit of work:
        first to look, with nothing but reads until it asks for a lock; then
        under the lock, where these reads have the same answers.
        """
        lock, job = self._look(context, work)
        if lock is None:
            return None
        group = _Group(lock, [job])
        with self._mutex:
            gathering = self._gathering.setdefault(group.name, group)
            if gathering is not group:
                gathering.jobs.append(job)
        if gathering is group:
            self._lead(group)
        else:
            job.over.wait()
        if job.error is not None:
            raise job.error
        return job.done

    @contextmanager
    def one_at_a_time(self, key: Hashable) -> Iterator[None]:
        """Let a block run once at a time for each key."""
        with self._mutex:
            turn = self._turns.setdefault(key, _Turn())
            turn.wanted += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._mutex:
                turn.wanted -= 1
                if not turn.wanted:
                    del self._turns[key]

    def dispose(self) -> None:
        """Close the connections."""
        self._looking.dispose()

    def _look(self, context: Context, work: Callable[[U], object]) -> tuple[Read | None, _Job]:
        """Let the work read until it asks for a lock; None where it does something else, or ends."""
        job = _Job(context, work, [], contextvars.copy_context())
        with self._looking.connect() as connection:
            uow = self._kind(connection, context)
            job.reads = uow.statements.only_look()
            try:
                work(uow)
            except Unread as stopped:
                return stopped.lock, job
            except Exception:  # noqa: BLE001 - alone it fails again, and says so
                return None, job
        return None, job

    def _lead(self, group: _Group) -> None:
        try:
            while group.jobs:
                try:
                    self._commit(group)
                    break
                except _DoesNotGo as one:
                    group.jobs.remove(one.job)
                    one.job.over.set()
        except Exception as error:  # noqa: BLE001 - one by one finds out whose it is
            if is_unsure(error):
                for job in group.jobs:
                    job.error = error
        finally:
            self._close(group)
            for job in group.jobs:
                job.over.set()

    def _commit(self, group: _Group) -> None:
        """Do what was asked for until the lock was there, in one transaction."""
        done: list[Done[Any]] = []
        with committing(self._engine) as connection:
            lock = group.lock
            lock.rows = Statements(connection).fetch(lock.text, lock.values)
            self._close(group)
            earlier: U | None = None
            for job in group.jobs:
                uow = self._kind(connection, job.context)
                if earlier is None:
                    uow.statements.know([*job.reads, lock])
                else:  # who does not go on from there asks for the lock again, and gets what was changed since
                    uow.statements.know(job.reads)
                    uow.follow(earlier)
                done.append(_work(job, uow))
                earlier = uow
            if earlier is not None:
                earlier.statements.send()
        for job, its in zip(group.jobs, done, strict=True):
            job.done = its

    def _close(self, group: _Group) -> None:
        """Let nobody else join."""
        with self._mutex:
            if self._gathering.get(group.name) is group:
                del self._gathering[group.name]


def _work(job: _Job, uow: SqlUnitOfWork) -> Done[Any]:
    try:
        value = job.within.run(job.work, uow)
        uow.gather()
    except Exception as error:
        if is_unsure(error):
            raise
        raise _DoesNotGo(job) from error
    return Done(value, uow.told)
