"""Who can receive a visit: on duty, fit, and not busy or answering soon (T16-T19)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from triage.domain.model import Consultant, Day, Lane, Visit
from triage.domain.policy.values import HigherNotes
from triage.domain.rotation.projects import deciding_project, higher_in_notes
from triage.domain.words import ConsultantId, PassReason, ProjectCode, Status, VisitClass


@dataclass(frozen=True, kw_only=True)
class Call:
    """One look for a receiver: the visit, the day as it stands, and who is left out.

    Those left out are treated as if they were not in the order (T24, T26).
    """

    day: Day
    visit: Visit
    at: int
    left_out: frozenset[ConsultantId] = frozenset()

    @cached_property
    def project(self) -> ProjectCode | None:
        """The deciding project."""
        return deciding_project(self.day, self.visit)

    @cached_property
    def engaged(self) -> frozenset[ConsultantId]:
        """Everybody who has an unfinished visit."""
        return self.day.engaged()

    @property
    def as_first_visit(self) -> bool:
        """Whether referral and designation (T12, T13) apply, not only T14-T17 (T20)."""
        return self.visit.klass not in {VisitClass.OTHER, VisitClass.RECHECK}

    @cached_property
    def lane_name(self) -> str:
        """The lane that the visit's class belongs to."""
        return self.day.lane_name(self.visit.klass)

    @cached_property
    def lane(self) -> Lane:
        """The rotation of that lane."""
        return self.day.lanes[self.lane_name]

    @cached_property
    def in_order(self) -> tuple[ConsultantId, ...]:
        """The lane's order once round from the pointer, without those left out."""
        return tuple(c for c in self.lane.from_pointer() if c not in self.left_out)

    def miss(self, consultant: ConsultantId) -> PassReason | None:
        """Return why this consultant cannot receive, or None if it can.

        Duty before fitness before busyness: T17, then scope, barred, busy (T16, T18).
        """
        if not self.day.on_duty(consultant) or consultant in self.visit.absent:
            return PassReason.NOT_ON_DUTY
        unfit = self.unfit(consultant)
        if unfit is not None:
            return unfit
        if self.is_busy(consultant) and consultant not in self.visit.soon:
            return PassReason.BUSY
        return None

    def unfit(self, consultant: ConsultantId) -> PassReason | None:
        """Return `scope` or `barred` if the visit does not fit this consultant."""
        person = self.day.consultant(consultant)
        if not self.waived(person) and not self._in_scope(person):
            return PassReason.SCOPE
        if not person.barred.isdisjoint({*self.visit.projects, self.project}):
            return PassReason.BARRED
        return None

    def is_busy(self, consultant: ConsultantId) -> bool:
        """Whether the status says busy or an assigned visit is unfinished."""
        return self.day.status[consultant] is Status.BUSY or consultant in self.engaged

    def can_receive(self, consultant: ConsultantId) -> bool:
        """Whether this consultant, not being left out, can receive."""
        return consultant not in self.left_out and self.miss(consultant) is None

    def idle_and_fit(self, consultant: ConsultantId) -> bool:
        """Whether the consultant could begin at once; an answer "soon" is no idleness (T22)."""
        return self.day.on_duty(consultant) and not self.is_busy(consultant) and self.unfit(consultant) is None

    def waived(self, person: Consultant) -> bool:
        """Whether this shift may receive any project at this hour (T19)."""
        windows = self.day.policy.scope_waiver_windows
        return any(w.shift == person.shift and w.holds(self.at) for w in windows)

    def needs_waiver(self, consultant: ConsultantId) -> bool:
        """Whether only the waiver makes the visit fit."""
        person = self.day.consultant(consultant)
        return not self._in_scope(person) and self.waived(person)

    def _in_scope(self, person: Consultant) -> bool:
        if person.scope is None or self.project is None:
            return True
        if self.project not in person.scope:
            return False
        if self.day.policy.higher_notes is not HigherNotes.CONSULTANT:
            return True
        return person.scope.issuperset(higher_in_notes(self.day, self.visit))  # T9
