"""Reading the day: rotation table, ledger, export as a day script, verification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from triage.domain.errors import TriageError
from triage.domain.ledger.chain import Finding, LedgerEntry, day_script, verify
from triage.domain.ledger.codec import decode_decision
from triage.domain.model import Credit, Day, Swap
from triage.domain.rotation.beginning import Beginning
from triage.domain.rotation.explain import Names, explain
from triage.usecases.model import Attendance
from triage.usecases.ports import UnitOfWork


class NothingOnThatDay(TriageError):
    """Nothing happened at this branch on that day."""

    zh = "本门店这一天没有记录。"
    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTable:
    """The order of one lane, with what is owed in it; `own_order`: it is the policy's, not the day's.

    `possible` is what can be done with it now.
    """

    lane: str
    own_order: bool
    possible: tuple[str, ...]
    order: tuple[str, ...]
    pointer: str | None
    credits: tuple[Credit, ...]
    swaps: tuple[Swap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """A consultant of the day; `possible` is what can be done with them now."""

    consultant: str
    name: str
    status: str
    engaged_visit: str | None
    first_visits: int
    shift: str
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationTable:
    """轮排表: the rotation table of a branch day."""

    branch: str
    day: date
    lanes: tuple[LaneTable, ...]
    consultants: tuple[OnDuty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedEntry:
    """One entry of the ledger, explained."""

    seq: int
    event: Mapping[str, Any]
    decisions: tuple[Mapping[str, Any], ...]
    why_zh: tuple[str, ...]
    why_en: tuple[str, ...]
    hash: str


def entries_of(branch: str, day: date, uow: UnitOfWork) -> tuple[Beginning, Sequence[LedgerEntry], str]:
    """Return a day's beginning, its whole ledger and the hash of its head. Raises NothingOnThatDay."""
    found = uow.days.entries(branch, day)
    if found is None:
        raise NothingOnThatDay
    return found


def rotation_table(branch: str, day: date, uow: UnitOfWork) -> RotationTable:
    """Return the day's rotation table: order, pointer, credits, swaps, counts and states of all lanes."""
    state = uow.days.find(branch, day)
    if state is None:
        raise NothingOnThatDay
    return table_of(state, uow)


def table_of(state: Day, uow: UnitOfWork) -> RotationTable:
    """Return the rotation table of a day's state; of a day that is over nothing can be changed."""
    branch, day = state.setting.branch, date.fromisoformat(state.setting.date)
    names = uow.roster.names(branch)
    engaged = {visit.engages: visit.id for visit in state.active.values() if visit.engages is not None}
    own = {rule.name for rule in state.policy.lanes if rule.order is not None}
    here = {one.staff: one for one in uow.attendance.of_day(branch, day)}
    running = uow.days.today(branch, uow.now) == day
    at_work = frozenset(id_ for lane in state.lanes.values() for id_ in lane.order)
    lanes = (
        LaneTable(
            lane=name,
            own_order=name in own,
            possible=("order",) if running and name not in own else (),
            order=lane.order,
            pointer=lane.pointer,
            credits=lane.credits,
            swaps=lane.swaps,
        )
        for name, lane in state.lanes.items()
    )
    consultants = (
        OnDuty(
            consultant=id_,
            name=names.person(id_),
            status=str(state.status.get(id_, "off")),
            engaged_visit=engaged.get(id_),
            first_visits=state.counts.get(id_, 0),
            shift=person.shift,
            checked_in_at=here[id_].checked_in_at if id_ in here else None,
            checked_out_at=here[id_].checked_out_at if id_ in here else None,
            possible=_possible(here.get(id_), in_order=id_ in at_work, engaged=id_ in engaged) if running else (),
        )
        for id_, person in state.setting.consultants.items()
    )
    return RotationTable(branch=branch, day=day, lanes=tuple(lanes), consultants=tuple(consultants))


def _possible(here: Attendance | None, *, in_order: bool, engaged: bool) -> tuple[str, ...]:
    """Return what the state of a consultant lets be done today, as `attendance` and `duty` decide it."""
    present = here is not None and here.checked_out_at is None
    found = ["status"]
    if in_order and not present:
        found.append("check-in")
    if present and not engaged:
        found.append("check-out")
    return tuple(found)


def ledger_lines(branch: str, day: date, uow: UnitOfWork) -> list[ExplainedEntry]:
    """Return the day's ledger with every decision explained."""
    _, entries, _ = entries_of(branch, day, uow)
    names = uow.roster.names(branch)
    return [_explained(entry, names) for entry in entries]


def _explained(entry: LedgerEntry, names: Names) -> ExplainedEntry:
    whys = [explain(decode_decision(decision), names) for decision in entry.decisions]
    return ExplainedEntry(
        seq=entry.seq,
        event=entry.event,
        decisions=entry.decisions,
        why_zh=tuple(why.zh for why in whys),
        why_en=tuple(why.en for why in whys),
        hash=entry.hash,
    )


def export_day(branch: str, day: date, uow: UnitOfWork) -> dict[str, Any]:
    """Return the day as a day script that replays to the same decisions."""
    beginning, entries, _ = entries_of(branch, day, uow)
    return day_script(beginning, entries)


def verify_day(branch: str, day: date, uow: UnitOfWork) -> list[Finding]:
    """Return every fault of the day's ledger, none when it is whole and follows from the rules."""
    beginning, entries, head = entries_of(branch, day, uow)
    return verify(beginning, entries, head)
