"""Work of one process about one place goes under its lock together: one lock, one write, one commit.

Whoever comes first to a place leads: it begins, and until it has its first lock
others join. Then each does its work in turn, on what the ones before have done,
with its own actor and answer; all of it is written and committed at once. What
does not go well takes nothing of its own into the commit and is done alone.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa

from qiantai.storage.engine import is_unsure
from qiantai.storage.unit_of_work import SqlUnitOfWork, committing
from qiantai.uow import Context

R = TypeVar("R")
U = TypeVar("U", bound=SqlUnitOfWork)


Ahead = Callable[[Any, Sequence[Any]], None]
"""Reads for a unit of work what several pieces of work are about, at once."""


class Done(NamedTuple, Generic[R]):
    """What a piece of work gave, committed, and whether the outbox was told anything."""

    value: R
    told: bool


@dataclass(eq=False, slots=True)
class _Job:
    """One piece of work."""

    context: Context
    work: Callable[[Any], Any]
    about: object
    within: contextvars.Context
    """Where it was asked for: its request, its trace."""
    over: threading.Event = field(default_factory=threading.Event)
    done: Done[Any] | None = None
    error: Exception | None = None


@dataclass(eq=False, slots=True)
class _Group:
    """Those who go under one lock; the first one leads."""

    place: Hashable
    ahead: Ahead
    jobs: list[_Job]

    def read_ahead(self, uow: object, *, after: int) -> int:
        """Read what those behind so many are about; returns how many there are now."""
        jobs = self.jobs[after:]
        if jobs:
            self.ahead(uow, [(job.about, job.context.now) for job in jobs])
        return after + len(jobs)


@dataclass(eq=False, slots=True)
class _Turn:
    """Who is at it, and how many want to be."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    wanted: int = 0


def _nothing(_uow: object, _abouts: Sequence[object]) -> None:
    """Read nothing ahead."""


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
        self._gathering: dict[Hashable, _Group] = {}
        self._turns: dict[Hashable, _Turn] = {}
        self._mutex = threading.Lock()

    def do(
        self,
        context: Context,
        work: Callable[[U], R],
        *,
        place: Hashable,
        about: object = None,
        ahead: Ahead = _nothing,
    ) -> Done[R] | None:
        """Return what the work gave; None where it is to be done alone, and nothing of it is saved.

        The work may be called again and has no effect but through its unit of work.
        `place`: what its lock is about, so that those who will wait for one lock are found.
        `ahead`: reads what all those who have come are `about`, in the place of each one's own read.
        """
        job = _Job(context, work, about, contextvars.copy_context())
        group = _Group(place, ahead, [job])
        with self._mutex:
            gathering = self._gathering.setdefault(place, group)
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
        """Do what was asked for until the first one had its lock, in one transaction."""
        done: list[Done[Any]] = []
        with committing(self._engine) as connection:
            earlier = self._begin(group, connection, done)
            for job in group.jobs[1:]:
                uow = self._kind(connection, job.context)
                uow.follow(earlier)
                done.append(_work(job, uow))
                earlier = uow
            earlier.statements.send()
        for job, its in zip(group.jobs, done, strict=True):
            job.done = its

    def _begin(self, group: _Group, connection: sa.Connection, done: list[Done[Any]]) -> U:
        [first, *_] = group.jobs
        uow = self._kind(connection, first.context)
        uow.statements.first_lock = lambda: self._around_lock(group, uow)
        done.append(_work(first, uow))
        self._close(group)
        return uow

    @contextmanager
    def _around_lock(self, group: _Group, uow: U) -> Iterator[None]:
        """Read for those who have come already while the lock is not held yet, for the others when it is."""
        read = group.read_ahead(uow, after=1)
        yield
        self._close(group)
        group.read_ahead(uow, after=read)

    def _close(self, group: _Group) -> None:
        """Let nobody else join."""
        with self._mutex:
            if self._gathering.get(group.place) is group:
                del self._gathering[group.place]


def _work(job: _Job, uow: SqlUnitOfWork) -> Done[Any]:
    try:
        value = job.within.run(job.work, uow)
        uow.gather()
    except Exception as error:
        if is_unsure(error):
            raise
        raise _DoesNotGo(job) from error
    return Done(value, uow.told)
