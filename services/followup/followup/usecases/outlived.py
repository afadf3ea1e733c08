"""What later facts make of plans: they end with the reason, or move with their slip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from qiantai.both import Both
from qiantai.branches import zone_of

from followup.domain.errors import SlipIsOver
from followup.domain.moved import NewTime, moved, why_moved
from followup.domain.outlived import REMINDERS, outlived, reason_of
from followup.domain.plan import Plan, step
from followup.domain.template import Fact
from followup.usecases.cancel_plan import cancel
from followup.usecases.jobs import KEEP_FACTS
from followup.usecases.ports import UnitOfWork

_BEFORE = timedelta(days=2)
"""A slip's arrival may be told after the no-show that it belies."""


def happened(fact: Fact, uow: UnitOfWork) -> None:
    """Keep a fact that makes no plans itself, and end the plans that it makes pointless."""
    uow.plans.hold_person(fact.customer)
    if uow.facts.add(fact, uow.now):
        end_outlived(fact, uow)


def end_outlived(fact: Fact, uow: UnitOfWork) -> None:
    """Cancel the open plans of the fact's customer that have outlived their reason with it."""
    plans = uow.plans.lock_open_of(customer=fact.customer)
    _end(plans, _reasons(plans, uow), [fact], uow)


def end_outlived_of(customer: str, uow: UnitOfWork) -> None:
    """Cancel the open plans of a person that have outlived their reason with anything that is known by now."""
    plans = uow.plans.lock_open_of(customer=customer)
    reasons = _reasons(plans, uow)
    if reasons:
        since = min(reason.at for reason in reasons.values()) - _BEFORE
        _end(plans, reasons, uow.facts.of_person(customer, since=since), uow)


def move_with_slip(customer: str, branch: str, new: NewTime, uow: UnitOfWork) -> None:
    """Let the open plans that hang on a slip follow it to its new time."""
    uow.plans.hold_person(customer)
    timezone = zone_of(branch, uow)
    plans = uow.plans.lock_open_of(customer=customer)
    reasons = _reasons(plans, uow)
    for before in plans:
        after = moved(before, reasons.get(reason_of(before) or ""), new, timezone, now=uow.now)
        if after is not None:
            uow.plans.save(after, step(before, after, "moved", why_moved(new.starts_at, timezone)))


def refuse_slip_that_is_over(plan: Plan, uow: UnitOfWork) -> None:
    """Raise SlipIsOver for a reminder of a slip that is cancelled, missed or kept."""
    if plan.appointment is None or plan.kind not in REMINDERS:
        return
    why = outlived(plan, None, uow.facts.of_person(plan.customer, since=uow.now - KEEP_FACTS))
    if why is not None:
        chinese, _, english = why.partition(" / ")
        raise SlipIsOver(fields={"appointment": Both(english, chinese)})


def _reasons(plans: Sequence[Plan], uow: UnitOfWork) -> Mapping[str, Fact]:
    causes = [cause for plan in plans if (cause := reason_of(plan)) is not None]
    return uow.facts.of_causes(causes) if causes else {}


def _end(plans: Sequence[Plan], reasons: Mapping[str, Fact], facts: Sequence[Fact], uow: UnitOfWork) -> None:
    for plan in plans:
        why = outlived(plan, reasons.get(reason_of(plan) or ""), facts)
        if why is not None:
            cancel(plan, why, uow)


def outlived_at_birth(plan: Plan, reason: Fact, uow: UnitOfWork) -> bool:
    """Say whether what makes a plan pointless was heard before what asks for it."""
    return outlived(plan, reason, uow.facts.of_person(reason.customer, since=reason.at - _BEFORE)) is not None
