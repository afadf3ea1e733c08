"""The published example days, line for line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from triage.script.replay import replay
from triage_testing.examples import EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_example_day(path: Path) -> None:
    lines = json.loads(json.dumps(list(replay(json.loads(path.read_text("utf-8"))))))
    expected_path = path.with_name(path.stem + ".expected.jsonl")
    expected = [json.loads(line) for line in expected_path.read_text("utf-8").splitlines()]
    assert len(lines) == len(expected)
    for line, wanted in zip(lines, expected, strict=True):
        assert set(wanted.pop("rules", [])) <= set(line.pop("rules", []))
        assert line == wanted


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4
