"""Plans that have outlived their reason: what happened since makes the contact pointless (F1, F3)."""

from __future__ import annotations

from collections.abc import Iterable

from qiantai.contracts.triage import DEAL, NO_DEAL

from followup.domain.plan import Plan
from followup.domain.template import ARRIVED, BOOKED, CAME, CANCELLED, NO_SHOW, VISIT_FINISHED, Fact

REMINDERS = frozenset({"day_before", "surgery_notes", "surgery_confirmation", "treatment_confirmation"})
"""Kinds that are about a slip that is still to come."""
DEALT = "顾客后来已成交 / the customer has made a deal since"
CAME_SINCE = "顾客后来已到院 / the customer has come since"
WAS_HERE = "顾客已到院 / the customer was here"
BOOKED_SINCE = "顾客已重新预约 / the customer has a new slip"
SLIP_CANCELLED = "预约已取消 / the slip was cancelled"
SLIP_MISSED = "预约已过，顾客未到 / the slip is over"


def reason_of(plan: Plan) -> str | None:
    """Return the cause that a plan goes back to, also as the next step of another one; None for a person's own idea."""
    if plan.cause is not None or plan.previous is None:
        return plan.cause
    if plan.visit is not None:
        return f"visit:{plan.visit}"
    return None if plan.appointment is None else f"appointment:{plan.appointment}"


def outlived(plan: Plan, reason: Fact | None, facts: Iterable[Fact]) -> str | None:
    """Return why a plan is pointless after these facts about its customer, in words; None while it is not."""
    return next((why for fact in facts if (why := _ended_by(plan, reason, fact)) is not None), None)


def _ended_by(plan: Plan, reason: Fact | None, fact: Fact) -> str | None:
    if plan.appointment is not None and fact.appointment == plan.appointment:
        return _of_its_slip(plan, reason, fact)
    if reason is None or fact.at <= reason.at:
        return None
    if reason.event == NO_SHOW:
        return {CAME: CAME_SINCE, BOOKED: BOOKED_SINCE}.get(fact.event)
    dealt = fact.event == VISIT_FINISHED and fact.outcome == DEAL
    return DEALT if dealt and reason.event == VISIT_FINISHED and reason.outcome == NO_DEAL else None


def _of_its_slip(plan: Plan, reason: Fact | None, fact: Fact) -> str | None:
    if fact.event == CANCELLED:
        return SLIP_CANCELLED
    if fact.event == ARRIVED and (plan.kind in REMINDERS or (reason is not None and reason.event == NO_SHOW)):
        return WAS_HERE  # also where that is told after the no-show
    return SLIP_MISSED if fact.event == NO_SHOW and plan.kind in REMINDERS else None
