"""How a day begins: what is given, what is carried over, what is refused (T28)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triage.domain.errors import IllegalDay
from triage.domain.model import (
    SUPERVISOR,
    Consultant,
    Credit,
    Day,
    Lane,
    Project,
    Setting,
    Swap,
)
from triage.domain.policy import Policy
from triage.domain.words import ConsultantId, CustomerId, ProjectCode, Status, VisitClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one lane takes over from the last working day (T28)."""

    pointer: ConsultantId | None = None
    credits: tuple[Credit, ...] = ()
    swaps: tuple[Swap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """Everything that is given when the day begins, carried state by lane included."""

    branch: str
    date: str
    timezone: str
    order: tuple[ConsultantId, ...]
    policy: Policy = field(default_factory=Policy)
    projects: tuple[Project, ...] = ()
    consultants: tuple[Consultant, ...] = ()
    owners: Mapping[CustomerId, ConsultantId] = field(default_factory=dict)
    carried: Mapping[str, Carried] = field(default_factory=dict)
    designated: Mapping[ProjectCode, ConsultantId] = field(default_factory=dict)


def begin(given: Beginning) -> Day:
    """Return the day before its first event: everybody in the order idle. Raises IllegalDay."""
    _check(given)
    people = {c.id: c for c in given.consultants}
    lanes = {}
    for rule in given.policy.lanes:
        carried = given.carried.get(rule.name, Carried())
        order = tuple(rule.order or given.order)
        lanes[rule.name] = Lane(
            order=order,
            pointer=carried.pointer or next(iter(order), None),
            credits=carried.credits,
            swaps=carried.swaps,
        )
    return Day(
        setting=Setting(
            branch=given.branch,
            date=given.date,
            timezone=given.timezone,
            policy=given.policy,
            projects={p.code: replace(p, rank=i) for i, p in enumerate(given.projects)},
            consultants=people,
        ),
        at=0,
        lanes=lanes,
        status={c: Status.IDLE if c in given.order else Status.OFF for c in people},
        owners=dict(given.owners),
        counts=dict.fromkeys(given.order, 0),
        designated=dict(given.designated),
    )


def carry_over(last: Day, date: str, order: Sequence[ConsultantId]) -> dict[str, Carried]:
    """Return what each lane takes into the next working day `date` (ISO) (T28).

    The pointer goes on with the next who works, or from the top; credits and
    swaps live until the month's end.
    """
    policy = last.policy
    keep = policy.credit_carry_over and date[:7] == last.setting.date[:7]
    result = {}
    for name, lane in last.lanes.items():
        going_on = [c for c in lane.from_pointer() if c in order]
        result[name] = Carried(
            pointer=going_on[0] if going_on and policy.day_start == "continue" else None,
            credits=tuple(c for c in lane.credits if keep),
            swaps=tuple(s for s in lane.swaps if keep),
        )
    return result


def _check(given: Beginning) -> None:
    """Raise IllegalDay for what is unknown, doubled or reserved."""
    people = [c.id for c in given.consultants]
    _check_people(given, people)
    _unique("order", given.order)
    _known("order", given.order, people)
    _known("owners", given.owners.values(), people)
    _known("designated", given.designated.values(), people)
    check_policy(given.policy, people)
    _check_carried(given, people)


def _check_people(given: Beginning, people: Sequence[ConsultantId]) -> None:
    codes = [p.code for p in given.projects]
    _unique("consultants", people)
    _unique("projects", codes)
    _known("designated", given.designated, codes)
    for person in given.consultants:
        if person.id == SUPERVISOR or ":" in person.id or not person.id:
            _refuse("consultants", f"{person.id!r} is a reserved word")
        listed = (person.scope or frozenset()) | person.barred | person.designated
        _known(f"consultants.{person.id}", listed, codes)


def check_policy(policy: Policy, people: Collection[ConsultantId]) -> None:
    """Raise IllegalDay for lanes that do not part the classes, and for people whom nobody knows."""
    classes = [c for rule in policy.lanes for c in rule.classes]
    needed = set(VisitClass) - {VisitClass.RECHECK}
    if not needed <= set(classes) or len(classes) != len(set(classes)):
        _refuse("policy.lanes", "every class but recheck belongs to exactly one lane")
    _unique("policy.lanes", [rule.name for rule in policy.lanes])
    for rule in policy.lanes:
        _unique(f"policy.lanes.{rule.name}", rule.order or ())
        _known(f"policy.lanes.{rule.name}", rule.order or (), people)
    fixed = [c for some in policy.sources.values() for c in some if c != SUPERVISOR]
    _known("policy.sources", fixed, people)
    _known("policy.duty", [w.consultant for w in policy.duty if w.consultant], people)


def _check_carried(given: Beginning, people: Sequence[ConsultantId]) -> None:
    orders = {rule.name: rule.order or given.order for rule in given.policy.lanes}
    _known("carried", given.carried, list(orders))
    for name, carried in given.carried.items():
        if carried.pointer is not None:
            _known(f"carried.{name}", [carried.pointer], orders[name])
        owed = [c.consultant for c in carried.credits]
        owed += [c for s in carried.swaps for c in (s.debtor, s.creditor)]
        _known(f"carried.{name}", owed, people)


def _unique(where: str, ids: Sequence[str]) -> None:
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        _refuse(where, f"named twice: {', '.join(twice)}")


def _known(where: str, ids: Iterable[str], known: Collection[str]) -> None:
    strange = sorted(set(ids) - set(known))
    if strange:
        _refuse(where, f"unknown: {', '.join(strange)}")


def _refuse(where: str, what: str) -> None:
    raise IllegalDay(f"{where}: {what}", fields={where: what})
