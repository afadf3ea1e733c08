"""What supervisors are told at once: one pure rule over what happened (T6, T17, T21-T24, T27).

An alert with a `key` stays open until what it tells of is over; the branch
day remembers the open keys. One without a key tells of an act: it stays until
a person has seen it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from qiantai.contracts.receiver import SUPERVISOR, Receiver

from triage.domain.events import Event, Reclassify, SetStatus, SupervisorNames, Void
from triage.domain.model import Day, Decision, Visit
from triage.domain.plain import clock
from triage.domain.rotation.explain import Explanation, Names, citing
from triage.domain.words import CLASS_NAMES, ConsultantId, Stage, VisitClass

NOBODY, OWNER_WAIT, NAME_SOMEBODY = "nobody_can_receive", "owner_wait", "name_somebody"
MOVED, OVERRIDE, MANY_VOIDS, NOT_AT_POST = "moved", "override", "many_voids", "not_at_post"
OWNER_TAKEN = "owner_taken"
KINDS = (NOBODY, OWNER_WAIT, NAME_SOMEBODY, MOVED, OVERRIDE, MANY_VOIDS, NOT_AT_POST, OWNER_TAKEN)

UNTIL_SEEN = frozenset({OVERRIDE, MANY_VOIDS, OWNER_TAKEN})
"""Kinds that nothing ends but a person who has seen them."""

URGENT, WARNING, NOTICE = "urgent", "warning", "notice"
SEVERITIES = (URGENT, WARNING, NOTICE)

MANY = 3
"""Voids of one consultant on one day that are many."""
REPEATED = 2
"""Visits for which a consultant was not at the post on one day, from which on it is repeated."""

_WITH_SUPERVISOR, _MOVED, _VOIDS, _ABSENT = "supervisor", "moved", "voids", "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert; `key` is `group:subject` where it ends by itself."""

    kind: str
    severity: str
    why: Explanation
    rules: tuple[str, ...]
    visit: str | None = None
    consultant: ConsultantId | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one happening raises and clears; `cleared` are keys."""

    raised: tuple[Alert, ...] = ()
    cleared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happened on the day; `overridden` are visits that arrive with another class than was proposed (T6)."""

    before: Day
    event: Event
    decisions: tuple[Decision, ...]
    after: Day
    overridden: Collection[str] = ()


NO_NEWS = News()


def alerts(happening: Happening, open_: Collection[str], names: Names) -> News:
    """Return what is to be raised and what is over, given the keys that are open."""
    if not happening.decisions and not open_:
        return NO_NEWS
    raised: dict[str, Alert] = {}
    for place, alert in enumerate(_found(happening, names)):
        if alert.key is None or alert.key not in open_:
            raised.setdefault(alert.key or f"#{place}", alert)
    cleared = tuple(key for key in open_ if not _goes_on(key, happening))
    still = tuple(alert for alert in raised.values() if alert.key is None or _goes_on(alert.key, happening))
    return News(raised=still, cleared=cleared) if still or cleared else NO_NEWS


def _found(happening: Happening, names: Names) -> Iterator[Alert]:
    for decision in happening.decisions:
        visit = happening.after.visits[decision.visit]
        if decision.to == SUPERVISOR:
            yield _with_supervisor(visit, decision)
        elif decision.moved:
            yield _moved(visit, decision, names)
        yield from _not_at_post(happening, visit, names)
    yield from _overrides(happening, names)
    if isinstance(happening.event, Void):
        yield from _many_voids(happening, happening.event, names)


def _with_supervisor(visit: Visit, decision: Decision) -> Alert:
    kind, zh, en = NAME_SOMEBODY, "请主管指定接诊人", "the supervisor is to name somebody"
    if "T23" in decision.rules:
        kind, zh, en = (
            OWNER_WAIT,
            "等候首诊咨询已到时限，请主管代为接待",
            "the wait for the owner is at its limit; stand in",
        )
    elif "T21" in decision.rules or "T22" in decision.rules:
        kind, zh, en = NOBODY, "无人可接诊，请主管安排", "nobody can receive; name somebody or take the visitor"
    since = _arrived(visit)
    return Alert(
        kind=kind,
        severity=URGENT,
        why=citing(f"{zh}（{since}到院）", f"{en[0].upper()}{en[1:]} (arrived {since})", decision.rules),
        rules=decision.rules,
        visit=visit.id,
        key=f"{_WITH_SUPERVISOR}:{visit.id}",
    )


def _moved(visit: Visit, decision: Decision, names: Names) -> Alert:
    giver = names.person(decision.released.consultant) if decision.released else ""
    to, since = decision.to or "", _arrived(visit)
    receiver = names.person(decision.consultant) if decision.consultant else Receiver.read(to).id
    return Alert(
        kind=MOVED,
        severity=NOTICE,
        why=citing(
            f"等待到时限，由{giver}改派给{receiver}（{since}到院）",
            f"The wait was at its limit: moved from {giver} to {receiver} (arrived {since})",
            decision.rules,
        ),
        rules=decision.rules,
        visit=visit.id,
        consultant=decision.released.consultant if decision.released else None,
        key=f"{_MOVED}:{visit.id}",
    )


