"""Reading the day: rotation table, ledger, export as a day script, verification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from triage.domain.errors import TriageError
from triage.domain.ledger.chain import Finding, LedgerEntry, day_script, verify
from triage.domain.ledger.codec import decode_decision, encode_record
from triage.domain.model import Day
from triage.domain.rotation.beginning import Beginning
from triage.domain.rotation.explain import explain
from triage.usecases.ports import UnitOfWork


class NothingOnThatDay(TriageError):
    """Nothing happened at this branch on that day."""

    status = 404


def entries_of(branch: str, day: date, uow: UnitOfWork) -> tuple[Beginning, Sequence[LedgerEntry], str]:
    """Return a day's beginning, its whole ledger and the hash of its head. Raises NothingOnThatDay."""
    found = uow.days.entries(branch, day)
    if found is None:
        raise NothingOnThatDay
    return found


def rotation_table(branch: str, day: date, uow: UnitOfWork) -> Mapping[str, Any]:
    """Return the day's rotation table: order, pointer, credits, swaps, counts and states of all lanes."""
    state = uow.days.find(branch, day)
    if state is None:
        raise NothingOnThatDay
    return table_of(state, uow)


def table_of(state: Day, uow: UnitOfWork) -> Mapping[str, Any]:
    """Return the rotation table of a day's state."""
    names = uow.roster.names(state.setting.branch)
    engaged = {visit.engages: visit.id for visit in state.active.values() if visit.engages is not None}
    return {
        "branch": state.setting.branch,
        "day": date.fromisoformat(state.setting.date),
        "lanes": [
            {
                "lane": name,
                "order": lane.order,
                "pointer": lane.pointer,
                "credits": [encode_record(credit) for credit in lane.credits],
                "swaps": [encode_record(swap) for swap in lane.swaps],
            }
            for name, lane in state.lanes.items()
        ],
        "consultants": [
            {
                "consultant": id_,
                "name": names.person(id_),
                "status": str(state.status.get(id_, "off")),
                "engaged_visit": engaged.get(id_),
                "first_visits": state.counts.get(id_, 0),
                "shift": person.shift,
            }
            for id_, person in state.setting.consultants.items()
        ],
    }


def ledger_lines(branch: str, day: date, uow: UnitOfWork) -> list[Mapping[str, Any]]:
    """Return the day's ledger with every decision explained."""
    _, entries, _ = entries_of(branch, day, uow)
    names = uow.roster.names(branch)
    lines: list[Mapping[str, Any]] = []
    for entry in entries:
        whys = [explain(decode_decision(decision), names) for decision in entry.decisions]
        lines.append(
            {
                "seq": entry.seq,
                "event": entry.event,
                "decisions": list(entry.decisions),
                "hash": entry.hash,
                "why_zh": [why.zh for why in whys],
                "why_en": [why.en for why in whys],
            }
        )
    return lines


def export_day(branch: str, day: date, uow: UnitOfWork) -> dict[str, Any]:
    """Return the day as a day script that replays to the same decisions."""
    beginning, entries, _ = entries_of(branch, day, uow)
    return day_script(beginning, entries)


def verify_day(branch: str, day: date, uow: UnitOfWork) -> list[Finding]:
    """Return every fault of the day's ledger, none when it is whole and follows from the rules."""
    beginning, entries, head = entries_of(branch, day, uow)
    return verify(beginning, entries, head)
