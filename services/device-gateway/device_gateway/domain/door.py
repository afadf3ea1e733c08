"""Staff accounts, branches and who may give what (G8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from qiantai.actors import EVERYWHERE, Actor
from qiantai.permissions import ROLES

from device_gateway.domain.errors import GatewayError, NotYoursToGive

TRIES = 5
TRIES_WITHIN = timedelta(minutes=5)
_GIVE_EVERYTHING = frozenset({"head_office", "it"})


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
    """A staff account; `branches` may be ("*",), `password_hash` never leaves the service."""

    id: str
    name: str
    roles: tuple[str, ...]
    branches: tuple[str, ...]
    active: bool = True
    password_hash: str = field(default="", repr=False)
    version: int = 0

    @property
    def actor(self) -> Actor:
        """Who this account acts as."""
        return Actor(id=self.id, name=self.name, roles=frozenset(self.roles), branches=frozenset(self.branches))


def check_gift(giver: Actor, before: Staff | None, after: Staff) -> None:
    """Refuse an account with unknown roles, or with more than its giver holds, before or after the change.

    Holding a role means that one's own roles allow everything that it allows. Raises GatewayError, NotYoursToGive.
    """
    unknown = sorted(set(after.roles) - set(ROLES))
    if unknown:
        raise GatewayError("Some roles are not known.", fields={"roles": f"not known: {', '.join(unknown)}"})
    if giver.roles & _GIVE_EVERYTHING:
        return
    held = frozenset[str]().union(*(ROLES.get(role, frozenset()) for role in giver.roles))
    for account in filter(None, (before, after)):
        roles = [role for role in account.roles if not ROLES.get(role, frozenset()) <= held]
        branches = [] if EVERYWHERE in giver.branches else sorted(set(account.branches) - giver.branches)
        fields = {
            name: f"not yours: {', '.join(values)}"
            for name, values in (("roles", roles), ("branches", branches))
            if values
        }
        if fields:
            raise NotYoursToGive(fields=fields)


def changed(before: Staff | Branch | None, after: Staff | Branch) -> bool:
    """Say whether an account or a branch differs from what it was, the version aside."""
    return before is None or replace(before, version=after.version) != after


def wait_after(failures: Sequence[datetime], now: datetime) -> timedelta | None:
    """Return for how long a name is locked after its wrong passwords, None where it is not."""
    recent = sorted(at for at in failures if at > now - TRIES_WITHIN)
    return recent[-TRIES] + TRIES_WITHIN - now if len(recent) >= TRIES else None


def still_counting(failures: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Return the wrong passwords that still count."""
    return tuple(at for at in failures if at > now - TRIES_WITHIN)
