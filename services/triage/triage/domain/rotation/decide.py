"""Who receives one arrival: the checks in the order of the book, the first that fits decides."""

from __future__ import annotations

from collections.abc import Callable

from qiantai.contracts.receiver import SUPERVISOR

from triage.domain.changed import changed
from triage.domain.model import Day, Decision, Visit
from triage.domain.policy.values import Way
from triage.domain.rotation.fitness import Call
from triage.domain.rotation.projects import higher_in_notes
from triage.domain.rotation.turns import assignment, by_designation, by_rotation, to_department, to_supervisor
from triage.domain.words import Basis, ConsultantId, VisitClass

OWNED = frozenset({VisitClass.RETURN_VISIT, VisitClass.REPURCHASE})


def decide(day: Day, visit: Visit, at: int) -> Decision:
    """Return where the visit goes at this moment; changes nothing (T10-T21).

    `at` is in seconds since local midnight. The decision carries every effect;
    `recording.record` enters it into the day.
    """
    call = Call(day=day, visit=visit, at=at, left_out=visit.voided_from)
    for check in CHECKS:
        decision = check(call)
        if decision is not None:
            break
    else:
        decision = by_rotation(call)
    return changed(decision, rules=decision.rules + _project_rules(call))


def for_treatment(call: Call) -> Decision | None:
    """T10: a recheck, or paid items to be treated now, goes to the department."""
    if call.visit.klass is not VisitClass.RECHECK and not call.visit.treat_now:
        return None
    return to_department(call, "T10")


def by_owner(call: Call) -> Decision | None:
    """T11: the owner, whatever the scope, also when busy; else a stand-in; else the supervisor."""
    owner = owner_for(call)
    if owner is None:
        return None
    rules = ("T11",) if call.visit.klass in OWNED else ("T5", "T11")
    if call.day.on_duty(owner):
        return outside_rotation(call, owner, Way.OWNER, Basis.OWNER, *rules)
    stand_in = stand_in_of(call)
    if stand_in is not None:
        return outside_rotation(call, stand_in, Way.STAND_IN, Basis.STAND_IN, *rules)
    return to_supervisor(call, *rules)


def by_request(call: Call) -> Decision | None:
    """Variant: the visitor asks for a consultant by name, outside the rotation."""
    wanted = call.visit.requested
    if not call.day.policy.named_request_outside_rotation or wanted is None:
        return None
    if not call.as_first_visit or not call.day.on_duty(wanted):
        return None
    return outside_rotation(call, wanted, Way.NAMED, Basis.NAMED, "T27")


def by_source(call: Call) -> Decision | None:
    """Variant: visitors of some sources go to fixed people, in that order, or the supervisor."""
    fixed = call.day.policy.sources.get(call.visit.source or "")
    if fixed is None or not call.as_first_visit:
        return None
    for receiver in fixed:
        if receiver != SUPERVISOR and call.can_receive(receiver):
            return outside_rotation(call, receiver, Way.SOURCE, Basis.SOURCE, "T27")
    return to_supervisor(call, "T27") if SUPERVISOR in fixed else None


def by_referral(call: Call) -> Decision | None:
    """T12: the referrer's owner, also when busy; else the stand-in named for it."""
    owner = call.day.owners.get(call.visit.referrer or "")
    if owner is None or not call.as_first_visit:
        return None
    if call.day.on_duty(owner):
        return outside_rotation(call, owner, Way.REFERRAL, Basis.REFERRAL, "T12")
    stand_in = stand_in_of(call)
    if stand_in is None:
        return None
    decision = outside_rotation(call, stand_in, Way.STAND_IN, Basis.STAND_IN, "T12")
    unowned = call.visit.customer not in call.day.owners
    return changed(decision, owner=owner if unowned else None)


def by_duty(call: Call) -> Decision | None:
    """Variant: at certain hours one consultant on duty receives the first visits."""
    if not call.as_first_visit:
        return None
    for window in call.day.policy.duty:
        if window.consultant and window.holds(call.at) and call.can_receive(window.consultant):
            return outside_rotation(call, window.consultant, Way.DUTY, Basis.DUTY, "T27")
    return None


CHECKS: tuple[Callable[[Call], Decision | None], ...] = (
    for_treatment,
    by_owner,
    by_request,
    by_source,
    by_referral,
    by_duty,
    by_designation,
)


def owner_for(call: Call) -> ConsultantId | None:
    """Return the owner who is responsible for this visit, None if it goes as a first visit."""
    visit, day = call.visit, call.day
    if visit.klass in OWNED:
        return day.owners.get(visit.customer)
    if visit.klass is VisitClass.FIRST_VISIT and day.policy.first_visit_to_owner:
        return None if visit.enquiry_owner in visit.voided_from else visit.enquiry_owner
    return None


def stand_in_of(call: Call) -> ConsultantId | None:
    """Return the stand-in named for this visit if at work; who is out cannot stand in."""
    return call.visit.stand_in if call.day.on_duty(call.visit.stand_in) else None


def outside_rotation(
    call: Call,
    receiver: ConsultantId,
    way: Way,
    basis: Basis,
    *rules: str,
) -> Decision:
    """Return an assignment that by the book uses neither turn nor count (policy `uses`)."""
    use = call.day.policy.use(way)
    moves = use.moves_pointer and receiver in call.lane.order
    return changed(
        assignment(call, receiver, basis, rules, counted=use.counts),
        pointer=call.lane.behind(receiver) if moves else None,
    )


def _project_rules(call: Call) -> tuple[str, ...]:
    several = ("T8",) if len(call.visit.projects) > 1 else ()
    return several + (("T9",) if higher_in_notes(call.day, call.visit) else ())
