"""The day's order of consultants: by ranking, by check-in, or by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from triage.domain.model import Consultant
from triage.domain.policy.policy import Policy
from triage.domain.words import ConsultantId


def day_order(
    policy: Policy,
    ranking: Sequence[Consultant],
    check_ins: Mapping[ConsultantId, int],
    by_hand: Sequence[ConsultantId] = (),
) -> tuple[ConsultantId, ...]:
    """Return the order in which the day's consultants stand.

    `ranking` holds those who work today, best first; `check_ins` says when or as
    the how-manieth somebody checked in. By check-in, whoever has not checked in stands behind, by
    ranking. By hand, whoever is not named stands behind, by ranking. Reserved
    places (from 1) are kept for their shift, in the same order, while it has people.
    """
    ranked = list(ranking)
    if policy.order_by == "check_in":
        never = max(check_ins.values(), default=0) + 1
        ranked.sort(key=lambda c: check_ins.get(c.id, never))
    elif policy.order_by == "hand":
        ranked.sort(key=lambda c: by_hand.index(c.id) if c.id in by_hand else len(by_hand))
    return tuple(c.id for c in _with_reserved_places(policy, ranked))


def with_changes(current: Sequence[ConsultantId], ranking: Sequence[ConsultantId]) -> tuple[ConsultantId, ...]:
    """Return the order that stands, without who no longer works and with who now does.

    `ranking` holds those who work today, best first. Whoever is new stands behind
    the next better ranked one, so that an order by ranking stays one.
    """
    return _filled([one for one in current if one in ranking], ranking)


def remembered(orders: Iterable[Sequence[ConsultantId]]) -> tuple[ConsultantId, ...]:
    """Return the newest of some days' orders, with whoever had that day off in the place of the day before it."""
    order: tuple[ConsultantId, ...] = ()
    for older in orders:
        order = _filled(list(order), older)
    return order


def _filled(order: list[ConsultantId], older: Sequence[ConsultantId]) -> tuple[ConsultantId, ...]:
    for place, one in enumerate(older):
        if one not in order:
            before = next((b for b in reversed(older[:place]) if b in order), None)
            order.insert(0 if before is None else order.index(before) + 1, one)
    return tuple(order)


def _with_reserved_places(policy: Policy, ranked: list[Consultant]) -> list[Consultant]:
    wanted = {p: shift for shift, places in policy.reserved_places.items() for p in places}
    left = list(ranked)
    placed = []
    for place in range(1, len(ranked) + 1):
        shift = wanted.get(place)
        reserved_later = {s for p, s in wanted.items() if p > place}
        fitting = [c for c in left if c.shift == shift]
        # whoever a later place is kept for waits for it, while somebody else can stand here
        others = [c for c in left if not _is_kept(c, left, wanted, place, reserved_later)]
        chosen = (fitting or others or left)[0]
        left.remove(chosen)
        placed.append(chosen)
    return placed


def _is_kept(
    person: Consultant,
    left: list[Consultant],
    wanted: Mapping[int, str],
    place: int,
    reserved_later: set[str],
) -> bool:
    if person.shift not in reserved_later:
        return False
    places = sum(1 for p, s in wanted.items() if p > place and s == person.shift)
    return sum(1 for c in left if c.shift == person.shift) <= places
