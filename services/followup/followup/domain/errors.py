"""What the follow-up service refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class FollowupError(Refusal):
    """The follow-up service cannot do this."""


class UnknownPlan(FollowupError):
    """No plan has this id."""

    status: ClassVar[int] = 404


class UnknownTemplate(FollowupError):
    """No template has this code."""

    status: ClassVar[int] = 404


class UnknownCustomer(FollowupError):
    """This customer is not known here yet; try again in a moment."""


class ExecutorNotHere(FollowupError):
    """This member of staff does not work in this branch (any more)."""


class SlipIsOver(FollowupError):
    """Nobody is to be reminded of this slip any more."""

    status: ClassVar[int] = 409


class ImpossibleWindow(FollowupError):
    """A contact cannot be made in this time (F1)."""


class ImpossibleTemplate(FollowupError):
    """This template could never make a plan (F3)."""


class TemplateChanged(FollowupError):
    """Somebody changed this template meanwhile; load it again and repeat your edit."""

    status: ClassVar[int] = 412


class NotInThisState(FollowupError):
    """The plan's state does not allow this (F1)."""

    status: ClassVar[int] = 409


class NotApproved(NotInThisState):
    """Only an approved plan can be executed (F1)."""


class OwnDraft(FollowupError):
    """Somebody else has to approve what you drafted (F1)."""

    status: ClassVar[int] = 403


class OwnCall(FollowupError):
    """Somebody else has to review what you executed (F6)."""

    status: ClassVar[int] = 403
