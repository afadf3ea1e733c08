"""Branches as every service knows them: whether they are open, and when their day begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from qiantai.clock import HOME_ZONE, business_day, is_timezone
from qiantai.contracts.device_gateway import BranchChanged
from qiantai.known import Copy, HasKnown
from qiantai.told import Told
from qiantai.uow import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Copy of the gateway's branches."""

    code: str
    timezone: str
    active: bool


def _zone(told: Told[BranchChanged]) -> str:
    return told.event.timezone if is_timezone(told.event.timezone) else HOME_ZONE


BRANCHES = Copy(
    name="branches",
    table="known_branch",
    kind=Branch,
    of=(BranchChanged,),
    takes={"timezone": _zone},
    again=(BranchChanged,),
)


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
