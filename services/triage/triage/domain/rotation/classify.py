"""Which class a visit has: the system proposes with its reasons, people confirm (T1-T6)."""

from __future__ import annotations

from dataclasses import dataclass

from triage.domain.errors import WHY_ANOTHER_CLASS, OverrideNeedsReason
from triage.domain.words import VisitClass

MINOR_UP_TO = 18
ELDERLY_FROM = 60
SCAR_FRESH_MONTHS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a customer has been here for before, at one branch or in the whole chain."""

    consultations: int = 0
    deals: int = 0
    open_deposit: bool = False  # a deposit is paid, the balance is not
    completed_projects: int = 0
    paid_unused_items: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a visitor at the desk."""

    at_branch: Seen = Seen()
    in_chain: Seen = Seen()
    age: int | None = None
    with_guardian: bool = False
    on_behalf_of_other: bool = False
    asked_for_before: bool = False  # somebody asked on behalf of this person earlier
    companion: bool = False  # of a group, and not its main visitor
    own_appointment: bool = False
    haemangioma: bool = False
    scar_age_months: int | None = None  # of a trauma scar
    free_trial: bool = False
    refund_only: bool = False
    for_treatment: bool = False  # comes for what is paid in full
    after_care: bool = False  # dressing, infusion, stitches
    wants_consult: bool = False  # on a (further) project
    pays_balance: bool = False
    project_offered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One reason for a class, with its rule, in Chinese and English."""

    rule: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The proposed class and why."""

    klass: VisitClass
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What the receptionist confirmed, and the reason if it departs from the proposal (T6)."""

    klass: VisitClass
    proposed: VisitClass
    reason: str = ""

    @property
    def overridden(self) -> bool:
        """Whether the audit must show it."""
        return self.klass is not self.proposed


def propose_class(facts: Facts, first_visit_scope: str = "branch") -> Proposal:
    """Return the class that the book gives these facts, with every ground (T1-T5).

    The purpose of the visit decides first (T5), then after-care (T3), then the
    history (T4, T2), then who the visitor is (T5), else it is a first visit.
    """
    seen = facts.at_branch if first_visit_scope == "branch" else facts.in_chain
    purpose = _purpose(facts, seen)
    if purpose:
        return Proposal(klass=VisitClass.OTHER, grounds=purpose)
    return (
        _by_history(facts, seen) or _by_person(facts) or _proposal(VisitClass.FIRST_VISIT, *_first_visit_ground(facts))
    )


def confirm(proposal: Proposal, chosen: VisitClass, reason: str = "") -> Classification:
    """Return the confirmed class (T6). Raises OverrideNeedsReason for another without reason."""
    if chosen is not proposal.klass and not reason.strip():
        raise OverrideNeedsReason(fields={"reason": WHY_ANOTHER_CLASS})
    return Classification(klass=chosen, proposed=proposal.klass, reason=reason)


def _purpose(facts: Facts, seen: Seen) -> tuple[Ground, ...]:
    paid = facts.for_treatment and seen.paid_unused_items > 0 and not facts.wants_consult
    checks = (
        (facts.on_behalf_of_other, "代他人咨询，本人未到", "asks on behalf of somebody else"),
        (facts.refund_only, "仅办理退费", "comes only for a refund"),
        (facts.free_trial, "免费体验", "free trial"),
        (not facts.project_offered, "本院未开展该项目", "the project is not offered here"),
        (facts.haemangioma, "血管瘤", "haemangioma"),
        (_fresh_scar(facts), "外伤疤痕不足3个月", "trauma scar younger than 3 months"),
        (paid, "已交全款，来院治疗", "has paid in full and comes for the treatment"),
    )
    return tuple(Ground(rule="T5", zh=zh, en=en) for holds, zh, en in checks if holds)


def _by_history(facts: Facts, seen: Seen) -> Proposal | None:
    if facts.after_care and seen.completed_projects > 0:
        if facts.wants_consult:
            return _proposal(VisitClass.REPURCHASE, "T3", "复查同时咨询其他项目", "after-care, and consults too")
        return _proposal(VisitClass.RECHECK, "T3", "已完成项目，术后复查", "completed project, after-care")
    if seen.open_deposit and facts.pays_balance:
        return _proposal(VisitClass.REPURCHASE, "T4", "已交定金，补交余款", "deposit holder pays the balance")
    if seen.deals > 0:
        return _proposal(VisitClass.REPURCHASE, "T4", "曾成交，咨询其他项目", "dealt before, another project")
    if seen.consultations > 0:
        return _proposal(VisitClass.RETURN_VISIT, "T2", "曾咨询，未成交", "consulted before, no deal yet")
    return None


def _by_person(facts: Facts) -> Proposal | None:
    minor = facts.age is not None and facts.age <= MINOR_UP_TO and not facts.with_guardian
    elderly = facts.age is not None and facts.age >= ELDERLY_FROM
    checks = (
        (minor, "18岁及以下，无家长陪同", "18 or younger without a guardian"),
        (elderly, "60岁及以上", "60 or older"),
        (facts.companion and not facts.own_appointment, "陪同人员", "companion of a group"),
    )
    grounds = tuple(Ground(rule="T5", zh=zh, en=en) for holds, zh, en in checks if holds)
    return Proposal(klass=VisitClass.OTHER, grounds=grounds) if grounds else None


def _first_visit_ground(facts: Facts) -> tuple[str, str, str]:
    if facts.asked_for_before:
        return "T5", "曾由他人代为咨询，本人首次到院", "asked for before, now comes in person"
    return "T1", "首次来院咨询", "first consultation here"


def _fresh_scar(facts: Facts) -> bool:
    return facts.scar_age_months is not None and facts.scar_age_months < SCAR_FRESH_MONTHS


def _proposal(klass: VisitClass, rule: str, zh: str, en: str) -> Proposal:
    return Proposal(klass=klass, grounds=(Ground(rule=rule, zh=zh, en=en),))
