"""Who was quicker: what happened to a plan since somebody looked at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from qiantai.both import Both
from qiantai.staff import STAFF

from followup.domain.errors import CalledMeanwhile, NotInThisState
from followup.domain.plan import Plan
from followup.usecases.ports import UnitOfWork

_WORDS: Mapping[str, Both] = {
    "planned": Both("{who} drafted it.", "{who}拟了此计划。"),
    "submitted": Both("{who} has submitted it.", "{who}已提交。"),
    "approved": Both("{who} has approved it.", "{who}已审批。"),
    "returned": Both("{who} has returned it.", "{who}已退回。"),
    "tried": Both("{who} has called and reached nobody.", "{who}已打过电话，未联系上。"),
    "executed": Both("{who} has executed it.", "{who}已执行。"),
    "ended": Both("{who} has made the last attempt.", "{who}已做最后一次尝试，计划已结束。"),
    "reviewed": Both("{who} has reviewed it.", "{who}已点评。"),
    "cancelled": Both("{who} has cancelled it.", "{who}已取消。"),
}


@contextmanager
def who_did(plan: Plan, uow: UnitOfWork) -> Iterator[None]:
    """Let a refusal of a plan's state say what happened to the plan, when, and by whom."""
    try:
        yield
    except (NotInThisState, CalledMeanwhile) as refusal:
        last = uow.plans.history(plan.id)[-1]
        words = _WORDS.get(last["what"])
        if words is not None:
            known = uow.known.get(STAFF, last["actor"])
            refusal.detail = words.format(who=known.name if known else last["actor"])
        refusal.facts = {**refusal.facts, "what": last["what"], "by": last["actor"], "at": last["at"].isoformat()}
        raise
