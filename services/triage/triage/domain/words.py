"""The field's terms (see the glossary) as closed lists."""

from __future__ import annotations

from enum import StrEnum

Shift = str
ConsultantId = str
CustomerId = str
ProjectCode = str
VisitId = str


class VisitClass(StrEnum):
    """分类: what kind of visit it is (T1-T5)."""

    FIRST_VISIT = "first_visit"
    RETURN_VISIT = "return_visit"
    RECHECK = "recheck"
    REPURCHASE = "repurchase"
    OTHER = "other"


CLASS_NAMES = {
    VisitClass.FIRST_VISIT: ("初诊", "first visit"),
    VisitClass.RETURN_VISIT: ("复诊", "return visit"),
    VisitClass.RECHECK: ("复查", "recheck"),
    VisitClass.REPURCHASE: ("再消费", "repurchase"),
    VisitClass.OTHER: ("其他", "other"),
}
"""Chinese and English, for people."""


class Status(StrEnum):
    """状态 of a consultant; idle and busy are on duty, all others are not."""

    IDLE = "idle"
    BUSY = "busy"
    OUT = "out"
    OFF = "off"
    LEAVE = "leave"
    LATE = "late"


ON_DUTY = frozenset({Status.IDLE, Status.BUSY})


class Stage(StrEnum):
    """How far a visit is, as far as the rotation cares."""

    WAITING = "waiting"
    IN_CONSULTATION = "in_consultation"
    FINISHED = "finished"
    VOID = "void"
    LEFT = "left"


class Basis(StrEnum):
    """依据: by what a visit went where it went."""

    TURN = "turn"
    CREDIT = "credit"
    SWAP = "swap"
    DESIGNATED = "designated"
    OWNER = "owner"
    STAND_IN = "stand_in"
    REFERRAL = "referral"
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"
    ONLINE_CONSULTANT = "online_consultant"
    CHANGE = "change"
    VOID = "void"
    NAMED = "named"
    SOURCE = "source"
    DUTY = "duty"
    LEFT = "left"
    RECLASSIFIED = "reclassified"


class PassReason(StrEnum):
    """Why somebody was passed over, or for what else a credit is owed."""

    SCOPE = "scope"
    BARRED = "barred"
    BUSY = "busy"
    NOT_ON_DUTY = "not_on_duty"
    VOID = "void"
    REFERRAL = "referral"
    LEFT = "left"


IN_FORCE, BOOK = "in_force", "book"
"""What a trial of other policy fields stands on: the day's own policy, or the book."""
