"""Sessions: what a checked token says, and which of them have ended.

An account has a generation that the gateway counts up when all its sessions end: a new password, a dismissal, a
change of rights, a sign-out everywhere. Tokens carry the generation that they were made in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from typing_extensions import override

from qiantai.actors import Actor
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.errors import Unauthenticated
from qiantai.known import Copy


class SessionEnded(Unauthenticated):
    """This session was ended; sign in again."""

    zh = "您已退出登录，请重新登录。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A token that was checked: who acts, and in which session; times are seconds since the epoch.

    generation: None for tokens of another issuer, which end by themselves.
    """

    actor: Actor
    began: float
    expires: float
    id: str | None = None
    generation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """Copy of the gateway's accounts: tokens of an earlier generation have ended."""

    staff: str
    generation: int


GENERATIONS = Copy(name="sessions", table="known_session", kind=Generation, of=(StaffChanged,), again=(StaffChanged,))


class Sessions(Protocol):
    """What a service knows of sessions."""

    def live(self, session: Session) -> Actor:
        """Return who acts in a session that goes on. Raises Unauthenticated."""


class UntilTheyExpire(Sessions):
    """Knows no accounts: a session lasts as long as its token."""

    @override
    def live(self, session: Session) -> Actor:
        return session.actor
