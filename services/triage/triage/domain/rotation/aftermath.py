"""After the assignment: void, retriage, referrer found, change, and what else moves a visit.

Each function takes the day and the event and returns the day (with what the
event says of the visit) and the decision, not yet recorded, or None.
"""

from __future__ import annotations

from dataclasses import replace

from qiantai.both import Both

from triage.domain.errors import (
    ConsultantNotOnDuty,
    IllegalStage,
)
from triage.domain.events import (
    ChangeConsultant,
    Leave,
    NotesFound,
    Objects,
    Reclassify,
    ReferrerFound,
    Retriage,
    SecondTriage,
    SupervisorNames,
    Void,
)
from triage.domain.model import Credit, Day, Decision, Released, Swap, Visit
from triage.domain.rotation.decide import OWNED, decide, stand_in_of
from triage.domain.rotation.fitness import Call
from triage.domain.rotation.possible import possible
from triage.domain.rotation.recording import known_ids, need_reason, put
from triage.domain.rotation.turns import assignment, by_rotation, earns, outcome, to_department, to_supervisor
from triage.domain.rotation.waits import stand_in_for_objector
from triage.domain.words import Basis, ConsultantId, PassReason, Stage, VisitClass

Decided = tuple[Day, Decision | None]
BY_RULE = frozenset({Basis.TURN, Basis.CREDIT, Basis.SWAP, Basis.DESIGNATED, Basis.SOURCE})
NOT_REFERRED = frozenset({Basis.OWNER, Basis.STAND_IN, Basis.CHANGE, Basis.DEPARTMENT})


def void(day: Day, event: Void) -> Decided:
    """T24: the assignment no longer counts; a counted one comes back as a credit."""
    visit = possible(day, event)
    need_reason(event.reason)
    call = Call(day=day, visit=visit, at=event.at)
    decision = outcome(call, None, Basis.VOID, "T24")
    return day, _given_back(call, decision, PassReason.VOID)


def retriage(day: Day, event: Retriage) -> Decided:
    """T24: decided anew from T10 on, the waiting clock anew, without whom it was voided from."""
    visit = possible(day, event)
    visit = replace(
        visit,
        stage=Stage.WAITING,
        since=event.at,
        soon=visit.soon if event.soon is None else event.soon,
        absent=visit.absent if event.absent is None else event.absent,
        stand_in=event.stand_in or visit.stand_in,
    )
    known_ids(day, visit)
    decision = decide(day, visit, event.at)
    return put(day, visit), _cited(decision, "T24")


def referrer_found(day: Day, event: ReferrerFound) -> Decided:
    """T12: the owner of the referrer, if on duty, receives; the first one is made up."""
    visit = replace(day.visit(event.visit), referrer=event.referrer)
    day = put(day, visit)
    call = Call(day=day, visit=visit, at=event.at)
    owner = day.owners.get(event.referrer)
    if not visit.active or not call.as_first_visit or visit.basis in NOT_REFERRED:
        return day, None
    if owner is None or owner == visit.consultant or not day.on_duty(owner):
        return day, None
    decision = assignment(call, owner, Basis.REFERRAL, ("T12",))
    return day, _given_back(call, decision, PassReason.REFERRAL)


def notes_found(day: Day, event: NotesFound) -> Decided:
    """T9: found out later, the visitor goes at once to somebody whose scope holds it."""
    visit = day.visit(event.visit)
    known = dict.fromkeys((*visit.notes_projects, *event.notes_projects))
    visit = replace(visit, notes_projects=tuple(known))
    known_ids(day, visit)
    day = put(day, visit)
    if not visit.active or visit.consultant is None or visit.basis not in BY_RULE:
        return day, None
    call = Call(day=day, visit=visit, at=event.at, left_out=visit.voided_from | {visit.consultant})
    if call.unfit(visit.consultant) is not PassReason.SCOPE:
        return day, None
    decision = _cited(by_rotation(call), "T9")
    if day.policy.transfer_uses_givers_turn and visit.counted_for is not None:
        kept = replace(decision, counted=False, counted_for=visit.counted_for)
        return day, replace(kept, released=_released(visit))
    return day, _given_back(call, decision, PassReason.SCOPE)


