"""Staff accounts, branches and who may give what (G8)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from qiantai.actors import EVERYWHERE, Actor
from qiantai.both import Both
from qiantai.permissions import GIVES, ROLES, of
from qiantai.sessions import Session, SessionEnded

from device_gateway.domain.errors import AccountClosed, NoSuchRole, NotYoursToGive

TOKEN_LASTS = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=12)
SCREEN_LASTS = timedelta(days=30)
"""Of a session on an account that is a wall screen and nothing else."""

_NOT_KNOWN = Both("not known: {roles}", "没有这些角色：{roles}。")
_NOT_YOURS = Both("not yours: {values}", "您没有这些：{values}。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch of the chain; `timezone` is an IANA name, `currency` an ISO 4217 code."""

    code: str
    name_zh: str
    name_en: str
    timezone: str
    currency: str
    active: bool = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A staff account; `branches` may be ("*",), `password_hash` never leaves the service.

    generation: counts up when all sessions end. must_change: somebody else has set the password.
    """

    id: str
    name: str
    roles: tuple[str, ...]
    branches: tuple[str, ...]
    active: bool = True
    password_hash: str = field(default="", repr=False)
    must_change: bool = False
    generation: int = 1
    version: int = 0

    @property
    def session_lasts(self) -> timedelta:
        """How long a session goes on at most, however often its token is renewed."""
        return SCREEN_LASTS if set(self.roles) == {"screen"} else SESSION_LASTS

    @property
    def actor(self) -> Actor:
        """Who this account acts as."""
        return Actor(id=self.id, name=self.name, roles=frozenset(self.roles), branches=frozenset(self.branches))


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role: what it allows (`x-action`), and whether the asker may give it."""

    role: str
    actions: tuple[str, ...]
    yours_to_give: bool


def every_role(giver: Actor) -> list[Role]:
    """Return every role, as it is for somebody who makes accounts."""
    gives = given_by(giver)
    return [Role(role=role, actions=of([role]), yours_to_give=role in gives) for role in ROLES]


def given_by(giver: Actor) -> frozenset[str]:
    """Return the roles that somebody may give and take."""
    return frozenset[str]().union(*(GIVES.get(role, frozenset()) for role in giver.roles))


def check_gift(giver: Actor, before: Staff | None, after: Staff) -> None:
    """Refuse an account with unknown roles, or with any that its giver may not give, before or after the change.

    `GIVES` says who gives which role; a branch is given by who works there, every branch by who works in all.
    It holds for one's own account as well. Raises NoSuchRole, NotYoursToGive.
    """
    unknown = sorted(set(after.roles) - set(ROLES))
    if unknown:
        raise NoSuchRole(fields={"roles": _NOT_KNOWN.format(roles=unknown)})
    gives = given_by(giver)
    for account in filter(None, (before, after)):
        roles = [role for role in account.roles if role not in gives]
        branches = [] if EVERYWHERE in giver.branches else sorted(set(account.branches) - giver.branches)
        fields = {
            name: _NOT_YOURS.format(values=values)
            for name, values in (("roles", roles), ("branches", branches))
            if values
        }
        if fields:
            raise NotYoursToGive(fields=fields)


def ends_sessions(before: Staff, after: Staff) -> bool:
    """Say whether a change ends every session: a new password, a dismissal, other rights."""
    return any(
        getattr(before, name) != getattr(after, name) for name in ("roles", "branches", "active", "password_hash")
    )


def admitted(session: Session, account: Staff | None, *, ended: bool) -> Actor:
    """Return who acts in a session, with the rights that the account has now.

    Somebody without an account here is known to another issuer. Raises AccountClosed, SessionEnded.
    """
    if account is None:
        if session.generation is not None:
            raise SessionEnded
        return session.actor
    if not account.active:
        raise AccountClosed
    if ended or session.generation not in (None, account.generation):
        raise SessionEnded
    return account.actor


def changed(before: Staff | Branch | None, after: Staff | Branch) -> bool:
    """Say whether an account or a branch differs from what it was, the version aside."""
    return before is None or replace(before, version=after.version) != after
