"""A customer is here: the class is proposed, the visit registered and, where nothing is missing, assigned (T1-T6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from qiantai.contracts.triage import VisitRegistered
from qiantai.errors import Conflict
from qiantai.ids import new_id

from triage.domain.errors import OverrideNeedsReason, TriageError
from triage.domain.events import Arrive, OwnerKnown
from triage.domain.model import Decision
from triage.domain.rotation.advance import advance
from triage.domain.rotation.classify import Facts, Seen, confirm, propose_class
from triage.domain.words import VisitClass
from triage.usecases.following import happen, live_day
from triage.usecases.history import arrived
from triage.usecases.model import KnownCustomer, VisitRecord
from triage.usecases.ports import LiveDay, UnitOfWork

_WITH_OWNER = frozenset({VisitClass.RETURN_VISIT, VisitClass.REPURCHASE})


class AlreadyHere(Conflict):
    """This customer has an open visit here today; go on with that one."""


class CustomerNotKnown(TriageError):
    """No customer with this id has been told to triage yet; try again in a moment."""

    status: ClassVar[int] = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the receptionist sees or is told (T3, T5)."""

    with_guardian: bool = False
    on_behalf_of_other: bool = False
    companion: bool = False
    haemangioma: bool = False
    scar_age_months: int | None = None
    free_trial: bool = False
    refund_only: bool = False
    for_treatment: bool = False
    after_care: bool = False
    wants_consult: bool = False
    pays_balance: bool = False
    project_offered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterVisit:
    """A customer arrives at a branch, by a scan or at the desk.

    `visit_class` overrides the proposal and then needs `override_reason` (T6).
    `soon` and `absent` are the answers of consultants whom the desk asked (T17, T18).
    """

    branch: str
    customer: str
    appointment: str | None = None
    scan: str | None = None
    projects: tuple[str, ...] = ()
    primary: str | None = None
    visit_class: str | None = None
    override_reason: str = ""
    referrer: str | None = None
    stand_in: str | None = None
    online_consultant: str | None = None
    party: str | None = None
    source: str | None = None
    requested: str | None = None
    treat_now: bool = False
    soon: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    remark: str | None = None
    circumstances: Circumstances = field(default_factory=Circumstances)


def register_visit(command: RegisterVisit, uow: UnitOfWork) -> VisitRecord:
    """Register an arrival and assign it by the rotation, all in one transaction.

    Raises CustomerNotKnown, AlreadyHere, OverrideNeedsReason, UnknownProject.
    """
    day = uow.days.today(command.branch, uow.now)
    known = _known(command, day, uow)
    record = _registered(command, known, day, uow)
    if record.missing:
        uow.visits.add(record)
        arrived(record, uow)
        _tell_registered(record, uow)
        return record
    _tell_registered(record, uow)
    live = live_day(command.branch, day, uow)
    _learn_owners(live, known, command, uow)
    outcome = happen(live, _arrival(record, command, known, live, uow), uow, [record])
    record = outcome.visits[record.id]
    uow.visits.add(record)
    arrived(record, uow)
    return record


def propose_visit(command: RegisterVisit, uow: UnitOfWork) -> tuple[VisitRecord, Decision | None]:
    """Say what would happen, change nothing: the proposed class, and the decision where one is possible."""
    day = uow.days.today(command.branch, uow.now)
    known = _known(command, day, uow)
    record = _registered(command, known, day, uow)
    if record.missing:
        return record, None
    live = live_day(command.branch, day, uow)
    state = live.day
    for event in _owners_to_learn(live, known, command, uow):
        state, _ = advance(state, event)
    _, decisions = advance(state, _arrival(record, command, known, live, uow))
    return record, next(decision for decision in decisions if decision.visit == record.id)


def _known(command: RegisterVisit, day: date, uow: UnitOfWork) -> KnownCustomer:
    known = uow.customers.know(
        command.customer,
        branch=command.branch,
        day=day,
        appointment=command.appointment,
        referrer=command.referrer,
        now=uow.now,
    )
    if not known.known:
        raise CustomerNotKnown(fields={"customer": "register the customer first, or try again in a moment"})
    if known.open_visit is not None:
        raise AlreadyHere(facts={"visit": known.open_visit})
    return known


