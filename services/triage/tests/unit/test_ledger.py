"""The ledger: what was altered, removed, inserted, re-ordered or unruled shows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from triage.domain.errors import Unreadable
from triage.domain.ledger.chain import Fault, Finding, LedgerEntry, fold, genesis, seal, verify
from triage.domain.ledger.codec import (
    EVENTS,
    decode_beginning,
    decode_decision,
    decode_event,
    encode_beginning,
    encode_decision,
    encode_event,
)
from triage.domain.rotation.advance import HANDLERS, advance
from triage.domain.rotation.beginning import Beginning
from triage.script.replay import parse
from triage_testing.examples import EVERY_FIELD, EXAMPLES
from triage_testing.random_days import random_script


def ledger(seed: int = 7, events: int = 30) -> tuple[Beginning, list[LedgerEntry]]:
    """Return a sealed random day."""
    return sealed(random_script(seed, events=events))


def sealed(script: dict[str, Any]) -> tuple[Beginning, list[LedgerEntry]]:
    """Return a day script as a sealed ledger."""
    given, parsed = decode_beginning(script), parse(script)
    day = parsed.day0
    entries: list[LedgerEntry] = []
    for event in parsed.events:
        day, made = advance(day, event)
        entries.append(seal(entries[-1] if entries else given, event, made))
    return given, entries


def reseal(given: Beginning, entries: list[LedgerEntry], start: int) -> list[LedgerEntry]:
    """Forge: seal everything from `start` on anew, so that the chain itself is whole."""
    result = entries[:start]
    for entry in entries[start:]:
        decisions = [decode_decision(d) for d in entry.decisions]
        before = result[-1] if result else given
        result.append(seal(before, decode_event(entry.event), decisions))
    return result


def faults(findings: list[Finding]) -> set[Fault]:
    return {f.fault for f in findings}


def decided(entries: list[LedgerEntry]) -> int:
    """Return the place of the first entry with a decision that is counted."""
    return next(i for i, e in enumerate(entries) if any(d.get("counted") for d in e.decisions))


def test_a_whole_ledger_has_no_fault() -> None:
    given, entries = ledger()
    assert verify(given, entries) == []
    assert verify(given, entries, head=entries[-1].hash) == []
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))


def test_altered_event() -> None:
    given, entries = ledger()
    entries[3] = replace(entries[3], event={**entries[3].event, "visit": "v99"})
    assert Fault.ALTERED in faults(verify(given, entries))


def test_altered_decision_with_a_new_hash() -> None:
    given, entries = ledger()
    here = decided(entries)
    changed = [{**d, "counted": False} for d in entries[here].decisions]
    entries[here] = replace(entries[here], decisions=tuple(changed))
    findings = verify(given, reseal(given, entries, here))
    assert [(f.fault, f.seq) for f in findings] == [(Fault.UNRULED, here + 1)]


@pytest.mark.parametrize("place", [0, 5, 28])
def test_removed(place: int) -> None:
    given, entries = ledger()
    del entries[place]
    findings = verify(given, entries)
    assert (Fault.REMOVED, place + 2) in {(f.fault, f.seq) for f in findings}


def test_removed_at_the_end_shows_only_with_the_head() -> None:
    given, entries = ledger()
    head = entries[-1].hash
    assert verify(given, entries[:-1]) == []
    assert faults(verify(given, entries[:-1], head)) == {Fault.REMOVED}
    assert faults(verify(given, [], head)) == {Fault.REMOVED}


def test_inserted() -> None:
    given, entries = ledger()
    stranger = seal(entries[4], decode_event({"at": "08:00", "type": "tick"}), ())
    assert Fault.INSERTED in faults(verify(given, [*entries[:6], stranger, *entries[6:]]))


def test_reordered() -> None:
    given, entries = ledger()
    entries[4], entries[9] = entries[9], entries[4]
    assert Fault.REORDERED in faults(verify(given, entries))


def test_another_beginning_shows() -> None:
    given, entries = ledger()
    assert verify(replace(given, date="2026-11-22"), entries) != []


def test_an_impossible_event_is_unruled() -> None:
    given, entries = ledger()
    late = decode_event({"at": "23:59", "type": "start", "visit": "v999"})
    assert faults(verify(given, [*entries, seal(entries[-1], late, ())])) == {Fault.UNRULED}


def test_fold_of_nothing_is_the_beginning() -> None:
    given, _ = ledger()
    assert fold(given, []).visits == {}


@pytest.mark.parametrize("seed", range(20))
def test_round_trips(seed: int) -> None:
    script = random_script(seed)
    given, parsed = decode_beginning(script), parse(script)
    assert decode_beginning(encode_beginning(given)) == given
    day = parsed.day0
    for event in parsed.events:
        assert decode_event(encode_event(event)) == event
        day, made = advance(day, event)
        assert [decode_decision(encode_decision(d)) for d in made] == list(made)


VISIT = {"at": "10:00", "visit": "v1"}
SAID = {"by": "boss", "reason": "why"}


@pytest.mark.parametrize(
    "plain",
    [
        {"type": "arrive", **VISIT, "customer": "c", "class": "other", "projects": ["laser"],
         "primary": "laser", "notes_projects": ["lipo"], "referrer": "r", "owner": "A",
         "stand_in": "B", "online_consultant": "n", "party": "p", "soon": ["A", "B"],
         "absent": ["C"], "treat_now": True, "source": "s", "requested": "A"},
        {"type": "status", "at": "10:00:07", "consultant": "A", "status": "leave"},
        {"type": "start", **VISIT},
        {"type": "finish", **VISIT, "outcome": "no_deal", "reason": "price", "note": "n"},
        {"type": "void", **VISIT, **SAID},
        {"type": "retriage", **VISIT, "soon": [], "absent": ["A"], "stand_in": "B"},
        {"type": "referrer_found", **VISIT, "referrer": "r"},
        {"type": "notes_found", **VISIT, "notes_projects": ["lipo"]},
        {"type": "tick", "at": "23:59:59"},
        {"type": "change_consultant", **VISIT, "to": "B", **SAID},
        {"type": "supervisor_names", **VISIT, "to": "B", **SAID, "credit": True, "owns": True},
        {"type": "objects", **VISIT, "stand_in": "B"},
        {"type": "reclassify", **VISIT, "class": "other", **SAID},
        {"type": "second_triage", **VISIT, "treatment": False, "projects": ["lipo"],
         "primary": "lipo"},
        {"type": "leave", **VISIT, "reason": "no time"},
        {"type": "accept", **VISIT},
        {"type": "move_owner", "at": "10:00", "customer": "c", "to": "B", **SAID},
        {"type": "reorder", "at": "10:00", "order": ["B", "A"], **SAID, "lane": "other"},
        {"type": "set_consultant", "at": "10:00", "consultant": "Z", "shift": "late",
         "scope": ["lipo"], "barred": ["laser"], "designated": ["lipo"]},
        {"type": "owner_known", "at": "10:00", "customer": "c", "owner": "A"},
        {"type": "set_project", "at": "10:00", "project": "x", "major": True,
         "project_class": "surgery", "department": "d"},
    ],
    ids=lambda plain: plain["type"],
)  # fmt: skip
def test_every_kind_of_event_round_trips(plain: dict[str, Any]) -> None:
    event = decode_event(plain)
    assert encode_event(event) == plain
    assert decode_event(encode_event(event)) == event


def test_every_kind_of_event_is_handled() -> None:
    assert set(HANDLERS) == set(EVENTS.values())


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"type": "dance", "at": "10:00"},
        {"type": ["tick"], "at": "10:00"},
        {"type": "tick"},
        {"type": "tick", "at": "24:00"},
        {"type": "tick", "at": "9:00"},
        {"type": "tick", "at": 900},
        {"type": "tick", "at": "10:00", "visit": "v1"},
        {"type": "start", "at": "10:00"},
        {"type": "start", "at": "10:00", "visit": None},
        {"type": "start", "at": "10:00", "visit": 1},
        {"type": "status", "at": "10:00", "consultant": "A", "status": "asleep"},
        {"type": "status", "at": "10:00", "consultant": "A", "status": ["idle"]},
        {"type": "arrive", "at": "10:00", "visit": "v", "customer": "c", "class": "vip"},
        {"type": "arrive", "at": "10:00", "visit": "v", "customer": "c", "class": "other",
         "projects": "laser"},
        {"type": "arrive", "at": "10:00", "visit": "v", "customer": "c", "class": "other",
         "treat_now": "yes"},
    ],
)  # fmt: skip
def test_unreadable_events(plain: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        decode_event(plain)


@pytest.mark.parametrize(
    ("day", "head"),
    [
        ("day-hand", "085bf9a049a682c697c7af862d16f353e6ba7dc6c5a19bf6c11ca6d1164987e7"),
        ("day-random-1", "9a9d51b4515dd0bcade9793f5b79773e529d8e81a391a7f434f3cd20eb3d56a0"),
        ("day-random-2", "7aeb5344b5ec0e3428d691158e4c0179c69947238fff7ab0098282a0d281dfe5"),
        ("day-random-3", "4a46b9bcf14ad9e6f2840c47222a69384ccff9328ba2665bef5eb0ca65bbc0bc"),
    ],
)
def test_a_day_of_the_past_still_has_its_hash(day: str, head: str) -> None:
    script = json.loads(next(path for path in EXAMPLES if path.stem == day).read_text("utf-8"))
    assert sealed(script)[1][-1].hash == head


def test_a_beginning_under_every_field_of_the_policy_still_has_its_hash() -> None:
    head = {"branch": "b", "date": "2026-11-21", "timezone": "Asia/Shanghai", "order": ["A"]}
    given = decode_beginning({**head, "consultants": [{"id": "A"}], "policy": EVERY_FIELD})
    assert genesis(given) == "109a6702b4108ec9422623139efad0c763746dc4395fd6c5b1d45ee0ee1a0cf8"
