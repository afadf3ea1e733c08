"""Branches as every service knows them: whether they are open, and when their day begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from qiantai.both import Both
from qiantai.clock import HOME_ZONE, business_day
from qiantai.contracts.device_gateway import BranchChanged
from qiantai.errors import Refusal
from qiantai.known import Copy, HasKnown
from qiantai.told import Told
from qiantai.uow import UnitOfWork
from qiantai.zones import country_of, zone_named

_NOT_KNOWN = {
    "branch": Both("not known here; check the code, or try again in a moment", "没有这家门店，请核对代码，或稍后再试。")
}


class UnknownBranch(Refusal):
    """No branch has this code."""

    zh = "没有这个代码的门店。"


class BranchClosed(Refusal):
    """This branch is closed; it takes nothing new."""

    zh = "这家门店已停业，不再接受新的业务。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Copy of the gateway's branches."""

    code: str
    timezone: str
    active: bool


def _zone(told: Told[BranchChanged]) -> str:
    return zone_named(told.event.timezone) or HOME_ZONE


BRANCHES = Copy(
    name="branches",
    table="known_branch",
    kind=Branch,
    of=(BranchChanged,),
    takes={"timezone": _zone},
    again=(BranchChanged,),
)


def open_branch(code: str, uow: HasKnown) -> Branch:
    """Return a branch that takes visits, bookings and money. Raises UnknownBranch, BranchClosed."""
    branch = uow.known.get(BRANCHES, code)
    if branch is None:
        raise UnknownBranch(fields=_NOT_KNOWN)
    refuse_closed(active=branch.active)
    return branch


def refuse_closed(*, active: bool | None) -> None:
    """Refuse a branch that is closed, or of which nobody has told (None). Raises UnknownBranch, BranchClosed."""
    if active is None:
        raise UnknownBranch(fields=_NOT_KNOWN)
    if not active:
        raise BranchClosed(fields={"branch": Both("choose another branch", "请选择其他门店。")})


def zone_of(branch: str, uow: HasKnown) -> str:
    """Return the zone of a branch, HOME_ZONE for one that was not told of."""
    found = uow.known.get(BRANCHES, branch)
    return HOME_ZONE if found is None else found.timezone


def zones_of(branches: Collection[str], uow: HasKnown) -> Mapping[str, str]:
    """Return the zones of these branches."""
    known = uow.known.many(BRANCHES, branches)
    return {branch: known[branch].timezone if branch in known else HOME_ZONE for branch in branches}


def today_in(branch: str, uow: UnitOfWork) -> date:
    """Return the business day of this transaction in a branch."""
    return business_day(uow.now, zone_of(branch, uow))


def country_at(zone: str) -> str | None:
    """Return the country of a branch in this zone; one whose zone is in none, as UTC, is at home."""
    return country_of(zone) or country_of(HOME_ZONE)


def countries(uow: HasKnown) -> frozenset[str]:
    """Return the countries of all branches, that of HOME_ZONE included."""
    zones = {HOME_ZONE, *(branch.timezone for branch in uow.known.all(BRANCHES))}
    return frozenset(country for zone in zones if (country := country_of(zone)) is not None)
