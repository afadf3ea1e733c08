"""Who executes a plan (F4)."""

from __future__ import annotations

from followup.domain.errors import ExecutorNotHere
from followup.domain.plan import give_to, step
from followup.domain.template import Fact
from followup.usecases.ports import UnitOfWork


def executor_for(role: str, fact: Fact, uow: UnitOfWork) -> str | None:
    """Return the person who fits a template's role best, None for anybody with that role.

    The owner told by triage comes before the one in the fact; whoever has left is nobody.
    """
    owner = uow.customers.owner(fact.customer) or fact.owner
    candidates = {
        "owner": (owner, fact.consultant),
        "consultant": (fact.consultant, owner),
        "nurse": (fact.performer if _is_nurse(fact.performer, uow) else None,),
    }.get(role, ())
    return next((person for person in candidates if person is not None and _may_work(person, fact.branch, uow)), None)


def refuse_absent(executor: str | None, branch: str, uow: UnitOfWork, *, field: str = "executor") -> None:
    """Raise ExecutorNotHere when the executor is known not to work in the branch."""
    if executor is not None and not _may_work(executor, branch, uow):
        raise ExecutorNotHere(fields={field: "choose somebody who works in this branch"})


def hand_over_to_owner(customer: str, owner: str, uow: UnitOfWork) -> None:
    """Give the owner's open plans of a customer to the new owner."""
    for before in uow.plans.lock_open_of(customer=customer, role="owner"):
        if before.executor != owner:
            after = give_to(before, owner)
            uow.plans.save(after, step(before, after, "handed_over", "the customer has a new owner"))


def release_plans_of(executor: str, uow: UnitOfWork) -> None:
    """Leave the open plans of somebody who left to anybody with their role."""
    for before in uow.plans.lock_open_of(executor=executor):
        after = give_to(before, None)
        uow.plans.save(after, step(before, after, "handed_over", "the executor has left"))


def _may_work(person: str, branch: str, uow: UnitOfWork) -> bool:
    known = uow.people.get(person)
    return known is None or known.works_in(branch)


def _is_nurse(person: str | None, uow: UnitOfWork) -> bool:
    known = uow.people.get(person) if person is not None else None
    return known is not None and "nurse" in known.roles
