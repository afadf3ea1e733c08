"""Branches, staff accounts and passwords on PostgreSQL."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from qiantai.actors import EVERYWHERE, Actor
from qiantai.clock import HOME_ZONE
from qiantai.codes import refuse_twin
from qiantai.sessions import Session, Sessions
from qiantai.storage.locks import hold
from qiantai.storage.scope import in_scope
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from device_gateway.domain.door import Branch, Staff, admitted
from device_gateway.domain.errors import TooBusy
from device_gateway.domain.tries import Tries
from device_gateway.storage import tables as t
from device_gateway.usecases.ports import Branches, Passwords, StaffAccounts

_BRANCH = ("code", "name_zh", "name_en", "timezone", "currency", "active", "version")
_STAFF = ("id", "name", "roles", "branches", "active", "password_hash", "must_change", "generation", "version")
_TRIES = ("name", "source", "wrong", "last_at", "opened_at")
_AT_ONCE = 2
_TURNS = {known: threading.BoundedSemaphore(_AT_ONCE) for known in (False, True)}
"""A process's: a flood of strangers takes neither all threads nor all processors, nor the turns of known devices."""
_NICE = 10
"""How much the thread for strangers' passwords gives way, of 19."""
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


class SqlBranches(Branches):
    """Branches by code."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def lock(self, code: str) -> Branch | None:
        hold(self._connection, f"branch:{code.lower()}")  # a row that is not there yet cannot be locked
        same = sa.func.lower(t.branch.c.code) == code.lower()
        exact_first = (t.branch.c.code == code).desc()
        row = self._connection.execute(sa.select(t.branch).where(same).order_by(exact_first).with_for_update()).first()
        refuse_twin(code, row.code if row else None)
        return None if row is None else Branch(**row._mapping)

    @override
    def save(self, branch: Branch) -> None:
        values = {name: getattr(branch, name) for name in _BRANCH}
        self._connection.execute(
            insert(t.branch).values(**values).on_conflict_do_update(index_elements=["code"], set_=values)
        )

    @override
    def timezone(self, code: str) -> str:
        found = self._connection.scalar(sa.select(t.branch.c.timezone).where(t.branch.c.code == code))
        return HOME_ZONE if found is None else str(found)

    @override
    def known(self, code: str) -> bool:
        query = sa.select(sa.exists().where(t.branch.c.code == code) | sa.exists().where(t.sequence.c.branch == code))
        return bool(self._connection.scalar(query))

    @override
    def all(
        self, *, scope: Sequence[str] | None = None, after: str | None = None, limit: int | None = None
    ) -> Sequence[Branch]:
        query = sa.select(t.branch).where(in_scope(t.branch.c.code, scope)).order_by(t.branch.c.code).limit(limit)
        if after is not None:
            query = query.where(t.branch.c.code > after)
        return [Branch(**row._mapping) for row in self._connection.execute(query)]


class SqlStaff(StaffAccounts):
    """Staff accounts by name."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def get(self, id_: str) -> Staff | None:
        return self._one(sa.select(t.staff).where(t.staff.c.id == id_))

    @override
    def lock(self, id_: str) -> Staff | None:
        hold(self._connection, f"staff:{id_.lower()}")  # a row that is not there yet cannot be locked
        same = sa.func.lower(t.staff.c.id) == id_.lower()
        exact_first = (t.staff.c.id == id_).desc()
        found = self._one(sa.select(t.staff).where(same).order_by(exact_first).limit(1).with_for_update())
        refuse_twin(id_, found.id if found else None, field="staff")
        return found

    @override
    def save(self, staff: Staff) -> None:
        values = {name: getattr(staff, name) for name in _STAFF}
        values.update(roles=list(staff.roles), branches=list(staff.branches))
        self._connection.execute(
            insert(t.staff).values(**values).on_conflict_do_update(index_elements=["id"], set_=values)
        )

    @override
    def all(
        self, *, scope: Sequence[str] | None = None, after: str | None = None, limit: int | None = None
    ) -> Sequence[Staff]:
        query = sa.select(t.staff).order_by(t.staff.c.id).limit(limit)
        if scope is not None:
            query = query.where(t.staff.c.branches.overlap([*scope, EVERYWHERE]))
        if after is not None:
            query = query.where(t.staff.c.id > after)
        return [_staff(row) for row in self._connection.execute(query)]

    @override
    def end_session(self, id_: str, until: datetime) -> None:
        self._connection.execute(insert(t.ended_session).values(id=id_, until=until).on_conflict_do_nothing())

    @override
    def has_ended(self, session: str) -> bool:
        return bool(self._connection.scalar(sa.select(sa.exists().where(t.ended_session.c.id == session))))

    @override
    def tries(self, places: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Tries]:
        c = t.sign_in_try.c
        query = sa.select(t.sign_in_try).where(sa.tuple_(c.name, c.source).in_(places))
        return {(row.name, row.source): Tries(**row._mapping) for row in self._connection.execute(query)}

    @override
    def lock_tries(self, name: str, source: str) -> Tries:
        new = insert(t.sign_in_try).values(name=name, source=source, wrong=0)
        same = new.on_conflict_do_update(index_elements=["name", "source"], set_={"name": new.excluded.name})
        return Tries(**self._connection.execute(same.returning(t.sign_in_try)).one()._mapping)

    @override
    def save_tries(self, tries: Tries) -> None:
        values = {name: getattr(tries, name) for name in _TRIES}
        self._connection.execute(
            insert(t.sign_in_try).values(**values).on_conflict_do_update(index_elements=["name", "source"], set_=values)
        )

    @override
    def forget_tries(self, name: str) -> None:
        self._connection.execute(sa.update(t.sign_in_try).where(t.sign_in_try.c.name == name).values(wrong=0))

    def _one(self, query: sa.Select[tuple[object, ...]]) -> Staff | None:
        row = self._connection.execute(query).first()
        return None if row is None else _staff(row)


