"""What fields of the policy hold, and what the book itself has there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qiantai.both import Both

from triage.domain.words import PassReason, Shift, VisitClass


class Use(StrEnum):
    """What an assignment uses up: the receiver's turn (pointer), the count, both, neither."""

    TURN = "turn"
    COUNT = "count"
    BOTH = "both"
    NEITHER = "neither"

    @property
    def counts(self) -> bool:
        """Whether it is counted as a first visit of the receiver."""
        return self in {Use.COUNT, Use.BOTH}

    @property
    def moves_pointer(self) -> bool:
        """Whether the pointer moves behind the receiver."""
        return self in {Use.TURN, Use.BOTH}


class Way(StrEnum):
    """Ways to a consultant outside the rotation, whose use a clinic may set."""

    OWNER = "owner"
    STAND_IN = "stand_in"
    REFERRAL = "referral"
    DESIGNATED = "designated"
    NAMED = "named"
    SOURCE = "source"
    DUTY = "duty"


class HigherNotes(StrEnum):
    """Whom a higher project in the online notes binds (T9).

    `consultant`: whoever lacks it in scope does not fit, the others go by what was said.
    `always`: it decides for everybody. `never`: only what was said counts.
    """

    CONSULTANT = "consultant"
    ALWAYS = "always"
    NEVER = "never"


Words = Mapping[str, tuple[str, str]]
"""Codes in Chinese and English, for people."""

NOTES_WORDS: Words = {
    HigherNotes.CONSULTANT: ("只约束不能接该项目的人", "whoever cannot receive it"),
    HigherNotes.ALWAYS: ("约束所有人", "everybody"),
    HigherNotes.NEVER: ("不约束任何人", "nobody"),
}
SCOPE_WORDS: Words = {"branch": ("本院", "in this branch"), "chain": ("全连锁", "in the whole chain")}
START_WORDS: Words = {"continue": ("接着上个工作日", "continue"), "top": ("从第一位", "from the top")}
ORDER_WORDS: Words = {
    "ranking": ("接诊排名", "ranking"),
    "check_in": ("签到先后", "check-in"),
    "hand": ("人工排定", "by hand"),
}
WAY_WORDS: Words = {
    Way.OWNER: ("首诊负责", "owner"),
    Way.STAND_IN: ("代接", "stand-in"),
    Way.REFERRAL: ("老带新", "referral"),
    Way.DESIGNATED: ("专项安排", "designated"),
    Way.NAMED: ("顾客指定", "asked for by name"),
    Way.SOURCE: ("按来源", "by source"),
    Way.DUTY: ("值班", "duty hours"),
}
USE_WORDS: Words = {
    Use.TURN: ("占用轮次", "the turn"),
    Use.COUNT: ("计初诊量", "the count"),
    Use.BOTH: ("两者都占", "both"),
    Use.NEITHER: ("都不占", "neither"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Hours in which something holds, seconds since midnight, start included, end excluded."""

    start: int
    end: int
    shift: Shift | None = None
    consultant: str | None = None

    def holds(self, at: int) -> bool:
        """Whether `at` lies in the window."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRule:
    """One lane: which classes it takes, whether it counts, and its own order if it has one."""

    name: str
    classes: frozenset[VisitClass]
    counted: bool
    order: tuple[str, ...] | None = None


FIRST_VISIT = "first_visit"
OTHER = "other"
LANE_WORDS: Words = {FIRST_VISIT: ("初诊轮排", "first visits"), OTHER: ("其他轮排", "other visits")}
"""Of the book's lanes; a clinic's own are called by their names."""

BOOK_LANES = (
    LaneRule(
        name=FIRST_VISIT,
        classes=frozenset({VisitClass.FIRST_VISIT, VisitClass.RETURN_VISIT, VisitClass.REPURCHASE}),
        counted=True,
    ),
    LaneRule(name=OTHER, classes=frozenset({VisitClass.OTHER}), counted=False),
)
BOOK_WINDOWS = (
    Window(shift="early", start=8 * 3600 + 1800, end=9 * 3600),
    Window(shift="late", start=18 * 3600, end=20 * 3600),
)
BOOK_CREDITS = frozenset(PassReason) - {PassReason.NOT_ON_DUTY}


def lane_called(name: str) -> Both:
    """Return what people call a lane."""
    zh, en = LANE_WORDS.get(name, (name, name))
    return Both(en, zh)
