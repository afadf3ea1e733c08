"""Branches, staff accounts and sign-in (G8)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qiantai import codes
from qiantai.actors import EVERYWHERE
from qiantai.both import Both
from qiantai.contracts.receiver import CONSULTANT, DEPARTMENT, ONLINE, SUPERVISOR
from qiantai.editions import edits
from qiantai.errors import Stale
from qiantai.sessions import Session
from qiantai.zones import zone_named

from device_gateway.domain.door import (
    SCREEN_LASTS,
    Branch,
    Staff,
    changed,
    check_gift,
    ends_sessions,
)
from device_gateway.domain.errors import (
    AccountClosed,
    AccountsPassword,
    NoSuchBranch,
    OwnPassword,
    SessionOver,
    TooManyTries,
    UnknownStaff,
    UnknownTimezone,
    WeakPassword,
)
from device_gateway.domain.passwords import check_password
from device_gateway.domain.tries import Limit, Place, Tries, closed_for, every_gate, gates, one_more
from device_gateway.usecases import board, facts
from device_gateway.usecases.ports import UnitOfWork

_A_ZONE = Both("an IANA name such as Asia/Shanghai", "请用 IANA 名称，例如 Asia/Shanghai。")
_NO_BRANCH = Both("there is no branch {branch}", "没有门店 {branch}。")
_NEW_ONE = Both("take another than the present one", "请换一个与现在不同的密码。")
_NEEDS_ONE = Both("a new account needs one", "新账号需要设置密码。")


@dataclass(frozen=True, slots=True, kw_only=True)
class PutStaff:
    """An account as it shall be; what is None stays as it is.

    version: which version of the account is changed, None where it is new. lasting: the password need not be changed.
    """

    staff: str
    name: str
    roles: tuple[str, ...]
    branches: tuple[str, ...]
    active: bool | None = None
    password: str | None = None
    lasting: bool = False
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBranch:
    """A branch as it shall be; without `active` it stays open or closed; `version` as with PutStaff."""

    code: str
    name_zh: str
    name_en: str
    timezone: str
    currency: str
    active: bool | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Somebody at the door."""

    staff: str
    password: str
    place: Place


def put_branch(command: PutBranch, uow: UnitOfWork) -> Branch:
    """Make or change a branch and tell the others; without a change nothing is told.

    Raises CodeReserved, CodeTaken, UnknownTimezone, Stale, VersionMissing.
    """
    uow.actor.must_work_in(command.code)
    codes.refuse_reserved(command.code, field="branch")
    zone = zone_named(command.timezone)
    if zone is None:
        raise UnknownTimezone(fields={"timezone": _A_ZONE})
    before = uow.branches.lock(command.code)
    after = Branch(
        code=command.code,
        name_zh=command.name_zh,
        name_en=command.name_en,
        timezone=zone,
        currency=command.currency,
        active=_stays(command.active, before),
        version=(before.version if before else 0) + 1,
    )
    if before is not None and not _edits(command.version, before, after):
        return before
    uow.branches.save(after)
    uow.outbox.append(facts.branch_changed(after), version=after.version)
    return after


def put_staff(command: PutStaff, uow: UnitOfWork) -> Staff:
    """Make or change an account and tell the others.

    Raises CodeReserved, CodeTaken, NoSuchRole, NotYoursToGive, NoSuchBranch, AccountsPassword, OwnPassword,
    WeakPassword, Stale, VersionMissing.
    """
    before = uow.staff.lock(command.staff)
    if before is None:
        _refuse_no_name(command.staff)
    hash_ = _password_of(command, before, uow)
    set_anew = hash_ != (before.password_hash if before else "")
    after = Staff(
        id=command.staff,
        name=command.name,
        roles=_ordered(command.roles),
        branches=_ordered(command.branches),
        active=_stays(command.active, before),
        password_hash=hash_,
        must_change=not command.lasting if set_anew else before is not None and before.must_change,
        generation=before.generation if before else 1,
        version=(before.version if before else 0) + 1,
    )
    check_gift(uow.actor, before, after)
    _refuse_no_branch(command.branches, before, uow)
    if before is not None:
        if not _edits(command.version, before, after):
            return before
        if ends_sessions(before, after):
            after = replace(after, generation=before.generation + 1)
    elif command.version is not None:
        raise Stale
    uow.note(roles=after.roles, branches=after.branches, active=after.active, password_set=set_anew)
    uow.staff.save(after)
    if set_anew:
        uow.staff.forget_tries(after.id)
        uow.pins.forget(after.id)
    uow.outbox.append(facts.staff_changed(after), version=after.version)
    if before is None or before.name != after.name:
        board.staff_renamed(after.id, uow)
    return after


def _refuse_no_branch(given: Sequence[str], before: Staff | None, uow: UnitOfWork) -> None:
    """A branch that is given newly is there, open or closed; every branch is `*`."""
    fresh = {branch for branch in given if branch != EVERYWHERE} - set(before.branches if before else ())
    there = {branch.code for branch in uow.branches.all(scope=sorted(fresh))} if fresh else set()
    wrong = {
        f"branches.{place}": _NO_BRANCH.format(branch=branch)
        for place, branch in enumerate(given)
        if branch in fresh - there
    }
    if wrong:
        raise NoSuchBranch(fields=wrong)


_NO_NAMES = codes.RESERVED - {"service"} | {CONSULTANT, DEPARTMENT, ONLINE, SUPERVISOR}
"""What is read as something else where an account's name may stand; a service's own name has a colon."""


