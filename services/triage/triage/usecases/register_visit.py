"""A customer is here: the class is proposed, the visit registered and, where nothing is missing, assigned (T1-T6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar

from qiantai.both import Both
from qiantai.branches import refuse_closed
from qiantai.contracts.receiver import ONLINE
from qiantai.contracts.triage import LEAVING
from qiantai.errors import Conflict
from qiantai.ids import new_id
from qiantai.staff import refuse_stranger

from triage.domain.changed import changed
from triage.domain.errors import WHY_ANOTHER_CLASS, OverrideNeedsReason, TriageError
from triage.domain.rotation.classify import Facts, Seen, confirm, propose_class
from triage.domain.words import VisitClass
from triage.usecases import facts
from triage.usecases.arrival import let_arrive, with_answers, without_slip_for_something_else, would_arrive
from triage.usecases.go_to_stage import enter
from triage.usecases.happen import live_day
from triage.usecases.history import arrived
from triage.usecases.model import NOTHING, OVER, Arriving, KnownCustomer, Said, VisitRecord
from triage.usecases.ports import UnitOfWork

OTHER_BRANCH = "other_branch"
"""What the desk must still ask: whether the visitor of another branch's open visit is here."""
_WITH_OWNER = frozenset({VisitClass.RETURN_VISIT, VisitClass.REPURCHASE})


class AlreadyHere(Conflict):
    """This customer has an open visit here today; go on with that one."""

    zh = "这位顾客今天在本门店已有进行中的到院，请继续那一次。"


class InAnotherBranch(Conflict):
    """This customer has an open visit in another branch today; say `also_here` where they are here all the same."""

    zh = "这位顾客今天在其他门店有进行中的到院；确实在这里请注明（`also_here`）。"


class CustomerNotKnown(TriageError):
    """No customer with this id has been told to triage yet; try again in a moment."""

    zh = "分诊还没有收到这位顾客的档案，请稍后再试。"
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
    """A customer arrives at a branch, by a scan, which was read at `scanned_at`, or at the desk.

    `also_here`: although a visit is open in another branch, as the desk knows.
    """

    branch: str
    customer: str
    scan: str | None = None
    scanned_at: datetime | None = None
    also_here: bool = False
    said: Said = field(default_factory=Said)
    circumstances: Circumstances = field(default_factory=Circumstances)
    remark: str | None = None


def register_visit(command: RegisterVisit, uow: UnitOfWork) -> VisitRecord:
    """Register an arrival and assign it by the rules, all in one transaction.

    A visit whose projects nobody has said yet waits for them. One of the same day that ended without a deal is over
    with the new arrival, whether or not somebody let it leave. A scan of somebody who has an open visit
    in another branch waits for the desk's word; the other branch is told. Raises UnknownBranch, BranchClosed,
    CustomerNotKnown, AlreadyHere, InAnotherBranch, OverrideNeedsReason, and what the rules refuse.
    """
    record, known = classified(command, uow)
    if record.missing and replace(record.said, appointment=None) != NOTHING:
        would_arrive(record, known, uow)  # what cannot be is refused now, while it can be put right
    if known.ended_visit is not None:
        _let_go(known.ended_visit, record, uow)
    uow.visits.add(record)
    uow.outbox.append(facts.visit_registered(record), version=record.version)
    if not record.missing:
        record = let_arrive(record, known, uow)
    arrived(record, uow)
    if known.elsewhere_visit is not None:
        _tell_the_other_branch(known.elsewhere_visit, record, uow)
    return record


def _tell_the_other_branch(visit: str, record: VisitRecord, uow: UnitOfWork) -> None:
    for there in uow.visits.many([visit]):
        there_now = changed(there, version=there.version + 1)
        uow.visits.save([there_now])
        uow.outbox.append(facts.visit_seen_elsewhere(there_now, record.branch, uow.now), version=there_now.version)


