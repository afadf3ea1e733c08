"""Devices that have opened accounts before: a sealed cookie that the gateway gives at a sign-in.

It signs nobody in; it only keeps strangers' wrong passwords from closing the door to this device.
"""

from __future__ import annotations

from typing import Any

from flask import Response, after_this_request, current_app, g, request
from qiantai.ids import new_id
from qiantai.source import network_of

from device_gateway.domain.tries import COOKIE, PLACE_LASTS, Place
from device_gateway.usecases.ports import UnitOfWork

SIGNER = "device_gateway.signer"
"""Where the application keeps the function that gives its TokenSigner."""
_AUDIENCE = "qiantai-place"
_ACCOUNTS = 20
_SECONDS = int(PLACE_LASTS.total_seconds())


def place_of(staff: str, uow: UnitOfWork) -> Place:
    """Return where somebody stands who names this account."""
    device, accounts = _known(uow)
    return Place(source=network_of(g.source), device=device if staff in accounts else None)


def device_of(staff: str, uow: UnitOfWork) -> str | None:
    """Return what this browser is called, where it has opened the account before."""
    return place_of(staff, uow).device


def remember(staff: str, uow: UnitOfWork) -> None:
    """Let this device be known as one that has opened the account."""
    device, accounts = _known(uow)
    claims = {"device": device or new_id(), "accounts": [staff, *(one for one in accounts if one != staff)][:_ACCOUNTS]}
    sealed = current_app.extensions[SIGNER]().seal(_AUDIENCE, claims, now=uow.now.timestamp(), seconds=_SECONDS)

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(
            COOKIE, sealed, max_age=_SECONDS, path="/api/gateway", secure=g.secure, httponly=True, samesite="Strict"
        )
        return response


def _known(uow: UnitOfWork) -> tuple[str | None, list[str]]:
    sealed = request.cookies.get(COOKIE)
    if not sealed:
        return None, []
    claims: dict[str, Any] = current_app.extensions[SIGNER]().opened(_AUDIENCE, sealed, now=uow.now.timestamp())
    return claims.get("device"), claims.get("accounts", [])
