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


class AccountClosed(TriageError):
    """This account is closed, or works in other branches only: nobody is on duty with it (T17)."""

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


class IllegalPassage(TriageError):
    """This stage cannot follow the one that the visit is at."""

    status: ClassVar[int] = 409


class StageNeedsReason(TriageError):
    """A visit goes back with a reason."""


class VisitIsOver(TriageError):
    """The visitor has left; what belongs to the visit is closed."""

    status: ClassVar[int] = 409


class UnknownForm(TriageError):
    """There is no form with this name."""

    status: ClassVar[int] = 404


class FormNotRight(TriageError):
    """Some fields of the form are not right; see errors."""


class FormMissing(TriageError):
    """A form is to be written before this stage."""

    status: ClassVar[int] = 409


class NotYourVisit(TriageError):
    """The visit is somebody else's; a supervisor may act in their place."""

    status: ClassVar[int] = 403


class AcceptedAlready(TriageError):
    """You have accepted this visitor; the desk or a supervisor voids it now (T42)."""

    status: ClassVar[int] = 409


class NamedBySupervisor(TriageError):
    """Whom the customer changes to is named by a supervisor (T26); leave `to` out."""

    status: ClassVar[int] = 403


class CustomerElsewhere(TriageError):
    """This customer has not been in your branches and is not expected there; register the visit first (C12)."""

    status: ClassVar[int] = 403


class UnknownCustomer(TriageError):
    """There is no customer with this id."""

    status: ClassVar[int] = 404


class SameOwner(TriageError):
    """The customer belongs to this consultant already."""

    status: ClassVar[int] = 409


class UnknownAlert(TriageError):
    """There is no alert with this id in your branches."""

    status: ClassVar[int] = 404


class AlertNotOpen(TriageError):
    """The alert is acknowledged or cleared already."""

    status: ClassVar[int] = 409


class UnreadableFile(TriageError):
    """The file cannot be read."""


class WrongRows(TriageError):
    """Some rows of the file are not right; nothing was changed."""


class UnknownShift(TriageError):
    """There is no shift of this person on this day."""

    status: ClassVar[int] = 404


class ConsultantEngaged(TriageError):
    """The consultant has a visitor; finish or hand over the visit first."""

    status: ClassVar[int] = 409


class NotCheckedIn(TriageError):
    """This person has not checked in today."""

    status: ClassVar[int] = 409


class NotWorkingToday(TriageError):
    """This person does not work today; enter a shift for today first."""

    status: ClassVar[int] = 409


class OnlyForOneself(TriageError):
    """You may note this for yourself only; for others the reception or a supervisor does."""

    status: ClassVar[int] = 403


class IllegalPolicy(TriageError):
    """These policy fields are not right; nothing was changed."""


class PolicyTooEarly(TriageError):
    """A day that has begun keeps its policy, which is part of its beginning; choose a later day."""


class UnknownBranch(TriageError):
    """There is no branch with this code."""

    status: ClassVar[int] = 404


class ProjectNotInCatalogue(TriageError):
    """A project is not in the catalogue of this day; take its codes."""


class NoDealNeedsReason(TriageError):
    """Without a deal the reason is needed."""


class OwnerNeedsNote(TriageError):
    """A stand-in leaves a note for the owner (T11)."""


class DayTooFar(TriageError):
    """Nobody plans so far."""


class DaysBackwards(TriageError):
    """The days are in the wrong order."""


class TooManyDays(TriageError):
    """These are too many days."""


class BranchNotSaid(TriageError):
    """Say once for which branch."""


class NotADay(TriageError):
    """This is no day."""