def _let_go(ended: str, record: VisitRecord, uow: UnitOfWork) -> None:
    live_day(record.branch, record.day, uow)  # before the visit, as every act does
    before = uow.visits.lock(ended)
    if before.stage not in OVER:
        enter(before, LEAVING, uow, reason="顾客再次到店 / the customer has come again")


def read_ahead(uow: UnitOfWork, commands: Sequence[tuple[RegisterVisit, datetime]]) -> None:
    """Read what these registrations, each at its time, will need to know of their customers."""
    days = ((command, uow.days.today(command.branch, now), now) for command, now in commands)
    uow.customers.know_ahead([_arriving(*one) for one in days])


def classified(command: RegisterVisit, uow: UnitOfWork) -> tuple[VisitRecord, KnownCustomer]:
    """Return the visit with its class, not saved, and what is known of the customer (T1-T6).

    Raises UnknownBranch, BranchClosed, CustomerNotKnown, AlreadyHere, InAnotherBranch, NotOfTheStaff,
    OverrideNeedsReason.
    """
    day = uow.days.today(command.branch, uow.now)
    known = _known(command, day, uow)
    refuse_stranger(command.said.online_consultant, command.branch, uow, field="online_consultant", role=ONLINE)
    proposal = propose_class(_facts(command, known, day), known.first_visit_scope)
    said = command.said
    chosen = VisitClass(said.visit_class or proposal.klass)
    try:
        classification = confirm(proposal, chosen, said.override_reason or "")
    except OverrideNeedsReason:
        raise OverrideNeedsReason(fields={"override_reason": WHY_ANOTHER_CLASS}) from None
    if classification.overridden:
        uow.note(proposed=str(proposal.klass), chosen=str(chosen), reason=said.override_reason)
    record = VisitRecord(
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
        scan=command.scan,
        waiting_since=uow.now,
        remark=command.remark,
    )
    record = with_answers(record, said, known)
    with_owner = chosen in _WITH_OWNER and known.owner
    asks = not record.projects and not with_owner and chosen is not VisitClass.RECHECK
    elsewhere = known.elsewhere is not None and not command.also_here
    missing = (*(["projects"] if asks else []), *([OTHER_BRANCH] if elsewhere else []))
    return (changed(record, missing=missing) if missing else record), known


def _known(command: RegisterVisit, day: date, uow: UnitOfWork) -> KnownCustomer:
    known = uow.customers.know(_arriving(command, day, uow.now))
    refuse_closed(active=known.branch_open)
    if not known.known:
        raise CustomerNotKnown(
            fields={
                "customer": Both(
                    "register the customer first, or try again in a moment", "请先为顾客建档，或稍后再试。"
                )
            }
        )
    if known.open_visit is not None:
        raise _already_here(known.open_visit, uow)
    if known.ended_visit and known.ended_at and command.scanned_at and command.scanned_at <= known.ended_at:
        raise _already_here(known.ended_visit, uow)  # told late: the scan was of the visit that has ended
    if known.elsewhere is not None and not command.also_here and command.scanned_at is None:
        there = {"branch": known.elsewhere, "visit": known.elsewhere_visit, "stage": known.elsewhere_stage}
        raise InAnotherBranch(
            fields={"also_here": Both("say so where the customer is here all the same", "顾客确实在这里时请注明。")},
            facts=there,
        )
    return without_slip_for_something_else(known, command.said, uow.now)


def _already_here(visit: str, uow: UnitOfWork) -> AlreadyHere:
    """Say who received the visitor, when, and what became of the visit."""
    record = uow.visits.get(visit)
    told: dict[str, object] = {"visit": visit, "stage": record.stage, "to": record.to}
    for first in uow.passages.of(visit)[:1]:
        told |= {"by": first.by, "at": first.begun_at.isoformat()}
    return AlreadyHere(facts=told)


def _arriving(command: RegisterVisit, day: date, now: datetime) -> Arriving:
    return Arriving(
        customer=command.customer,
        branch=command.branch,
        day=day,
        now=now,
        appointment=command.said.appointment,
        referrer=command.said.referrer,
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
