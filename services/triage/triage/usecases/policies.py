"""Policies by level, with date and author: what is in force, what was changed, and writing the next version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from qiantai.both import Both
from qiantai.contracts import CHAIN
from qiantai.errors import Forbidden, Stale

from triage.domain.errors import PolicyTooEarly, UnknownBranch
from triage.domain.policy.reading import FieldDiffers, FieldInForce, Level, difference, in_force, read_fields
from triage.usecases.model import PolicyVersion
from triage.usecases.ports import UnitOfWork


class ChainForEverywhere(Forbidden):
    """The chain's policy is written by somebody who works in every branch."""

    zh = "全连锁的分诊政策由任职于所有门店的人制定。"


class PolicyWrittenMeanwhile(Stale):
    """Somebody wrote a version meanwhile; load the versions again and repeat the change over the newest."""

    zh = "别人刚写了新版本，请重新加载，在最新版本上再改。"


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What holds in a branch on a day, field by field, and the versions that say so."""

    branch: str
    day: date
    fields: Sequence[FieldInForce]
    versions: Sequence[PolicyVersion]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenVersion:
    """A version and what it changed against the one before it."""

    version: PolicyVersion
    changes: tuple[FieldDiffers, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """The next version of a level; `over` is the number of the version that the writer has seen, 0 without any."""

    branch: str
    fields: object
    valid_from: date
    reason: str
    over: int


def levels_of(versions: Sequence[PolicyVersion]) -> list[Level]:
    """Return versions as the levels that the rules lay one over the other."""
    return [
        Level(name=CHAIN if one.branch == CHAIN else "branch", version=one.version, fields=one.fields)
        for one in versions
    ]


def policy_in_force(branch: str, day: date, uow: UnitOfWork) -> InForce:
    """Return what holds in a branch on a day."""
    versions = uow.policies.in_force(branch, day)
    return InForce(branch=branch, day=day, fields=in_force(levels_of(versions)), versions=versions)


def policy_versions(branch: str, uow: UnitOfWork) -> list[WrittenVersion]:
    """Return all versions of a branch or of the chain, newest first, each with what it changed."""
    versions = uow.policies.versions(branch)
    found = [
        WrittenVersion(version=newer, changes=difference(older.fields, newer.fields))
        for newer, older in pairwise(versions)
    ]
    if versions:
        first = versions[-1]
        found.append(WrittenVersion(version=first, changes=difference({}, first.fields)))
    return found


def write_policy(new: NewVersion, uow: UnitOfWork) -> WrittenVersion:
    """Write the next version of a branch's or the chain's policy.

    No day opens meanwhile, so that a version never holds for a day that began
    without it. Raises ChainForEverywhere, UnknownBranch, PolicyWrittenMeanwhile,
    PolicyTooEarly, IllegalPolicy; nothing is changed then.
    """
    if new.branch == CHAIN and uow.actor.scope is not None:
        raise ChainForEverywhere(
            fields={
                "branch": Both("write your own branch's policy, or ask head office", "请制定自己门店的政策，或找总部。")
            }
        )
    if new.branch != CHAIN and not uow.policies.is_branch(new.branch):
        raise UnknownBranch(
            fields={"branch": Both("take the code of a branch, or chain", "请填门店代码，或 chain。")},
            facts={"branch": new.branch},
        )
    uow.policies.hold()
    earlier = uow.policies.versions(new.branch)
    newest = earlier[0].version if earlier else 0
    if newest != new.over:
        raise PolicyWrittenMeanwhile(facts={"version": newest})
    earliest = earliest_day(new.branch, uow)
    if new.valid_from < earliest:
        raise PolicyTooEarly(
            fields={
                "valid_from": Both("the earliest possible day is {earliest}", "最早可从 {earliest} 开始。").format(
                    earliest=earliest
                )
            },
            facts={"earliest": earliest.isoformat()},
        )
    fields = read_fields(new.fields, uow.policies.known(new.branch))
    written = PolicyVersion(
        branch=new.branch,
        version=newest + 1,
        valid_from=new.valid_from,
        fields=fields,
        author=uow.actor.id,
        reason=new.reason,
        written_at=uow.now,
    )
    uow.policies.add(written)
    changes = difference(earlier[0].fields if earlier else {}, fields)
    _note(written, changes, uow)
    return WrittenVersion(version=written, changes=changes)


def earliest_day(branch: str, uow: UnitOfWork) -> date:
    """Return the first day that has not begun: today, or the day after the last that was opened."""
    branches = (uow.roster.branches() if branch == CHAIN else ()) or (branch,)
    today = max(uow.days.today(one, uow.now) for one in branches)
    opened = uow.policies.last_opened(branch)
    return today if opened is None else max(today, opened + timedelta(days=1))


def _note(written: PolicyVersion, changes: Sequence[FieldDiffers], uow: UnitOfWork) -> None:
    changed = tuple(change.field for change in changes)
    uow.note(branch=written.branch, version=written.version, reason=written.reason, changed=list(changed))
