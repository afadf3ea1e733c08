"""Branches, staff accounts and sign-in (G8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from qiantai.clock import is_timezone
from qiantai.contracts import CHAIN

from device_gateway.domain.door import Branch, Staff, changed, check_gift, still_counting, wait_after
from device_gateway.domain.errors import AccountClosed, AccountsPassword, GatewayError
from device_gateway.usecases import board, facts
from device_gateway.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PutStaff:
    """An account as it shall be; without a password the present one stays."""

    staff: str
    name: str
    roles: tuple[str, ...]
    branches: tuple[str, ...]
    active: bool = True
    password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Somebody at the door."""

    staff: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of a sign-in: an account, a wrong answer, or a lock with the time that it lasts."""

    account: Staff | None = None
    locked_for: timedelta | None = None


def put_branch(branch: Branch, uow: UnitOfWork) -> Branch:
    """Make or change a branch and tell the others; without a change nothing is told. Raises GatewayError."""
    uow.actor.must_work_in(branch.code)
    if branch.code == CHAIN:
        raise GatewayError("This code means the whole chain.", fields={"branch": "take another code"})
    if not is_timezone(branch.timezone):
        raise GatewayError("The time zone is not known.", fields={"timezone": "an IANA name such as Asia/Shanghai"})
    before = uow.branches.lock(branch.code)
    if not changed(before, branch):
        return before or branch
    after = replace(branch, version=(before.version if before else 0) + 1)
    uow.branches.save(after)
    uow.outbox.append(facts.branch_changed(after), version=after.version)
    return after


def put_staff(command: PutStaff, uow: UnitOfWork) -> Staff:
    """Make or change an account and tell the others.

    Raises GatewayError, NotYoursToGive, AccountsPassword.
    """
    before = uow.staff.lock(command.staff)
    hash_ = before.password_hash if before else ""
    if command.password is not None:
        if not (before and uow.passwords.fits(command.password, before.password_hash)):
            hash_ = uow.passwords.hash(command.password)
    elif before is None:
        raise AccountsPassword(fields={"password": "a new account needs one"})
    after = Staff(
        id=command.staff,
        name=command.name,
        roles=_ordered(command.roles),
        branches=_ordered(command.branches),
        active=command.active,
        password_hash=hash_,
        version=(before.version if before else 0) + 1,
    )
    check_gift(uow.actor, before, after)
    if before is not None and not changed(before, after):
        return before
    uow.note(
        roles=after.roles,
        branches=after.branches,
        active=after.active,
        password_set=hash_ != (before.password_hash if before else ""),
    )
    uow.staff.save(after)
    uow.staff.save_failures(after.id, ())
    uow.outbox.append(facts.staff_changed(after), version=after.version)
    if before is None or before.name != after.name:
        board.staff_renamed(after.id, uow)
    return after


def sign_in(command: SignIn, uow: UnitOfWork) -> Attempt:
    """Check name and password; a wrong one is counted, and too many lock the name for a while.

    Returns instead of raising, so that the count is saved. An unknown name is treated as a known one.
    """
    failures = still_counting(uow.staff.failures(command.staff), uow.now)
    locked_for = wait_after(failures, uow.now)
    if locked_for is not None:
        uow.note(staff=command.staff, outcome="locked")
        return Attempt(locked_for=locked_for)
    account = uow.staff.get(command.staff)
    fits = uow.passwords.fits(command.password, account.password_hash if account else None)
    if account is None or not account.active or not fits:
        uow.staff.save_failures(command.staff, (*failures, uow.now))
        uow.note(staff=command.staff, outcome="wrong")
        return Attempt()
    if failures:
        uow.staff.save_failures(command.staff, ())
    uow.note(staff=command.staff, outcome="signed in")
    return Attempt(account=account)


def renew(uow: UnitOfWork) -> Staff:
    """Return the account of who asks, with the rights it has now. Raises AccountClosed."""
    account = uow.staff.get(uow.actor.id)
    if account is None or not account.active:
        raise AccountClosed
    return account


def _ordered(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))