def _registered(command: RegisterVisit, known: KnownCustomer, day: date, uow: UnitOfWork) -> VisitRecord:
    projects = command.projects or known.projects
    proposal = propose_class(_facts(command, known, day), known.first_visit_scope)
    chosen = VisitClass(command.visit_class) if command.visit_class else proposal.klass
    try:
        classification = confirm(proposal, chosen, command.override_reason)
    except OverrideNeedsReason:
        raise OverrideNeedsReason(fields={"override_reason": "say why the class is another"}) from None
    if classification.overridden:
        uow.note(proposed=str(proposal.klass), chosen=str(chosen), reason=command.override_reason)
    needs_projects = not projects and not (chosen in _WITH_OWNER and known.owner) and chosen is not VisitClass.RECHECK
    return VisitRecord(
        id=new_id(),
        branch=command.branch,
        day=day,
        customer=command.customer,
        visit_class=str(chosen),
        proposed_class=str(proposal.klass),
        class_rules=tuple(dict.fromkeys(g.rule for g in proposal.grounds)),
        class_why={
            "zh": ";".join(g.zh for g in proposal.grounds),
            "en": "; ".join(g.en for g in proposal.grounds),
        },
        arrived_at=uow.now,
        version=1,
        projects=projects,
        missing=("projects",) if needs_projects else (),
        appointment=known.appointment,
        scan=command.scan,
        referrer=command.referrer or known.referrer,
        online_consultant=command.online_consultant or known.online_consultant,
        waiting_since=uow.now,
        remark=command.remark,
    )


def _facts(command: RegisterVisit, known: KnownCustomer, day: date) -> Facts:
    c = command.circumstances
    born = known.birthday
    age = None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    kind = known.appointment_kind
    return Facts(
        at_branch=Seen(
            consultations=known.consultations_here,
            deals=known.deals_here,
            completed_projects=known.used_here,
            paid_unused_items=known.unused_here,
        ),
        in_chain=Seen(consultations=known.consultations_chain, deals=known.deals_chain),
        age=age,
        with_guardian=c.with_guardian,
        on_behalf_of_other=c.on_behalf_of_other,
        companion=c.companion,
        own_appointment=known.appointment is not None,
        haemangioma=c.haemangioma,
        scar_age_months=c.scar_age_months,
        free_trial=c.free_trial,
        refund_only=c.refund_only,
        for_treatment=c.for_treatment or kind == "treatment",
        after_care=c.after_care or kind == "recheck",
        wants_consult=c.wants_consult,
        pays_balance=c.pays_balance,
        project_offered=c.project_offered,
    )


def _arrival(
    record: VisitRecord, command: RegisterVisit, known: KnownCustomer, live: LiveDay, uow: UnitOfWork
) -> Arrive:
    unknown = sorted({*record.projects, *filter(None, [command.primary])} - set(live.day.setting.projects))
    if unknown:
        raise TriageError(f"Unknown project: {', '.join(unknown)}.", fields={"projects": "take codes of the catalogue"})
    owner = known.owner if known.owner in live.day.setting.consultants else None
    primary = command.primary or (record.projects[0] if record.projects else None)
    return Arrive(
        at=live.at(uow.now),
        visit=record.id,
        customer=record.customer,
        klass=VisitClass(record.visit_class),
        projects=record.projects,
        primary=primary,
        notes_projects=known.projects if command.projects else (),
        referrer=record.referrer,
        owner=owner,
        stand_in=command.stand_in,
        online_consultant=record.online_consultant,
        party=command.party,
        soon=frozenset(command.soon),
        absent=frozenset(command.absent),
        treat_now=command.treat_now or (known.appointment_kind == "treatment" and known.unused_here > 0),
        source=command.source,
        requested=command.requested,
    )


def _owners_to_learn(live: LiveDay, known: KnownCustomer, command: RegisterVisit, uow: UnitOfWork) -> list[OwnerKnown]:
    """Return what the day does not know yet: the owner, if it changed elsewhere, and the referrer's owner (T12)."""
    referrer = command.referrer or known.referrer
    pairs = [(known.id, known.owner if known.id in live.day.owners else None), (referrer, known.referrer_owner)]
    return [
        OwnerKnown(at=live.at(uow.now), customer=customer, owner=owner)
        for customer, owner in pairs
        if customer and owner and owner in live.day.setting.consultants and live.day.owners.get(customer) != owner
    ]


def _learn_owners(live: LiveDay, known: KnownCustomer, command: RegisterVisit, uow: UnitOfWork) -> None:
    for event in _owners_to_learn(live, known, command, uow):
        happen(live, event, uow)


def _tell_registered(record: VisitRecord, uow: UnitOfWork) -> None:
    uow.outbox.append(
        VisitRegistered(
            branch=record.branch,
            visit=record.id,
            customer=record.customer,
            business_day=record.day,
            arrived_at=record.arrived_at,
            visit_class=record.visit_class,
            class_reasons=record.class_rules,
            projects=record.projects,
            appointment=record.appointment,
            scan=record.scan,
            missing=record.missing,
        ),
        version=record.version,
    )
