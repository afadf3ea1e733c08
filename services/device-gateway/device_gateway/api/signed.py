"""The answer to whoever has signed in: a token, and what opens the screen again when it was locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from qiantai import permissions
from qiantai.web.views import view_of

from device_gateway.api.places import SIGNER, device_of
from device_gateway.domain.door import TOKEN_LASTS, Staff
from device_gateway.usecases.lock import Locked
from device_gateway.usecases.ports import UnitOfWork

LOCKS_AFTER = "device_gateway.locks_after"
"""Where the application keeps after how many minutes a screen locks."""
_AUDIENCE = "qiantai-locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A token for the Authorization header (Bearer), whom it speaks for, and what their roles allow (`x-action`).

    ticket: what POST /unlock takes beside the PIN; it opens nothing else. pin: whether there is one on this device.
    locks_after: minutes without input after which the screen locks, 0 for never.
    """

    token: str
    expires_at: datetime
    staff: str
    name: str
    roles: tuple[str, ...]
    branches: tuple[str, ...]
    actions: tuple[str, ...]
    ticket: str
    pin: bool
    locks_after: int


SignedInView = view_of(SignedIn)


def signed(account: Staff, uow: UnitOfWork, *, began: float, session: str) -> SignedIn:
    """Return a fresh token of a session; its ticket lasts as long as the session may."""
    signer = current_app.extensions[SIGNER]()
    now = int(uow.now.timestamp())
    left = int(began + account.session_lasts.total_seconds() - now)
    seconds = min(int(TOKEN_LASTS.total_seconds()), left)
    stamp = {"auth_time": int(began), "sid": session, "gen": account.generation}
    token = signer.sign(account.actor, now=now, seconds=seconds, session=stamp)
    return SignedIn(
        token=token,
        expires_at=datetime.fromtimestamp(now + seconds, UTC),
        staff=account.id,
        name=account.name,
        roles=account.roles,
        branches=account.branches,
        actions=permissions.of(account.roles),
        ticket=signer.seal(_AUDIENCE, {**stamp, "sub": account.id}, now=now, seconds=left),
        pin=uow.pins.has(account.id, device_of(account.id, uow)),
        locks_after=current_app.extensions[LOCKS_AFTER],
    )


def locked(ticket: str, uow: UnitOfWork) -> Locked | None:
    """Return the session of a ticket, None for what is none."""
    signer = current_app.extensions[SIGNER]()
    claims: dict[str, Any] = signer.opened(_AUDIENCE, ticket, now=uow.now.timestamp())
    if not claims:
        return None
    staff = claims["sub"]
    return Locked(
        staff=staff,
        session=claims["sid"],
        generation=claims["gen"],
        began=claims["auth_time"],
        device=device_of(staff, uow),
    )
