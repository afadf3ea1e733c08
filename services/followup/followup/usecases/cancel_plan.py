"""Cancelling a plan that is not needed any more (F1)."""

from __future__ import annotations

from followup.domain import plan as model
from followup.domain.plan import Plan, step
from followup.usecases import facts
from followup.usecases.ports import UnitOfWork
from followup.usecases.quicker import who_did


def cancel_plan(id_: str, reason: str, uow: UnitOfWork) -> Plan:
    """Note that a contact is not needed any more. Raises UnknownPlan, NotInThisState."""
    before = uow.plans.lock(id_)
    with who_did(before, uow):
        return cancel(before, reason, uow)


def cancel(before: Plan, reason: str, uow: UnitOfWork) -> Plan:
    """Cancel a locked plan and tell it. Raises NotInThisState."""
    after = model.cancel(before)
    uow.plans.save(after, step(before, after, "cancelled", reason))
    uow.outbox.append(facts.plan_cancelled(after, reason), version=after.version)
    return after
