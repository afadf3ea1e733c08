"""What time brings: plans fall due (F7), and what happened long ago is forgotten."""

from __future__ import annotations

from datetime import timedelta

from followup.domain import plan as model
from followup.domain.plan import step
from followup.usecases.ports import UnitOfWork

_AT_ONCE = 500
KEEP_FACTS = timedelta(days=90)


def mark_due(uow: UnitOfWork) -> None:
    """Mark approved plans whose window has begun."""
    for before in uow.plans.lock_falling_due(uow.now, limit=_AT_ONCE):
        after = model.fall_due(before)
        uow.plans.save(after, step(before, after, "due"))


def forget_facts(uow: UnitOfWork) -> None:
    """Drop facts that no preview looks back to."""
    uow.facts.forget(uow.now - KEEP_FACTS)
