"""What triage refuses, each with the sentence that people read."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class TriageError(Refusal):
    """Triage cannot do this."""


class UnknownVisit(TriageError):
    """There is no visit with this id today."""

    status: ClassVar[int] = 404


class UnknownConsultant(TriageError):
    """There is no consultant with this id in this branch."""

    status: ClassVar[int] = 404


class UnknownProject(TriageError):
    """There is no project with this code."""

    status: ClassVar[int] = 404


class VisitExists(TriageError):
    """A visit with this id was registered before."""

    status: ClassVar[int] = 409


class IllegalStage(TriageError):
    """The visit is at a stage that does not allow this."""

    status: ClassVar[int] = 409


class FinishedConsultation(TriageError):
    """The consultation is finished; its triage can no longer be voided or moved."""

    status: ClassVar[int] = 409


class ConsultantNotOnDuty(TriageError):
    """The consultant is not on duty; name somebody who is."""

    status: ClassVar[int] = 409


class OverrideNeedsReason(TriageError):
    """Whoever departs from the rule book gives a reason."""


class TimeBackwards(TriageError):
    """The event is earlier than the one before it."""

    status: ClassVar[int] = 409


class IllegalDay(TriageError):
    """The day cannot begin like this."""


class Unreadable(TriageError):
    """A stored record of the ledger cannot be read."""
