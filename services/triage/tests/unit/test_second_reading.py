"""The engine against a second, naive reading of the same rule text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from triage.script.replay import replay
from triage_testing.examples import EXAMPLES
from triage_testing.naive_rules import naive_replay
from triage_testing.random_days import random_script

DAYS = int(os.environ.get("TRIAGE_RANDOM_DAYS", "400"))  # 10000 take about a minute and a half


def assert_agree(script: dict[str, Any]) -> None:
    lines = json.loads(json.dumps(list(replay(script))))
    wanted = naive_replay(script)
    assert len(lines) == len(wanted)
    for line, other in zip(lines, wanted, strict=True):
        assert set(other.pop("rules", [])) <= set(line.pop("rules", []))
        assert line == other


@pytest.mark.parametrize("block", range(8))
def test_random_days(block: int) -> None:
    size = DAYS // 8
    for seed in range(block * size, (block + 1) * size):
        assert_agree(random_script(seed))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_long_days(seed: int) -> None:
    assert_agree(random_script(seed, events=300))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_example_days(path: Path) -> None:
    assert_agree(json.loads(path.read_text("utf-8")))