def owner_taken(customer: str, *, was: str, now: str, branch: str, reason: str, rule: str) -> Explanation:
    """Say to a branch that another one has taken over a customer (T11, T26, T27)."""
    return citing(
        f"{customer}的责任人由{was}改为{branch}的{now}：{reason}",
        f"{customer} went from {was} to {now} of {branch}: {reason}",
        (rule,),
    )


def _arrived(visit: Visit) -> str:
    return clock(visit.arrived // 60 * 60)


def _not_at_post(happening: Happening, visit: Visit, names: Names) -> Iterator[Alert]:
    """T17: whom the desk called, or who did not answer, for this visit and for others before."""
    known = happening.before.visits.get(visit.id)
    newly = visit.absent - (known.absent if known else frozenset())
    for consultant in sorted(newly):
        times = sum(consultant in one.absent for one in happening.after.visits.values())
        if times < REPEATED:
            continue
        who = names.person(consultant)
        yield Alert(
            kind=NOT_AT_POST,
            severity=WARNING,
            why=citing(f"{who}今日已{times}次不在岗", f"{who} was not at the post {times} times today", ("T17",)),
            rules=("T17",),
            visit=visit.id,
            consultant=consultant,
            key=absence_of(consultant),
        )


def _overrides(happening: Happening, names: Names) -> Iterator[Alert]:
    """T6, T27: somebody's word stands for the rule, where no rule asked for it."""
    event = happening.event
    for id_ in happening.overridden:
        zh, en = CLASS_NAMES[happening.after.visits[id_].klass]
        yield _override(id_, "T6", f"登记类别改为{zh}", f"Registered as {en} against the proposal")
    if isinstance(event, Reclassify):
        was = happening.before.visits[event.visit].klass
        usual = was is VisitClass.FIRST_VISIT and event.klass is VisitClass.OTHER  # what T7 provides for
        if was is not event.klass and not usual:
            before_zh, before_en = CLASS_NAMES[was]
            now_zh, now_en = CLASS_NAMES[event.klass]
            zh = f"类别由{before_zh}改为{now_zh}：{event.reason}"
            en = f"{before_en[0].upper()}{before_en[1:]} became {now_en}: {event.reason}"
            yield _override(event.visit, "T6", zh, en)
    if isinstance(event, SupervisorNames) and not _asked_for(happening, event.visit):
        before = happening.before.visits[event.visit]
        whose = names.person(before.consultant) if before.consultant else before.to or ""
        to = names.person(event.to)
        zh, en = f"由{whose}改派给{to}：{event.reason}", f"Reassigned from {whose} to {to}: {event.reason}"
        yield _override(event.visit, "T27", zh, en, before.consultant)


def _asked_for(happening: Happening, visit: str) -> bool:
    """Say whether a rule had sent the visit to the supervisor, also a wait that was due in this very happening."""
    due = any(one.visit == visit and one.to == SUPERVISOR for one in happening.decisions)
    return due or happening.before.visits[visit].to == SUPERVISOR


def _override(visit: str, rule: str, zh: str, en: str, consultant: ConsultantId | None = None) -> Alert:
    return Alert(
        kind=OVERRIDE,
        severity=NOTICE,
        why=citing(zh, en, (rule,)),
        rules=(rule,),
        visit=visit,
        consultant=consultant,
    )


def _many_voids(happening: Happening, event: Void, names: Names) -> Iterator[Alert]:
    released = happening.decisions[-1].released
    consultant = released.consultant if released else None
    times = sum(consultant in one.voided_from for one in happening.after.visits.values()) if consultant else 0
    if consultant and times >= MANY:
        who = names.person(consultant)
        yield Alert(
            kind=MANY_VOIDS,
            severity=WARNING,
            why=citing(f"{who}今日分诊作废{times}次", f"{times} assignments of {who} were voided today", ("T24",)),
            rules=("T24",),
            visit=event.visit,
            consultant=consultant,
            key=f"{_VOIDS}:{consultant}",
        )


def absence_of(consultant: ConsultantId) -> str:
    """Return the key of the alert that somebody is not at the post."""
    return f"{_ABSENT}:{consultant}"


def _goes_on(key: str, happening: Happening) -> bool:
    """Say whether what an open alert tells of still holds after this happening."""
    group, _, subject = key.partition(":")
    if group == _VOIDS:
        return True
    if group == _ABSENT:
        back = isinstance(happening.event, SetStatus) and happening.event.consultant == subject
        return not back and not _began(happening, subject)
    visit = happening.after.visits.get(subject)
    if visit is None or visit.stage is not Stage.WAITING:
        return False
    return visit.to == SUPERVISOR if group == _WITH_SUPERVISOR else True


def _began(happening: Happening, consultant: ConsultantId) -> bool:
    """Say whether this consultant began to receive somebody in this happening."""
    if happening.before.active is happening.after.active:
        return False
    return any(
        visit.consultant == consultant
        and visit.stage is Stage.IN_CONSULTATION
        and (known := happening.before.active.get(id_)) is not None
        and known.stage is Stage.WAITING
        for id_, visit in happening.after.active.items()
    )
