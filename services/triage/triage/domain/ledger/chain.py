"""The append-only ledger of a day: each entry carries the hash of the one before it.

State is a fold over the ledger; nothing else is authoritative.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from triage.domain.errors import TriageError
from triage.domain.events import Event
from triage.domain.ledger.codec import decode_event, encode_beginning, encode_decision, encode_event
from triage.domain.model import Day, Decision
from triage.domain.plain import Json
from triage.domain.rotation.advance import advance
from triage.domain.rotation.beginning import Beginning, begin


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One event with its decisions, as plain JSON, sealed; `seq` begins at 1."""

    seq: int
    at: int
    event: Json
    decisions: tuple[Json, ...]
    previous: str
    hash: str


class Sealed(Protocol):
    """A place in a ledger: an entry, or where a day's head stands."""

    @property
    def seq(self) -> int:
        """Its number; 0 before the first entry."""

    @property
    def hash(self) -> str:
        """What the next entry is sealed to."""


class Fault(StrEnum):
    """What can be wrong with a ledger."""

    ALTERED = "altered"  # the content is not what was sealed
    REMOVED = "removed"  # entries are missing before this one, or at the end
    INSERTED = "inserted"  # an entry that does not belong to the chain
    REORDERED = "reordered"  # an earlier entry stands after a later one
    UNRULED = "unruled"  # the decisions do not follow from the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault at one entry."""

    fault: Fault
    seq: int
    detail: str


def genesis(given: Beginning) -> str:
    """Return the hash that the first entry follows: that of the day's beginning."""
    return _digest(encode_beginning(given))


def seal(previous: Sealed | Beginning, event: Event, decisions: Iterable[Decision]) -> LedgerEntry:
    """Return the next entry after `previous`, or the first of the day that begins so."""
    if isinstance(previous, Beginning):
        seq, previous_hash = 0, genesis(previous)
    else:
        seq, previous_hash = previous.seq, previous.hash
    content: dict[str, Any] = {
        "seq": seq + 1,
        "at": event.at,
        "event": encode_event(event),
        "decisions": tuple(encode_decision(d) for d in decisions),
        "previous": previous_hash,
    }
    return LedgerEntry(**content, hash=_digest(content))


def fold(given: Beginning, entries: Iterable[LedgerEntry]) -> Day:
    """Return the day after these entries. Raises a TriageError if one is impossible."""
    day = begin(given)
    for entry in entries:
        day, _ = advance(day, decode_event(entry.event))
    return day


def day_script(given: Beginning, entries: Iterable[LedgerEntry]) -> Json:
    """Return the day as a day script (日脚本), which replays to the same decisions: how it began, and every event."""
    return {**encode_beginning(given), "events": [entry.event for entry in entries]}


def verify(given: Beginning, entries: Sequence[LedgerEntry], head: str | None = None) -> list[Finding]:
    """Return every fault of the chain and of the decisions, none if all is well.

    `head` is the hash of the last entry, if kept elsewhere: only with it does
    a ledger that was cut off at the end show.
    """
    findings = [*_chain_faults(given, entries), *_rule_faults(given, entries)]
    last = entries[-1].hash if entries else genesis(given)
    if head is not None and head != last and not findings:
        seq = entries[-1].seq + 1 if entries else 1
        findings.append(Finding(fault=Fault.REMOVED, seq=seq, detail="the ledger ends too early"))
    return findings


def _chain_faults(given: Beginning, entries: Sequence[LedgerEntry]) -> Iterator[Finding]:
    expected_hash, expected_seq = genesis(given), 1
    later = 0
    for entry in entries:
        if entry.hash != _digest(_content(entry)):
            yield _found(Fault.ALTERED, entry, "its content does not give its hash")
        elif entry.seq < later:
            yield _found(Fault.REORDERED, entry, f"it stands after {later}")
        elif entry.seq > expected_seq:
            yield _found(Fault.REMOVED, entry, f"{expected_seq} to {entry.seq - 1} are missing")
        elif entry.seq < expected_seq or entry.previous != expected_hash:
            yield _found(Fault.INSERTED, entry, "it does not follow the entry before it")
        later = max(later, entry.seq)
        expected_hash, expected_seq = entry.hash, entry.seq + 1


def _rule_faults(given: Beginning, entries: Sequence[LedgerEntry]) -> Iterator[Finding]:
    """Yield the first entry whose decisions the rules do not give; what follows rests on it."""
    day = begin(given)
    for entry in entries:
        try:
            day, decisions = advance(day, decode_event(entry.event))
        except TriageError as problem:
            yield _found(Fault.UNRULED, entry, f"not possible: {problem.detail}")
            return
        if _digest([encode_decision(d) for d in decisions]) != _digest(entry.decisions):
            yield _found(Fault.UNRULED, entry, "the rules decide otherwise")
            return


def _found(fault: Fault, entry: LedgerEntry, detail: str) -> Finding:
    return Finding(fault=fault, seq=entry.seq, detail=detail)


def _content(entry: LedgerEntry) -> Json:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "event": entry.event,
        "decisions": entry.decisions,
        "previous": entry.previous,
    }


def _digest(content: object) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
