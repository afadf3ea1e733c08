"""Who executes a plan (F4)."""

from __future__ import annotations

from qiantai.contracts.device_gateway import StaffChanged
from qiantai.contracts.triage import OwnerChanged
from qiantai.staff import STAFF, WORKS_HERE
from qiantai.told import Told

from followup.domain.errors import ExecutorNotHere
from followup.domain.plan import give_to, step
from followup.domain.template import Fact
from followup.known import OWNERS
from followup.usecases.ports import UnitOfWork


def executor_for(role: str, fact: Fact, uow: UnitOfWork) -> str | None:
    """Return the person who fits a template's role best, None for anybody with that role.

    The owner told by triage comes before the one in the fact; whoever has left is nobody.
    """
    owner = owner_of(fact.customer, uow) or fact.owner
    candidates = {
        "owner": (owner, fact.consultant),
        "consultant": (fact.consultant, owner),
        "nurse": (fact.performer if _is_nurse(fact.performer, uow) else None,),
    }.get(role, ())
    return next((person for person in candidates if person is not None and _may_work(person, fact.branch, uow)), None)


def refuse_absent(executor: str | None, branch: str, uow: UnitOfWork, *, field: str = "executor") -> None:
    """Raise ExecutorNotHere when the executor is not known to work in the branch."""
    known = uow.known.get(STAFF, executor) if executor is not None else None
    if executor is not None and (known is None or not known.works_in(branch)):
        raise ExecutorNotHere(fields={field: WORKS_HERE})


def owner_of(customer: str, uow: UnitOfWork) -> str | None:
    """Return who is responsible for a customer, None if nobody was told."""
    known = uow.known.get(OWNERS, customer)
    return None if known is None else known.owner


def know_owner(told: Told[OwnerChanged], uow: UnitOfWork) -> None:
    """Keep who is responsible for a customer, and give that person the owner's open plans."""
    uow.plans.hold_person(told.event.customer)
    if not uow.known.take(OWNERS, told):
        return
    owner = owner_of(told.event.customer, uow)  # of a merged customer the living file's
    if owner is None:
        return
    for before in uow.plans.lock_open_of(customer=told.event.customer, role="owner"):
        if before.executor != owner:
            after = give_to(before, owner)
            uow.plans.save(after, step(before, after, "handed_over", "顾客已换负责人 / the customer has a new owner"))


def know_staff(told: Told[StaffChanged], uow: UnitOfWork) -> None:
    """Keep who can execute plans, and leave the open plans of somebody who left to anybody with their role."""
    if not told.event.active:
        uow.plans.hold_everybody()  # nobody gives them a plan meanwhile
    if not uow.known.take(STAFF, told) or told.event.active:
        return
    for before in uow.plans.lock_open_of(executor=told.event.staff):
        after = give_to(before, None)
        uow.plans.save(after, step(before, after, "handed_over", "执行人已离职 / the executor has left"))


def _may_work(person: str, branch: str, uow: UnitOfWork) -> bool:
    known = uow.known.get(STAFF, person)
    return known is None or known.works_in(branch)


def _is_nurse(person: str | None, uow: UnitOfWork) -> bool:
    known = uow.known.get(STAFF, person) if person is not None else None
    return known is not None and "nurse" in known.roles
