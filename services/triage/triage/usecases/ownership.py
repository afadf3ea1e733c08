"""Who is responsible for a customer, told to the others, with whoever gets the performance of the deals (T11, T26)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qiantai.ids import new_id

from triage.domain.errors import CustomerElsewhere
from triage.domain.events import (
    Arrive,
    ChangeConsultant,
    Event,
    MoveOwner,
    OwnerKnown,
    ReferrerFound,
    Start,
    SupervisorNames,
)
from triage.domain.model import Day, Decision
from triage.domain.rotation.alerts import NOTICE, OWNER_TAKEN, owner_taken
from triage.known import CUSTOMERS
from triage.usecases import facts
from triage.usecases.ports import LiveDay, UnitOfWork
from triage.usecases.records import AlertRecord, EarlierOwner, OwnerRecord

_RULES: Mapping[type[Event], str] = {
    Start: "T11",
    ReferrerFound: "T12",
    ChangeConsultant: "T26",
    SupervisorNames: "T27",
    MoveOwner: "T27",
}
_WORDS: Mapping[type[Event], str] = {
    Start: "首次接诊 / received first",
    ReferrerFound: "补记介绍人 / the referrer was named",
    SupervisorNames: "主管指定 / named by the supervisor",
}
_BY_THE_RULES = "按分诊规则 / by the rules of triage"


def _words_of(event: Event) -> str:
    """Return why somebody became the owner where nobody has said it."""
    return _WORDS.get(type(event), _BY_THE_RULES)


def tell_owners(before: Day, after: Day, event: Event, decisions: Iterable[Decision], uow: UnitOfWork) -> None:
    """Save and tell every owner that one step has made or changed; what the day only learned is no change."""
    if after.owners is before.owners:
        return
    learned = {(event.customer, event.owner)} if isinstance(event, Arrive | OwnerKnown) else set()
    # another branch may have moved the customer since the day learned of the owner
    said = event.customer if isinstance(event, MoveOwner) else None
    for customer, owner in after.owners.items():
        same = before.owners.get(customer) == owner and customer != said
        if same or (customer, owner) in learned:
            continue
        _tell(customer, owner, after, event, decisions, uow)


def owner_here(customer: str, uow: UnitOfWork) -> OwnerRecord:
    """Return whose customer somebody is; nobody's is no secret. Raises UnknownCustomer, CustomerElsewhere."""
    owner = uow.customers.owner_of(customer)
    if owner.consultant is not None:
        refuse_elsewhere(customer, uow)
    return owner


def refuse_elsewhere(customer: str, uow: UnitOfWork) -> None:
    """Raise CustomerElsewhere unless the customer has been in the actor's branches or is expected there (C12)."""
    scope = uow.actor.scope
    if scope is not None and not uow.customers.is_of(customer, scope):
        raise CustomerElsewhere


def owners_to_learn(
    owners: Iterable[tuple[str | None, str | None]], live: LiveDay, uow: UnitOfWork
) -> list[OwnerKnown]:
    """Return what the day does not know yet of customers and their owners, as far as these are today's people."""
    day = live.day
    return [
        OwnerKnown(at=live.at(uow.now), customer=customer, owner=owner)
        for customer, owner in owners
        if customer and owner and owner in day.setting.consultants and day.owners.get(customer) != owner
    ]


def _tell(customer: str, owner: str, after: Day, event: Event, decisions: Iterable[Decision], uow: UnitOfWork) -> None:
    branch = after.setting.branch
    earlier = uow.customers.set_owner(customer, owner, branch, uow.now)
    previous = earlier.consultant if earlier else None
    version = earlier.version + 1 if earlier else 1
    record = OwnerRecord(customer=customer, consultant=owner, since=uow.now, version=version)
    reason = getattr(event, "reason", "") or _words_of(event)
    visit, rule = _why(customer, owner, after, event, decisions)
    told = facts.owner_changed(record, branch=branch, previous=previous, reason=reason)
    uow.outbox.append(told, version=version)
    moved = facts.performance_moved(
        record, branch=branch, since=uow.now, visit=visit, previous=previous, rule=rule, reason=reason
    )
    uow.outbox.append(moved, version=version)
    if earlier is not None and earlier.branch not in (None, branch):
        _tell_loser(earlier, record, rule, reason, branch, uow)


def _tell_loser(earlier: EarlierOwner, now: OwnerRecord, rule: str, reason: str, branch: str, uow: UnitOfWork) -> None:
    """Alert the branch that has lost a customer to another one; the alert stays until somebody there has seen it."""
    lost_by = earlier.branch or ""
    customer = uow.known.get(CUSTOMERS, now.customer)
    name = customer.name if customer else now.customer
    was = uow.roster.names(lost_by).person(earlier.consultant)
    new = uow.roster.names(branch).person(now.consultant or "")
    why = owner_taken(name, was=was, now=new, branch=branch, reason=reason, rule=rule)
    alert = AlertRecord(
        id=new_id(),
        branch=lost_by,
        day=uow.days.today(lost_by, uow.now),
        kind=OWNER_TAKEN,
        severity=NOTICE,
        zh=why.zh,
        en=why.en,
        rules=(rule,),
        raised_at=uow.now,
        consultant=earlier.consultant,
    )
    uow.alerts.add([alert])
    uow.outbox.append(facts.alert_raised(alert), version=1)  # its clearing has the version of a day, which is higher


def _why(customer: str, owner: str, after: Day, event: Event, decisions: Iterable[Decision]) -> tuple[str | None, str]:
    """Return the visit and the rule by which a customer has this owner now."""
    visit = getattr(event, "visit", None)
    if visit is not None and after.visits[visit].customer == customer and type(event) in _RULES:
        return visit, _RULES[type(event)]
    for decision in decisions:  # an arrival, or a wait that was due
        if decision.owner == owner and after.visits[decision.visit].customer == customer:
            return decision.visit, decision.rules[0]
    return None, _RULES.get(type(event), "T11")
