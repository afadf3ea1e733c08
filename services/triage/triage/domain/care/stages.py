"""就诊环节: which stage of a visit may follow which. Pure; the rotation knows only the part up to the consultation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qiantai.both import Both
from qiantai.contracts.triage import (
    AFTER_CARE,
    DIAGNOSIS,
    EXAMINATION,
    FINISHED,
    IN_CONSULTATION,
    LEAVING,
    LEFT,
    PAYMENT,
    REGISTERED,
    TREATMENT,
    TREATMENT_PLAN,
    VOID,
    WAITING,
)

from triage.domain.errors import IllegalPassage, StageNeedsReason

STAGES = (EXAMINATION, DIAGNOSIS, TREATMENT_PLAN, PAYMENT, TREATMENT, AFTER_CARE, LEAVING)
"""Stages after the consultation, in their usual order; a visit may leave some out."""

FOLLOWS: Mapping[str, tuple[str, ...]] = {
    REGISTERED: (LEAVING,),
    WAITING: (),
    IN_CONSULTATION: (),
    FINISHED: STAGES,
    EXAMINATION: (DIAGNOSIS, TREATMENT_PLAN, PAYMENT, TREATMENT, AFTER_CARE, LEAVING),
    DIAGNOSIS: (TREATMENT_PLAN, PAYMENT, TREATMENT, AFTER_CARE, LEAVING),
    TREATMENT_PLAN: (PAYMENT, TREATMENT, AFTER_CARE, LEAVING),
    PAYMENT: (TREATMENT, AFTER_CARE, LEAVING),
    TREATMENT: (AFTER_CARE, LEAVING),
    AFTER_CARE: (LEAVING,),
    LEAVING: (),
    VOID: (LEAVING,),
    LEFT: (),
}
"""What the desk may let follow. Up to the consultation a stage follows from the ledger (triage, start, finish …)."""

_FINISH_FIRST = Both("Finish the consultation first.", "请先结束咨询。")
_HAS_LEFT = Both("The visitor has left; a new arrival is a new visit.", "来客已离院；再来请登记新的到院。")
_INSTEAD: Mapping[str, Both] = {
    WAITING: _FINISH_FIRST,
    IN_CONSULTATION: _FINISH_FIRST,
    LEAVING: _HAS_LEFT,
    LEFT: _HAS_LEFT,
}
STAGE_NAMES: Mapping[str, tuple[str, str]] = {
    REGISTERED: ("待分诊", "to triage"),
    WAITING: ("等候中", "waiting"),
    IN_CONSULTATION: ("咨询中", "in consultation"),
    FINISHED: ("咨询结束", "consulted"),
    EXAMINATION: ("检查", "examination"),
    DIAGNOSIS: ("诊断设计", "diagnosis"),
    TREATMENT_PLAN: ("治疗方案", "treatment plan"),
    PAYMENT: ("付款", "payment"),
    TREATMENT: ("治疗", "treatment"),
    AFTER_CARE: ("术后护理", "after-care"),
    LEAVING: ("离院", "leaving"),
    VOID: ("分诊作废", "triage void"),
    LEFT: ("已离开", "left"),
}
"""Chinese and English, for people."""
_POSSIBLE = Both("Possible: {possible}.", "可以进入：{possible}。")
_CANNOT = Both("A visit at {stage} cannot go to {to}. {instead}", "到院在“{stage}”环节，不能进入“{to}”。{instead}")
_ONE_OF = Both("one of {stages}", "可选：{stages}。")
_BACK = Both("{stage} (back, with a reason)", "{stage}（退回，须填原因）")
WITHOUT_CONSULTATION = frozenset({WAITING, IN_CONSULTATION})
"""From here a visit that went to a department (T10, T25) goes on without a consultation that is to be finished."""

PEOPLE = ("consultant", "doctor", "nurse", "anaesthetist", "guide")
"""What somebody is in a stage; `guide` accompanies the visitor (导医, 陪同离院)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has a part in a stage: one of PEOPLE, and the staff code."""

    role: str
    staff: str


def ways_back(stage: str, came_from: str | None) -> tuple[str, ...]:
    """Return where the visit may go back to, with a reason: one in the usual order, or where it came from."""
    if stage not in STAGES or stage == LEAVING:
        return ()
    here = STAGES.index(stage)
    before = {STAGES[here - 1]} if here else set()
    if came_from in STAGES[:here]:
        before.add(came_from or "")
    return tuple(one for one in STAGES if one in before)


def ways_on(stage: str, *, department: bool) -> tuple[str, ...]:
    """Return where the visit may go on to; `department`: it is with a department, not with a consultant."""
    if department and stage in WITHOUT_CONSULTATION:
        return STAGES
    return FOLLOWS[stage]


def check_passage(stage: str, to: str, *, department: bool, came_from: str | None, reason: str) -> bool:
    """Say whether this passage goes back. Raises IllegalPassage, StageNeedsReason."""
    on, back = ways_on(stage, department=department), ways_back(stage, came_from)
    if to in on:
        return False
    if to not in back:
        facts = {"stage": stage, "wanted": to, "possible": [*on, *back]}
        raise IllegalPassage(_refusal(stage, to, (*on, *back)), fields={"stage": _hint(stage, on, back)}, facts=facts)
    if not reason.strip():
        raise StageNeedsReason(
            Both("Going back from {stage} to {to} needs a reason.", "从“{stage}”退回“{to}”要填写原因。").format(
                stage=named(stage), to=named(to)
            ),
            fields={"reason": Both("say why the visit goes back", "请填写退回的原因。")},
        )
    return True


def was_treated(stages: Sequence[str]) -> bool:
    """Say whether the visit was treated, given its stages in the order in which they began.

    A treatment that was left by going back does not count: it was entered by mistake.
    """
    for place, stage in enumerate(stages):
        if stage != TREATMENT:
            continue
        after = stages[place + 1] if place + 1 < len(stages) else None
        if after not in STAGES or STAGES.index(after) > STAGES.index(TREATMENT):
            return True
    return False


def named(stage: str) -> Both:
    """Return what a stage is called in a refusal."""
    chinese, english = STAGE_NAMES[stage]
    return Both(english, chinese)


def _refusal(stage: str, to: str, possible: Sequence[str]) -> Both:
    if stage == to:
        return Both("The visit is at {stage} already.", "到院已在“{stage}”环节。").format(stage=named(stage))
    instead = _POSSIBLE.format(possible=[named(one) for one in possible]) if possible else _INSTEAD[stage]
    return _CANNOT.format(stage=named(stage), to=named(to), instead=instead)


def _hint(stage: str, on: Sequence[str], back: Sequence[str]) -> Both:
    if not on and not back:
        return _INSTEAD[stage]
    return _ONE_OF.format(stages=[*map(named, on), *(_BACK.format(stage=named(one)) for one in back)])
