"""Whatever a clinic's policy: nothing is counted twice, owed twice or lost, and the ledger says it all."""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest
from triage.domain.ledger.chain import fold, seal, verify
from triage.domain.ledger.codec import decode_beginning, encode_decision
from triage.domain.model import Day, Decision
from triage.domain.rotation.advance import advance
from triage.domain.words import Stage
from triage.script.replay import parse, replay
from triage_testing.random_variants import VariantDay, random_variant

DAYS = int(os.environ.get("TRIAGE_RANDOM_DAYS", "400"))
BLOCKS = 8


@pytest.mark.parametrize("block", range(BLOCKS))
def test_random_days_under_random_policies(block: int) -> None:
    size = DAYS // BLOCKS
    for seed in range(block * size, (block + 1) * size):
        script = random_variant(seed)
        given = decode_beginning(script)
        day, entries, last = parse(script).day0, [], None
        for event in parse(script).events:
            before = day
            day, made = advance(day, event)
            _nothing_twice(before, made, day)
            last = seal(last or given, event, made)
            entries.append(last)
        assert fold(given, entries) == day
        assert verify(given, entries) == []
        assert json.dumps(list(replay(script))) == json.dumps(list(replay(script)))


def _nothing_twice(before: Day, made: tuple[Decision, ...], after: Day) -> None:
    counts = Counter(before.counts)
    for one in made:
        if one.counted and one.counted_for is not None:
            counts[one.counted_for] += 1
        if one.uncounted is not None:
            counts[one.uncounted] -= 1
        assert json.loads(json.dumps(encode_decision(one))) == encode_decision(one)
        assert one.consultant is None or after.status.get(one.consultant) is not None
    assert +counts == +Counter(after.counts)
    assert all(number >= 0 for number in after.counts.values())
    for name, lane in after.lanes.items():
        mine = [one for one in made if one.lane == name]
        credits_ = Counter(before.lanes[name].credits)
        credits_.update(credit for one in mine for credit in one.granted)
        credits_.subtract(one.redeemed for one in mine if one.redeemed is not None)
        assert all(number >= 0 for number in credits_.values()), "a credit is redeemed once"
        assert +credits_ == Counter(lane.credits)
        assert lane.pointer is None or lane.pointer in lane.order
    for visit in after.visits.values():
        assert (visit.id in after.active) == (visit.stage in {Stage.WAITING, Stage.IN_CONSULTATION})


def test_the_days_are_full_of_everything() -> None:
    """The generator is worth its name: all kinds of events and many policy fields come up, and refusals."""
    kinds: set[str] = set()
    fields: set[str] = set()
    refused = 0
    for seed in range(60):
        day = VariantDay(seed)
        script = day.script(60)
        refused += day.refused
        kinds |= {event["type"] for event in script["events"]}
        fields |= set(script["policy"])
    assert len(kinds) >= 17
    assert len(fields) >= 15
    assert refused > 0
