"""How a day begins: what is given, what is carried over, what is refused (T28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qiantai.both import Both
from qiantai.contracts.receiver import Receiver

from triage.domain.model import Consultant, Credit, Day, Lane, Project, Setting, Swap
from triage.domain.policy.catalogue import check_policy
from triage.domain.policy.policy import Policy
from triage.domain.policy.takes import check_known, check_unique, refuse
from triage.domain.words import ConsultantId, CustomerId, ProjectCode, Status


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
    check_unique("order", given.order)
    check_known("order", given.order, people)
    check_known("owners", given.owners.values(), people)
    check_known("designated", given.designated.values(), people)
    check_policy(given.policy, people)
    _check_carried(given, people)


def _check_people(given: Beginning, people: Sequence[ConsultantId]) -> None:
    codes = [p.code for p in given.projects]
    check_unique("consultants", people)
    check_unique("projects", codes)
    check_known("designated", given.designated, codes)
    for person in given.consultants:
        if Receiver.read(person.id).consultant is None or not person.id:
            refuse(
                "consultants",
                Both("{name!r} is a reserved word", "{name!r} 是保留词，不能使用。").format(name=person.id),
            )
        listed = (person.scope or frozenset()) | person.barred | person.designated
        check_known(f"consultants.{person.id}", listed, codes)


def _check_carried(given: Beginning, people: Sequence[ConsultantId]) -> None:
    orders = {rule.name: rule.order or given.order for rule in given.policy.lanes}
    check_known("carried", given.carried, list(orders))
    for name, carried in given.carried.items():
        if carried.pointer is not None:
            check_known(f"carried.{name}", [carried.pointer], orders[name])
        owed = [c.consultant for c in carried.credits]
        owed += [c for s in carried.swaps for c in (s.debtor, s.creditor)]
        check_known(f"carried.{name}", owed, people)
