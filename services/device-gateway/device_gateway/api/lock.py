"""The lock of a screen over HTTP: set a PIN, take it off, unlock (G8)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response
from qiantai import permissions
from qiantai.both import Both
from qiantai.sessions import SessionEnded
from qiantai.web import problems
from qiantai.web.fields import Body, Exactly
from qiantai.web.routes import Routes

from device_gateway.api.places import device_of
from device_gateway.api.signed import SignedIn, SignedInView, locked, signed
from device_gateway.domain.errors import WrongPin
from device_gateway.domain.pins import LONGEST, SHORTEST
from device_gateway.usecases.lock import give_up, set_pin, unlock
from device_gateway.usecases.ports import UnitOfWork

routes = Routes("lock", about="The lock of a screen (G8)")

_DIGITS = Exactly(
    rf"[0-9]{{{SHORTEST},{LONGEST}}}",
    Both("A PIN has {least} to {most} digits.", "PIN 为 {least} 到 {most} 位数字。").format(
        least=SHORTEST, most=LONGEST
    ),
)


class PinBody(Body):
    """A PIN of 4 to 8 digits."""

    pin = ma.fields.String(required=True, load_only=True, validate=_DIGITS)


class TicketBody(Body):
    """The ticket of a session whose screen is locked, or whose token has expired."""

    ticket = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 4000))


class UnlockBody(PinBody, TicketBody):
    """The PIN of this device, and the ticket of the session that shall go on."""


@routes.write("PUT", "/pin", may=permissions.SIGNED_IN, body=PinBody, status=204, repeatable=False)
def write_pin(uow: UnitOfWork, body: dict[str, Any]) -> None:
    """Let a PIN open one's own locked screen on this device, while the session goes on; weak ones are refused."""
    set_pin(body["pin"], device_of(uow.actor.id, uow), uow)


@routes.write("DELETE", "/pin", may=permissions.SIGNED_IN, status=204, repeatable=False)
def forget_pin(uow: UnitOfWork) -> None:
    """Have no PIN on this device any more: a locked screen then needs the password."""
    uow.pins.forget(uow.actor.id, device_of(uow.actor.id, uow) or "")


@routes.write("POST", "/unlock", may=permissions.PUBLIC, body=UnlockBody, returns=SignedInView, repeatable=False)
def go_on(uow: UnitOfWork, body: dict[str, Any]) -> SignedIn | Response:
    """Go on with a session whose screen was locked: a fresh token for its ticket and the PIN.

    After five wrong PINs the session ends and the PIN is gone: one signs in again.
    """
    session = locked(body["ticket"], uow)
    if session is None:
        raise SessionEnded
    found = unlock(body["pin"], session, uow)
    if found == 0:  # a refusal that is raised would undo the count
        return problems.of_refusal(SessionEnded())
    if isinstance(found, int):
        return problems.of_refusal(WrongPin(facts={"left": found}))
    return signed(found, uow, began=session.began, session=session.session)


@routes.write("POST", "/give-up", may=permissions.PUBLIC, body=TicketBody, status=204, repeatable=False)
def leave_locked(uow: UnitOfWork, body: dict[str, Any]) -> None:
    """End the session of a locked screen by its ticket: somebody else will sign in there; one that is over stays so."""
    session = locked(body["ticket"], uow)
    if session is not None:
        give_up(session, uow)
