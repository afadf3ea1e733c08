"""Designated projects, credits, turns and swaps (T13-T17, T20, T21)."""

from __future__ import annotations

from collections.abc import Iterable

from qiantai.contracts.receiver import DEPARTMENT, SUPERVISOR, Receiver

from triage.domain.changed import changed
from triage.domain.model import Credit, Decision, Passed, Swap
from triage.domain.policy.values import Way
from triage.domain.rotation.fitness import Call
from triage.domain.rotation.projects import differs_from_notes
from triage.domain.words import Basis, ConsultantId, PassReason, VisitClass


def by_rotation(call: Call) -> Decision:
    """Return T14, else T15, else T21: an open credit, a turn, or the supervisor."""
    return by_credit(call) or by_turn(call) or to_supervisor(call, "T21")


def by_designation(call: Call) -> Decision | None:
    """T13: the designated take turns among themselves; None if none of them can receive."""
    if call.project is None or not call.as_first_visit:
        return None
    people = call.day.setting.consultants
    named = [c for c in call.lane.order if call.project in people[c].designated]
    start = _place(named, call.day.designated.get(call.project))
    circle = [c for c in named[start:] + named[:start] if c not in call.left_out]
    receiver = next((c for c in circle if call.can_receive(c)), None)
    if receiver is None:
        return None
    passed = _passed(call, circle[: circle.index(receiver)])
    use = call.day.policy.use(Way.DESIGNATED)
    return changed(
        assignment(call, receiver, Basis.DESIGNATED, ("T13", *_signs(passed)), counted=use.counts),
        passed=passed,
        granted=_granted(call, passed),
        designated_pointer=named[(named.index(receiver) + 1) % len(named)],
        pointer=call.lane.behind(receiver) if use.moves_pointer else None,
    )


def by_credit(call: Call) -> Decision | None:
    """T14: the oldest credit whose holder can receive; the pointer stays."""
    redeemed = next((c for c in call.lane.credits if call.can_receive(c.consultant)), None)
    if redeemed is None:
        return None
    decision = assignment(call, redeemed.consultant, Basis.CREDIT, ("T14",), counted=_counts(call))
    return changed(decision, redeemed=redeemed)


def by_turn(call: Call) -> Decision | None:
    """T15: once round from the pointer; a swap that is owed goes to its creditor."""
    turn = next((c for c in call.in_order if call.can_receive(c)), None)
    if turn is None:
        return None
    passed = _passed(call, call.in_order[: call.in_order.index(turn)])
    swap = _due_swap(call, turn)
    receiver, basis = (swap.creditor, Basis.SWAP) if swap else (turn, Basis.TURN)
    rules = ("T15", *_signs(passed), *(("T22",) if swap else ()))
    return changed(
        assignment(call, receiver, basis, rules, counted=_counts(call)),
        passed=passed,
        granted=_granted(call, passed),
        pointer=call.lane.behind(turn),
        swap_paid=swap,
    )


def assignment(
    call: Call,
    receiver: ConsultantId,
    basis: Basis,
    rules: Iterable[str],
    *,
    counted: bool = False,
) -> Decision:
    """Return the bare decision for this receiver, with the rules that made it possible."""
    signs = list(rules)
    if call.visit.klass is VisitClass.OTHER:
        signs.append("T20")
    if basis in {Basis.TURN, Basis.CREDIT, Basis.SWAP, Basis.DESIGNATED}:
        if call.is_busy(receiver):
            signs.append("T18")
        if call.needs_waiver(receiver):
            signs.append("T19")
    return changed(
        outcome(call, receiver, basis, *signs),
        counted=counted,
        consultant=receiver,
        counted_for=receiver if counted else None,
    )


def outcome(call: Call, to: str | None, basis: Basis, *rules: str) -> Decision:
    """Return a decision that assigns no consultant."""
    return Decision(
        at=call.at,
        visit=call.visit.id,
        to=to,
        basis=basis,
        rules=rules,
        project=call.project,
        differs=differs_from_notes(call.visit),
        lane=call.lane_name,
    )


def to_supervisor(call: Call, *rules: str) -> Decision:
    """T21, T11, T23: nobody can receive by rule; the supervisor is alerted."""
    return outcome(call, SUPERVISOR, Basis.SUPERVISOR, *rules)


def to_department(call: Call, *rules: str) -> Decision:
    """T10, T25: the deciding project's department receives, the supervisor where there is none."""
    department = None if call.project is None else call.day.project(call.project).department
    if department is None:
        return to_supervisor(call, *rules, "T21")
    return outcome(call, Receiver(DEPARTMENT, department).text, Basis.DEPARTMENT, *rules)


def earns(call: Call, reason: PassReason) -> bool:
    """Whether a miss for this reason is made up (T16, T17)."""
    return reason is not PassReason.NOT_ON_DUTY and reason in call.day.policy.credit_reasons


def _counts(call: Call) -> bool:
    rule = call.day.policy.lane_of(call.visit.klass)
    return rule is None or rule.counted


def _due_swap(call: Call, turn: ConsultantId) -> Swap | None:
    oldest = next((s for s in call.lane.swaps if s.debtor == turn), None)
    return oldest if oldest is not None and call.can_receive(oldest.creditor) else None


def _passed(call: Call, people: Iterable[ConsultantId]) -> tuple[Passed, ...]:
    missed = ((c, call.miss(c)) for c in people)
    return tuple(Passed(consultant=c, reason=why, credit=earns(call, why)) for c, why in missed if why is not None)


def _granted(call: Call, passed: Iterable[Passed]) -> tuple[Credit, ...]:
    return tuple(Credit(consultant=p.consultant, reason=p.reason, visit=call.visit.id) for p in passed if p.credit)


def _signs(passed: tuple[Passed, ...]) -> tuple[str, ...]:
    made_up = ("T16",) if any(p.credit for p in passed) else ()
    lost = ("T17",) if any(not p.credit for p in passed) else ()
    return made_up + lost


def _place(people: list[ConsultantId], pointer: ConsultantId | None) -> int:
    return people.index(pointer) if pointer in people else 0
