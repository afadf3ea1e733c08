"""Every decision can be told in Chinese and in English."""

from __future__ import annotations

import pytest
from triage.domain.ledger.codec import encode_decision
from triage.domain.rotation.advance import advance
from triage.domain.rotation.explain import Names, explain
from triage.script.replay import parse
from triage_testing.desk import JIANG, LIN, Desk
from triage_testing.random_days import random_script


def test_who_was_passed_and_what_is_owed() -> None:
    decision = Desk(JIANG, LIN).arrive("10:00", "v1", "breast")
    names = Names(people={"jiang": "姜医生", "lin": "林医生"}, projects={"breast": ("隆胸", "Breast")})
    text = explain(decision, names)
    assert text.zh == (
        "由林医生接待（按轮排顺序）；以项目隆胸为准；计初诊量；"
        "跳过姜医生（项目不在接诊范畴，补派一位）。依据规则 T15 T16。"
    )
    assert text.en == (
        "goes to 林医生 (by rotation); deciding project Breast; "
        "counted as a first visit; passed 姜医生 (the project is outside the scope, "
        "is owed a make-up). Rules: T15 T16."
    )


def test_a_moved_visit_tells_the_swap() -> None:
    desk = Desk(LIN, JIANG)
    desk.arrive("10:00", "v1", "laser")
    text = explain(desk.do("10:10", "tick")[0])
    assert "jiang owes lin the next turn" in text.en
    assert "the wait had reached its limit" in text.en
    assert "jiang下一位还给lin" in text.zh


@pytest.mark.parametrize("seed", range(40))
def test_everything_named_in_a_decision_is_told(seed: int) -> None:
    script = parse(random_script(seed))
    day = script.day0
    for event in script.events:
        day, made = advance(day, event)
        for decision in made:
            text = explain(decision)
            for rule in decision.rules:
                assert rule in text.zh
                assert rule in text.en
            for name in (p["consultant"] for p in encode_decision(decision).get("passed", [])):
                assert f"跳过{name}" in text.zh
                assert f"passed {name}" in text.en
