"""How often a wrong password may be tried, from where.

A place that has opened an account before has counts of its own, so that strangers who guess cannot keep it out:
a device by what the gateway gave it at a sign-in, an address by the sign-ins from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

COOKIE = "qiantai-place"
"""What a device keeps of the accounts that it has opened, sealed."""
PLACE_LASTS = timedelta(days=90)
"""So long a place is known after a sign-in."""
ANY = ""
"""In place of a name or a source: all of them together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody stands at the door: the address, and the device where it has opened this account before."""

    source: str
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """Wrong passwords for a name from a source, one after the other, and when the right one was last given there."""

    name: str
    source: str
    wrong: int = 0
    last_at: datetime | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """After so many wrong passwords it is closed, until this time after the last one."""

    tries: int
    pause: timedelta


OWN_DEVICE = Limit(tries=10, pause=timedelta(minutes=5))
KNOWN_ADDRESS = Limit(tries=20, pause=timedelta(minutes=5))
NEW_PLACE = Limit(tries=5, pause=timedelta(minutes=5))
NAME_FROM_NEW_PLACES = Limit(tries=50, pause=timedelta(minutes=15))
SOURCE_FOR_NEW_NAMES = Limit(tries=20, pause=timedelta(minutes=15))
SOURCE_FOR_KNOWN_NAMES = Limit(tries=100, pause=timedelta(minutes=15))

Gate = tuple[str, str, Limit]
"""Name, source, and how many wrong tries may be counted there."""


def every_gate(name: str, place: Place) -> Sequence[tuple[str, str]]:
    """Return the names and sources that `gates` may ask about."""
    return [(name, _device(place)), (name, place.source), (name, ANY), (ANY, place.source)]


def _device(place: Place) -> str:
    return f"device {place.device}"


def gates(name: str, place: Place, here: Tries | None, now: datetime) -> Sequence[Gate]:
    """Return what must be open; `here`: the tries for this name from this address."""
    if place.device is not None:
        return [(name, _device(place), OWN_DEVICE)]
    if here is not None and here.opened_at is not None and here.opened_at > now - PLACE_LASTS:
        return [(name, place.source, KNOWN_ADDRESS), (ANY, place.source, SOURCE_FOR_KNOWN_NAMES)]
    return [
        (name, place.source, NEW_PLACE),
        (name, ANY, NAME_FROM_NEW_PLACES),
        (ANY, place.source, SOURCE_FOR_NEW_NAMES),
    ]


def closed_for(tries: Tries, limit: Limit, now: datetime) -> timedelta | None:
    """Return for how long it stays closed, None where it is open."""
    if tries.last_at is None or tries.wrong < limit.tries or tries.last_at + limit.pause <= now:
        return None
    return tries.last_at + limit.pause - now


def one_more(tries: Tries, limit: Limit, now: datetime) -> Tries:
    """Return the tries with one more; those before a pause do not count any more."""
    over = tries.last_at is None or tries.last_at + limit.pause <= now
    return replace(tries, wrong=1 if over else tries.wrong + 1, last_at=now)