def change_consultant(day: Day, event: ChangeConsultant) -> Decided:
    """T26: the supervisor names the new one, or the rotation does; the old count stays."""
    visit = possible(day, event)
    left_out = visit.voided_from | ({visit.consultant} if visit.consultant else set())
    call = Call(day=day, visit=visit, at=event.at, left_out=left_out)
    if event.to is not None:
        _need_other(visit, event.to)
        _need_on_duty(day, event.to)
        decision = assignment(call, event.to, Basis.CHANGE, ("T26",))
    elif visit.klass in OWNED and visit.customer in day.owners:
        decision = to_supervisor(call, "T26")
    else:
        decision = _cited(by_rotation(call), "T26")
        if decision.consultant is not None:
            decision = replace(decision, basis=Basis.CHANGE)
    owner = decision.consultant if _may_own(day, visit) else None
    return day, replace(decision, owner=owner, released=_released(visit))


def supervisor_names(day: Day, event: SupervisorNames) -> Decided:
    """T11, T21, T27: the supervisor names who receives; not counted, audited."""
    visit = possible(day, event)
    need_reason(event.reason)
    _need_other(visit, event.to)
    _need_on_duty(day, event.to)
    call = Call(day=day, visit=visit, at=event.at)
    owned = visit.klass in OWNED and visit.customer in day.owners
    basis = Basis.STAND_IN if owned else Basis.SUPERVISOR
    rules = ("T11",) if owned else ("T21", "T27")
    decision = assignment(call, event.to, basis, rules)
    decision = replace(decision, owner=event.to if event.owns else None)
    # the supervisor's word is no older than now: T22 must not undo it at once
    day = put(day, replace(visit, since=event.at if visit.since is not None else None))
    if event.credit:
        return day, _given_back(call, decision, PassReason.VOID)
    return day, replace(decision, released=_released(visit), uncounted=visit.counted_for)


def objects(day: Day, event: Objects) -> Decided:
    """T22: named before the limit the stand-in receives at the limit, named after it at once."""
    visit = possible(day, event)
    _need_on_duty(day, event.stand_in)
    visit = replace(visit, objection=event.stand_in)
    if visit.consultant is None:
        raise IllegalStage(facts={"visit": visit.id, "stage": visit.stage})
    if not visit.moved:
        return put(day, visit), None
    call = Call(day=day, visit=visit, at=event.at)
    swap = _moved_for(day, visit)
    if swap is None:
        raise IllegalStage(facts={"visit": visit.id, "stage": visit.stage})
    objector = replace(visit, counted_for=swap.creditor)
    decision = stand_in_for_objector(replace(call, visit=objector))
    return put(day, visit), replace(
        decision,
        counted=True,
        uncounted=visit.counted_for,
        swap_paid=swap,
        released=_released(visit),
    )


def may_object(day: Day, visit: Visit) -> ConsultantId | None:
    """Return who may name a stand-in for a visit that waits, None where nobody may (T22)."""
    if visit.stage is not Stage.WAITING or not visit.moved:
        return visit.consultant if visit.stage is Stage.WAITING else None
    swap = _moved_for(day, visit)
    return swap.creditor if swap else None


def _moved_for(day: Day, visit: Visit) -> Swap | None:
    """Return the swap that the move of a visit brought, as long as the visit is where it went then."""
    swaps = (swap for lane in day.lanes.values() for swap in lane.swaps if swap.visit == visit.id)
    found = next(swaps, None)
    return found if found and found.debtor == visit.consultant == visit.counted_for else None


