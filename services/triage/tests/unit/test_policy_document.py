"""docs/policies.md is right: its table names every field, and the engine takes every variant."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from triage.domain.ledger.trial import try_policy
from triage.domain.policy.catalogue import FIELDS
from triage.domain.policy.reading import read_fields
from triage.domain.policy.takes import Known
from triage_testing.desk import Desk, person, told
from triage_testing.random_days import CODES

DOCUMENT = (Path(__file__).parents[4] / "docs" / "policies.md").read_text(encoding="utf-8")
VARIANTS: list[dict[str, Any]] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)]
PEOPLE = ("lin", "wu", "chen", "dr-song", "dr-he")
KNOWN = Known(people=PEOPLE, projects=CODES)


def desk(policy: dict[str, Any]) -> Desk:
    return Desk(*(person(one, shift="early" if one == "wu" else "day") for one in PEOPLE), policy=policy)


def test_the_table_names_every_field_with_its_rules() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` [^|]*\| ([T0-9, ]+) \|", DOCUMENT, re.MULTILINE))
    assert rows == {name: ", ".join(field.rules) for name, field in FIELDS.items()}


def test_the_table_marks_what_a_trial_cannot_show() -> None:
    marked = set(re.findall(r"^\| `(\w+)` .*; not by a trial \|", DOCUMENT, re.MULTILINE))
    assert marked == {name for name, field in FIELDS.items() if not field.tried}


@pytest.mark.parametrize("fields", VARIANTS, ids="-".join)
def test_the_engine_takes_every_variant(fields: dict[str, Any]) -> None:
    plain = read_fields(fields, KNOWN)
    day = desk(plain)
    classes = ("first_visit", "return_visit", "repurchase", "other")
    for number, klass in enumerate(classes):
        day.arrive(f"10:0{number}", f"v{number}", "laser", klass=klass, source="vip", requested="wu")
    day.do("12:30", "tick")
    assert len({decision.visit for decision in day.decisions}) == len(classes)
    assert try_policy(day.given, (), day.given.policy).same


def test_there_are_many_variants() -> None:
    assert len(VARIANTS) >= 12
    used = {name for fields in VARIANTS for name in fields}
    assert {
        "lanes",
        "credit_reasons",
        "uses",
        "leaves_within_minutes",
        "reserved_places",
        "accept_total_minutes",
    } <= used
    assert {"sources", "transfer_uses_givers_turn", "duty", "named_request_outside_rotation", "order_by"} <= used


def variant(name: str, place: int = 0) -> dict[str, Any]:
    return [fields for fields in VARIANTS if name in fields][place]


def test_surgeons_go_round_beside_consultants() -> None:
    day = desk(variant("lanes"))
    assert told(day.arrive("10:00", "v1", "laser", klass="repurchase")) == ("dr-song", "turn", False)
    assert told(day.arrive("10:01", "v2", "laser")) == ("lin", "turn", True)
    assert told(day.arrive("10:02", "v3", "laser", klass="return_visit")) == ("dr-he", "turn", False)
    assert told(day.arrive("10:03", "v4", "laser")) == ("wu", "turn", True)
    assert told(day.arrive("10:04", "v5", "laser", klass="repurchase")) == ("supervisor", "supervisor", False)
    assert told(day.arrive("10:05", "v6", "laser", klass="other")) == ("chen", "turn", False)
    assert [lane.pointer for lane in day.day.lanes.values()] == ["chen", "dr-song", "wu"]
