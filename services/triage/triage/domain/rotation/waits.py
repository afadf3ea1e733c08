"""What time alone brings: a wait at its limit, an assignment unanswered (T22, T23)."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai.contracts.receiver import ONLINE, Receiver

from triage.domain.changed import changed
from triage.domain.model import Day, Decision, Released, Swap, Visit
from triage.domain.rotation.decide import OWNED
from triage.domain.rotation.fitness import Call
from triage.domain.rotation.recording import put, record
from triage.domain.rotation.turns import assignment, by_designation, by_rotation, outcome, to_supervisor
from triage.domain.words import Basis, Stage


def apply_waits(day: Day, at: int) -> tuple[Day, tuple[Decision, ...]]:
    """Return the day after all waits due at this time, in the order of arrival."""
    made: list[Decision] = []
    for visit in tuple(_due(day, at)):
        now = day.visits[visit.id]
        if _limit_reached(day, now, at):
            decision = move_waiting(day, now, at)
        elif _unanswered(day, now, at):
            day, decision = _pass_on(day, now, at)
        else:
            continue
        day = record(day, decision)
        made.append(decision)
    return day, tuple(made)


def move_waiting(day: Day, visit: Visit, at: int) -> Decision:
    """Return where a visit goes that reached the limit, once per visit (T22, T23)."""
    call = Call(day=day, visit=visit, at=at)
    released = None
    if visit.consultant is not None:
        released = Released(consultant=visit.consultant, credit=False)
    if is_with_owner(visit):
        decision = changed(to_supervisor(call, "T23"), uncounted=visit.counted_for)
    elif visit.objection is not None and day.on_duty(visit.objection):
        decision = stand_in_for_objector(call)
    else:
        decision = _to_next_idle(call)
    return changed(decision, released=released, moved=True)


def is_with_owner(visit: Visit) -> bool:
    """Whether the visit waits for its owner or the owner's stand-in (T23, not T22)."""
    if visit.basis is Basis.OWNER:
        return True
    if visit.counted_for is not None:  # a change by rotation is T22's, like every counted visit
        return False
    return visit.klass in OWNED and visit.basis in {Basis.STAND_IN, Basis.CHANGE}


def stand_in_for_objector(call: Call) -> Decision:
    """T22: the objecting consultant's stand-in receives; visitor and count stay."""
    visit, day = call.visit, call.day
    objector = visit.counted_for or visit.consultant
    unowned = visit.customer not in day.owners
    return changed(
        assignment(call, visit.objection or "", Basis.STAND_IN, ("T22",)),
        counted_for=visit.counted_for,
        owner=objector if unowned and call.as_first_visit else None,
    )


def _to_next_idle(call: Call) -> Decision:
    visit, policy = call.visit, call.day.policy
    left_out = {visit.consultant}
    if policy.voided_left_out_of_moves:
        left_out |= visit.voided_from
    receiver = next(
        (c for c in call.lane.from_pointer() if c not in left_out and call.idle_and_fit(c)),
        None,
    )
    if receiver is None:
        return changed(_out_of_the_round(call), uncounted=visit.counted_for)
    giver = visit.counted_for
    if giver is not None and policy.transfer_uses_givers_turn:
        return changed(assignment(call, receiver, Basis.TURN, ("T22",)), counted_for=giver)
    decision = assignment(call, receiver, Basis.TURN, ("T22",), counted=giver is not None)
    owed = None
    if giver is not None and giver != receiver:
        owed = Swap(debtor=receiver, creditor=giver, visit=visit.id)
    return changed(decision, uncounted=giver, swap_owed=owed)


def _out_of_the_round(call: Call) -> Decision:
    online = call.visit.online_consultant
    if online is None:
        return to_supervisor(call, "T22")
    return outcome(call, Receiver(ONLINE, online).text, Basis.ONLINE_CONSULTANT, "T22")


def _pass_on(day: Day, visit: Visit, at: int) -> tuple[Day, Decision]:
    """Variant: who did not answer counts as not at the post (T17); the next one is asked."""
    silent = visit.consultant or ""
    visit = changed(visit, absent=visit.absent | {silent})
    day = put(day, visit)
    call = Call(day=day, visit=visit, at=at, left_out=visit.voided_from | {silent})
    decision = _next_to_ask(call)
    released = Released(consultant=silent, credit=False)
    return day, changed(decision, released=released, uncounted=visit.counted_for)


def _next_to_ask(call: Call) -> Decision:
    total = call.day.policy.accept_total_minutes
    if total is not None and call.at - call.visit.arrived >= total * 60:
        return to_supervisor(call, "T17", "T21")
    if call.visit.basis in {Basis.OWNER, Basis.STAND_IN}:
        return to_supervisor(call, "T17", "T11")
    found = by_designation(call) if call.visit.basis is Basis.DESIGNATED else None
    found = found or by_rotation(call)
    return changed(found, rules=tuple(dict.fromkeys((*found.rules, "T17"))))


def next_due(day: Day) -> int | None:
    """Return when time alone next brings something, None if nothing is waiting for that."""
    times = (due for visit in day.active.values() for due in (limit_at(day, visit), _silent_at(day, visit)))
    return min((due for due in times if due is not None), default=None)


def _due(day: Day, at: int) -> Iterator[Visit]:
    limit, silence = day.policy.wait_limit_minutes * 60, day.policy.accept_within_minutes
    for visit in day.active.values():
        over = visit.since is not None and at >= visit.since + limit and _limit_reached(day, visit, at)
        if over or (silence is not None and _unanswered(day, visit, at)):
            yield visit


def _limit_reached(day: Day, visit: Visit, at: int) -> bool:
    due = limit_at(day, visit)
    return due is not None and at >= due


def _unanswered(day: Day, visit: Visit, at: int) -> bool:
    due = _silent_at(day, visit)
    return due is not None and at >= due


def limit_at(day: Day, visit: Visit) -> int | None:
    """Return when this visit reaches the limit, None if it does not wait for a consultant or was moved."""
    waits = visit.stage is Stage.WAITING and visit.consultant is not None and not visit.moved
    if not waits or visit.since is None:
        return None
    return visit.since + day.policy.wait_limit_minutes * 60


def _silent_at(day: Day, visit: Visit) -> int | None:
    """Return when somebody else is asked because the consultant has not accepted, None if that is not wanted."""
    limit = day.policy.accept_within_minutes
    asked = visit.stage is Stage.WAITING and visit.consultant is not None and not visit.accepted
    if limit is None or not asked or visit.assigned is None:
        return None
    return visit.assigned + limit * 60