def reclassify(day: Day, event: Reclassify) -> Decided:
    """T7: the class changes, the visitor stays; the consultant gets no make-up."""
    visit = possible(day, event)
    need_reason(event.reason)
    visit = replace(visit, klass=event.klass)
    call = Call(day=day, visit=visit, at=event.at)
    decision = outcome(call, visit.to, Basis.RECLASSIFIED, "T6", "T7")
    stays = event.klass is not VisitClass.OTHER or day.policy.reclassified_keeps_count
    return put(day, visit), replace(
        decision,
        consultant=visit.consultant,
        counted_for=visit.counted_for if stays else None,
        uncounted=None if stays else visit.counted_for,
    )


def second_triage(day: Day, event: SecondTriage) -> Decided:
    """T25: a further stage of the same visit, never a new first visit.

    What the visit was counted for is settled: no later move takes it back or brings it to somebody else.
    """
    visit = possible(day, event)
    first = visit.consultant
    known = day.owners.get(visit.customer) or first
    visit = replace(
        visit,
        projects=event.projects or visit.projects,
        primary=event.primary or (None if event.projects else visit.primary),
        since=event.at,
        stage=Stage.WAITING,
        counted_for=None,
    )
    known_ids(day, visit)
    call = Call(day=day, visit=visit, at=event.at)
    decision = to_department(call, "T25", "T10") if event.treatment else _consultation(call, known)
    freed = first is not None and day.visit(event.visit).engages == first != decision.consultant
    released = Released(consultant=first or "", credit=False) if freed else None
    return put(day, visit), replace(decision, counted=False, counted_for=None, released=released)


def leave(day: Day, event: Leave) -> Decided:
    """Take a visitor who leaves off; gone within the policy's minutes, the turn is given back."""
    visit = possible(day, event)
    call = Call(day=day, visit=visit, at=event.at)
    limit = day.policy.leaves_within_minutes
    soon = limit is not None and event.at - (visit.assigned or visit.arrived) <= limit * 60
    decision = outcome(call, None, Basis.LEFT, "T27")
    if soon and visit.stage is Stage.WAITING:
        return day, _given_back(call, decision, PassReason.LEFT)
    return day, replace(decision, released=_released(visit), counted_for=visit.counted_for)


def _consultation(call: Call, known: ConsultantId | None) -> Decision:
    if known is None:
        return _cited(by_rotation(call), "T25")
    if call.day.on_duty(known):
        return assignment(call, known, Basis.OWNER, ("T25", "T11"))
    stand_in = stand_in_of(call)
    if stand_in is None:
        return to_supervisor(call, "T25", "T11")
    return assignment(call, stand_in, Basis.STAND_IN, ("T25", "T11"))


def _given_back(call: Call, decision: Decision, reason: PassReason) -> Decision:
    """Take the count back from whom it was counted for, with a credit for that miss."""
    visit = call.visit
    holder = visit.counted_for
    credit = None
    if holder is not None and earns(call, reason):
        credit = Credit(consultant=holder, reason=reason, visit=visit.id)
    return replace(
        decision,
        uncounted=holder,
        granted=decision.granted + ((credit,) if credit else ()),
        released=_released(visit, credit=credit is not None and holder == visit.consultant),
    )


def _released(visit: Visit, *, credit: bool = False) -> Released | None:
    if visit.consultant is None:
        return None
    return Released(consultant=visit.consultant, credit=credit)


def _cited(decision: Decision, *rules: str) -> Decision:
    return replace(decision, rules=tuple(dict.fromkeys((*rules, *decision.rules))))


def _may_own(day: Day, visit: Visit) -> bool:
    unowned_kind = visit.klass in {VisitClass.OTHER, VisitClass.RECHECK}
    return not unowned_kind or visit.customer in day.owners


def _need_on_duty(day: Day, consultant: ConsultantId) -> None:
    day.consultant(consultant)
    if not day.on_duty(consultant):
        raise ConsultantNotOnDuty(facts={"consultant": consultant})


def _need_other(visit: Visit, consultant: ConsultantId) -> None:
    if visit.consultant == consultant:
        raise IllegalStage(
            Both("The visit is with this consultant already.", "这次到院已在这位咨询医生名下。"),
            facts={"visit": visit.id},
        )
