"""Approving and sending back (F1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qiantai.errors import Refusal

from followup.domain import plan as model
from followup.domain.plan import Completion, Plan, step
from followup.usecases import facts
from followup.usecases.executors import refuse_absent
from followup.usecases.ports import UnitOfWork
from followup.usecases.quicker import who_did


def approve_plan(id_: str, values: Completion, uow: UnitOfWork) -> Plan:
    """Allow a plan to be executed, completed by what the approver sets.

    Raises UnknownPlan, OwnDraft, NotInThisState, ImpossibleWindow, ExecutorNotHere.
    """
    if values.executor is not None:
        uow.plans.hold_person(uow.plans.get(id_).customer)
    before = uow.plans.lock(id_)
    refuse_absent(values.executor, before.branch, uow)
    with who_did(before, uow):
        after = model.complete(model.approve(before, by=uow.actor.id), values, now=uow.now)
    uow.plans.save(after, step(before, after, "approved"))
    uow.outbox.append(facts.plan_approved(after), version=after.version)
    return after


def each(ids: Sequence[str], act: Callable[[str], Plan]) -> list[Plan]:
    """Do the same with many plans, all or none; the refusal names the place of the one with which it does not go."""
    after: dict[str, Plan] = {}
    for id_ in sorted(set(ids)):  # in one order, so that two approvers never wait for each other
        try:
            after[id_] = act(id_)
        except Refusal as error:
            error.fields = {f"plans.{ids.index(id_)}": error.detail}
            error.facts = {**error.facts, "plan": id_}
            raise
    return [after[id_] for id_ in dict.fromkeys(ids)]


def return_plan(id_: str, guidance: str, uow: UnitOfWork) -> Plan:
    """Send a plan back to its drafter with guidance (指导意见). Raises UnknownPlan, NotInThisState."""
    before = uow.plans.lock(id_)
    with who_did(before, uow):
        after = model.send_back(before, guidance)
    uow.plans.save(after, step(before, after, "returned", guidance))
    uow.outbox.append(facts.plan_returned(after, guidance), version=after.version)
    return after
