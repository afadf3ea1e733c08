"""The steps of every service are one line, and none of them does what readers feel."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from embedded.services import all_services
from qiantai.service import Service

FELT = {
    r"op\.execute\(\s*f?\"+\s*(UPDATE|DELETE)": "rewrites a table in one transaction: steps.fill",
    r"op\.alter_column\([^)]*type_=": "rewrites a table under its lock",
    r"op\.create_check_constraint\(": "reads a table under its lock: steps.check",
}


@pytest.mark.parametrize("service", all_services(), ids=lambda one: one.name)
def test_steps_follow_one_another_and_stand_in_nobodys_way(service: Service) -> None:
    steps = sorted(service.migrations.glob("[0-9]*.py"))
    numbers = [step.name[:4] for step in steps]
    assert numbers == [f"{number:04d}" for number in range(1, len(steps) + 1)], "two of one number are two heads"
    for before, step in pairwise(steps):
        text = step.read_text()
        assert re.search(rf"^revision = .{step.name[:4]}", text, re.MULTILINE)
        assert re.search(rf"down_revision = .{before.name[:4]}", text)
        for pattern, why in FELT.items():
            assert not re.search(pattern, text), f"{step.name} {why}"
        made = set(re.findall(r"op\.create_table\(\s*['\"](\w+)", text))
        for table in re.findall(r"op\.create_index\([^,]+,\s*['\"](\w+)", text):
            assert table in made, f"{step.name} makes an index on {table} under its lock: steps.index"