class LiveAccounts(Sessions):
    """Sessions of the accounts as they are at this moment."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @override
    def live(self, session: Session) -> Actor:
        with self._engine.begin() as connection:
            staff = SqlStaff(connection)
            account = staff.get(session.actor.id)
            ended = session.id is not None and staff.has_ended(session.id)
        return admitted(session, account, ended=ended)


class Argon2Passwords(Passwords):
    """argon2id with the parameters that OWASP names for many simultaneous sign-ins: 19 MiB, two passes.

    Strangers' are checked one after the other by a thread that gives way to all others.
    """

    def __init__(self) -> None:
        self._gives_way = False

    @override
    @contextmanager
    def turn(self, *, known: bool) -> Iterator[None]:
        if not _TURNS[known].acquire(blocking=False):
            raise TooBusy(facts={"retry_after": 1})
        self._gives_way = not known
        try:
            yield
        finally:
            self._gives_way = False
            _TURNS[known].release()

    @override
    def hash(self, password: str) -> str:
        return _HASHER.hash(password)

    @override
    def fits(self, password: str, hash_: str | None) -> bool:
        if self._gives_way:
            return _patient().submit(_fits, password, hash_).result()
        return _fits(password, hash_)


def _fits(password: str, hash_: str | None) -> bool:
    nobodys = _nobodys()  # always made first, so that the first answer takes as long for everybody
    try:
        _HASHER.verify(hash_ or nobodys, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(hash_)


@cache
def _patient() -> ThreadPoolExecutor:
    """Return the process's one thread for strangers' passwords."""
    return ThreadPoolExecutor(1, "strangers-passwords", initializer=_give_way)


def _give_way() -> None:
    if sys.platform == "linux":  # where a thread has a priority of its own
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(_NICE, os.getpriority(os.PRIO_PROCESS, thread)))


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


def _staff(row: sa.Row[tuple[object, ...]]) -> Staff:
    values = dict(row._mapping)
    return Staff(**{**values, "roles": tuple(values["roles"]), "branches": tuple(values["branches"])})
