"""The lock of a screen: a PIN for this device, and a session that goes on with it (G8)."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.sessions import Session, SessionEnded

from device_gateway.domain.door import SCREEN_LASTS, Staff, admitted
from device_gateway.domain.errors import NoPin, SessionOver, UnknownDevice
from device_gateway.domain.pins import WRONG_PINS, Pin, check_pin, wrong_once_more
from device_gateway.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A session whose screen is locked, as its ticket tells, and the device that it is on."""

    staff: str
    session: str
    generation: int
    began: float
    device: str | None


def set_pin(pin: str, device: str | None, uow: UnitOfWork) -> None:
    """Let a PIN open this account's locked screens on a device. Raises WeakPin, UnknownDevice."""
    check_pin(pin)
    if device is None:
        raise UnknownDevice
    uow.note(outcome="PIN set")
    uow.pins.save(Pin(staff=uow.actor.id, device=device, hash=uow.passwords.hash(pin), used_at=uow.now))


def unlock(pin: str, locked: Locked, uow: UnitOfWork) -> Staff | int:
    """Check a PIN: the account whose session goes on, or how many tries are left; with none the session has ended.

    A wrong one is counted and not raised. Raises NoPin, AccountClosed, SessionEnded, SessionOver, TooBusy.
    """
    account = _going_on(locked, uow)
    kept = uow.pins.lock(account.id, locked.device) if locked.device else None
    if kept is None:
        raise NoPin
    with uow.passwords.turn(known=True):
        fits = uow.passwords.fits(pin, kept.hash)
    uow.note(staff=account.id, outcome="unlocked")
    if fits:
        uow.pins.save(Pin(staff=account.id, device=kept.device, hash=kept.hash, used_at=uow.now))
        return account
    more = wrong_once_more(kept)
    if more is not None:
        uow.pins.save(more)
        uow.not_audited()
        return WRONG_PINS - more.wrong
    uow.note(outcome="too many wrong PINs")
    uow.pins.forget(account.id, kept.device)
    uow.staff.end_session(locked.session, uow.now + SCREEN_LASTS)
    return 0


def give_up(locked: Locked, uow: UnitOfWork) -> None:
    """End a session without its token, where its screen is left to somebody else."""
    uow.note(staff=locked.staff, outcome="session given up")
    uow.staff.end_session(locked.session, uow.now + SCREEN_LASTS)


def _going_on(locked: Locked, uow: UnitOfWork) -> Staff:
    account = uow.staff.get(locked.staff)
    if account is None:
        raise SessionEnded
    ends = locked.began + account.session_lasts.total_seconds()
    session = Session(
        actor=account.actor, began=locked.began, expires=ends, id=locked.session, generation=locked.generation
    )
    admitted(session, account, ended=uow.staff.has_ended(locked.session))
    if uow.now.timestamp() >= ends:
        raise SessionOver
    return account
