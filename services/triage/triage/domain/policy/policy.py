"""Every choice of the rule book as a value, with the book's own choice as default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


class Kind(StrEnum):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rule book's choices; another clinic sets fields and touches no code.

    Minutes are whole minutes, times are seconds since local midnight.
    """

    wait_limit_minutes: int = 10  # T22, T23
    major_projects: tuple[str, ...] = ()  # T8: codes in rank order, before the flagged ones
    class_order: tuple[str, ...] = ("surgery_1", "surgery_2", "surgery")  # T9, highest first
    higher_notes: HigherNotes = HigherNotes.CONSULTANT  # T9
    first_visit_scope: str = "branch"  # T1: or "chain"
    first_visit_to_owner: bool = True  # T5: whoever answered the enquiry receives
    designated_counts: bool = False  # T13: counted, and moves the normal pointer
    scope_waiver_windows: tuple[Window, ...] = BOOK_WINDOWS  # T19
    credit_reasons: frozenset[PassReason] = BOOK_CREDITS  # T12, T16, T24
    voided_left_out_of_moves: bool = False  # T24: also left out of T22, not only T13-T17
    reclassified_keeps_count: bool = True  # T7: the used turn stays used
    day_start: str = "continue"  # T28: or "top"
    credit_carry_over: bool = True  # T28: until month end
    lanes: tuple[LaneRule, ...] = BOOK_LANES  # T20
    uses: Mapping[Kind, Use] = field(default_factory=dict)
    transfer_uses_givers_turn: bool = False  # T22, T9: the giver's count stays, no swap
    leaves_within_minutes: int | None = None  # a visitor gone so soon gives the turn back
    accept_within_minutes: int | None = None  # unanswered so long: automatically the next
    accept_total_minutes: int | None = None  # and after this long the supervisor
    named_request_outside_rotation: bool = False  # a consultant asked for by name receives
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    duty: tuple[Window, ...] = ()  # hours in which one consultant receives first visits
    order_by: str = "ranking"  # or "check_in", "hand"
    reserved_places: Mapping[Shift, tuple[int, ...]] = field(default_factory=dict)

    def use(self, kind: Kind) -> Use:
        """Return what an assignment of this kind uses up; by the book nothing."""
        book = Use.BOTH if kind is Kind.DESIGNATED and self.designated_counts else Use.NEITHER
        return self.uses.get(kind, book)

    def lane_of(self, klass: VisitClass) -> LaneRule | None:
        """Return the lane that takes this class, None for a recheck."""
        return next((lane for lane in self.lanes if klass in lane.classes), None)
