"""What fields of the policy hold, and what the book itself has there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
