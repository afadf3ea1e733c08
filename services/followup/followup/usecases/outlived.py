"""Ending the plans that a fact has made pointless, with the reason."""

from __future__ import annotations

from datetime import timedelta

from followup.domain.outlived import outlived, reason_of
from followup.domain.plan import Plan
from followup.domain.template import Fact
from followup.usecases.draft_plan import cancel
from followup.usecases.ports import UnitOfWork

_BEFORE = timedelta(days=2)
"""A slip's arrival may be told after the no-show that it belies."""


def happened(fact: Fact, uow: UnitOfWork) -> None:
    """Keep a fact that makes no plans itself, and end the plans that it makes pointless."""
    if uow.facts.add(fact, uow.now):
        end_outlived(fact, uow)


def end_outlived(fact: Fact, uow: UnitOfWork) -> None:
    """Cancel the open plans of the fact's customer that have outlived their reason with it."""
    plans = uow.plans.lock_open_of(customer=fact.customer)
    causes = [cause for plan in plans if (cause := reason_of(plan)) is not None]
    reasons = uow.facts.of_causes(causes) if causes else {}
    for plan in plans:
        why = outlived(plan, reasons.get(reason_of(plan) or ""), [fact])
        if why is not None:
            cancel(plan, why, uow)


def outlived_at_birth(plan: Plan, reason: Fact, uow: UnitOfWork) -> bool:
    """Say whether what makes a plan pointless was heard before what asks for it."""
    return outlived(plan, reason, uow.facts.of_person(reason.customer, since=reason.at - _BEFORE)) is not None