def _refuse_no_name(staff: str) -> None:
    if staff.lower() in _NO_NAMES:
        raise codes.CodeReserved(fields={"staff": codes.MEANS_ELSE.format(code=staff)})


def sign_in(command: SignIn, uow: UnitOfWork) -> Staff | None:
    """Check name and password: the account, or None for a wrong one, which is counted and not raised.

    An unknown name is treated as a known one. Raises TooManyTries, TooBusy.
    """
    found = uow.staff.tries(every_gate(command.staff, command.place))
    closing = gates(command.staff, command.place, found.get((command.staff, command.place.source)), uow.now)
    for name, source, limit in closing:  # first without a lock and without a turn: a flood is turned away quickly
        _must_be_open(found.get((name, source)), limit, uow)
    with uow.passwords.turn(known=command.place.device is not None):
        counted = [uow.staff.lock_tries(name, source) for name, source, _ in closing]
        for tries, (_, _, limit) in zip(counted, closing, strict=True):
            _must_be_open(tries, limit, uow)
        account = uow.staff.get(command.staff)
        fits = uow.passwords.fits(command.password, account.password_hash if account else None)
    uow.note(staff=command.staff, source=command.place.source, outcome="signed in")
    if account is not None and account.active and fits:
        for source in {command.place.source, counted[0].source}:
            uow.staff.save_tries(replace(uow.staff.lock_tries(account.id, source), wrong=0, opened_at=uow.now))
        return account
    closed = False
    for tries, (_, _, limit) in zip(counted, closing, strict=True):
        more = one_more(tries, limit, uow.now)
        uow.staff.save_tries(more)
        closed = closed or more.wrong == limit.tries
    if closed:
        uow.note(outcome="too many wrong passwords")
    else:
        uow.not_audited()
    return None


def _must_be_open(tries: Tries | None, limit: Limit, uow: UnitOfWork) -> None:
    left = closed_for(tries, limit, uow.now) if tries is not None else None
    if left is not None:
        raise TooManyTries(facts={"retry_after": math.ceil(left.total_seconds())})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Somebody who knows the present password of an account takes another."""

    staff: str
    password: str
    new_password: str
    place: Place


def change_password(command: ChangePassword, uow: UnitOfWork) -> Staff | None:
    """Take another password, with the present one; every session ends, and who changed it is signed in.

    A wrong password is None and counts as a wrong sign-in. Raises WeakPassword, Stale, TooManyTries, TooBusy.
    """
    account = sign_in(SignIn(staff=command.staff, password=command.password, place=command.place), uow)
    if account is None:
        return None
    check_password(command.new_password, staff=account.id, name=account.name)
    if command.new_password == command.password:
        raise WeakPassword(fields={"password": _NEW_ONE})
    uow.note(outcome="password changed")
    if uow.staff.lock(account.id) != account:
        raise Stale
    hash_ = uow.passwords.hash(command.new_password)
    uow.pins.forget(account.id)
    return _end_all(replace(account, password_hash=hash_, must_change=False), uow)


def renew(session: Session, uow: UnitOfWork) -> Staff:
    """Return the account of a session that may go on, with the rights it has now.

    Raises AccountClosed, SessionOver.
    """
    account = uow.staff.get(uow.actor.id)
    if account is None or not account.active:
        raise AccountClosed
    if uow.now.timestamp() >= session.began + account.session_lasts.total_seconds():
        raise SessionOver
    return account


def sign_out(session: Session, uow: UnitOfWork) -> None:
    """End this session."""
    if session.id is not None:
        uow.staff.end_session(session.id, uow.now + SCREEN_LASTS)


def sign_out_everywhere(uow: UnitOfWork) -> None:
    """End every session of who asks."""
    account = uow.staff.lock(uow.actor.id)
    if account is not None:
        _end_all(account, uow)


def sign_out_staff(staff: str, uow: UnitOfWork) -> Staff:
    """End every session of an account that one may change. Raises UnknownStaff, NotYoursToGive."""
    account = uow.staff.lock(staff)
    if account is None:
        raise UnknownStaff
    check_gift(uow.actor, account, account)
    return _end_all(account, uow)


def _end_all(account: Staff, uow: UnitOfWork) -> Staff:
    after = replace(account, generation=account.generation + 1, version=account.version + 1)
    uow.staff.save(after)
    uow.outbox.append(facts.staff_changed(after), version=after.version)
    return after


def _password_of(command: PutStaff, before: Staff | None, uow: UnitOfWork) -> str:
    """Return the hash that the account shall have."""
    if command.password is None:
        if before is None:
            raise AccountsPassword(fields={"password": _NEEDS_ONE})
        return before.password_hash
    if command.staff == uow.actor.id:
        raise OwnPassword
    if before is not None and uow.passwords.fits(command.password, before.password_hash):
        return before.password_hash
    check_password(command.password, staff=command.staff, name=command.name)
    return uow.passwords.hash(command.password)


def _stays(active: bool | None, before: Branch | Staff | None) -> bool:
    if active is not None:
        return active
    return True if before is None else before.active


def _edits(version: int | None, before: Branch | Staff, after: Branch | Staff) -> bool:
    """Say whether this is a change, of the version that was loaded. Raises Stale, VersionMissing."""
    return edits(version, before.version, changes=changed(before, after))


def _ordered(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))
