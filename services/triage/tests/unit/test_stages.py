"""Which stage may follow which (就诊环节)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from triage.domain.care import stages
from triage.domain.care.stages import FOLLOWS, STAGES, check_passage, was_treated, ways_back, ways_on
from triage.domain.errors import IllegalPassage, StageNeedsReason


def passes(stage: str, to: str, *, department: bool = False, came_from: str | None = None, reason: str = "") -> bool:
    return check_passage(stage, to, department=department, came_from=came_from, reason=reason)


@pytest.mark.parametrize("to", STAGES)
def test_after_the_consultation_every_stage_may_come_and_others_be_left_out(to: str) -> None:
    assert passes("finished", to) is False


@pytest.mark.parametrize("stage", ["waiting", "in_consultation"])
def test_only_a_visit_with_a_department_goes_on_without_a_finished_consultation(stage: str) -> None:
    assert passes(stage, "treatment", department=True) is False
    with pytest.raises(IllegalPassage, match="Finish the consultation first") as refused:
        passes(stage, "treatment")
    assert refused.value.facts == {"stage": stage, "wanted": "treatment", "possible": []}


@pytest.mark.parametrize("stage", ["leaving", "left"])
def test_after_leaving_there_is_nothing(stage: str) -> None:
    for to in STAGES:
        with pytest.raises(IllegalPassage):
            passes(stage, to, reason="mistake", came_from="payment")


@pytest.mark.parametrize("stage", ["registered", "void"])
def test_who_was_not_received_may_still_be_seen_out(stage: str) -> None:
    assert passes(stage, "leaving") is False
    with pytest.raises(IllegalPassage, match="leaving"):
        passes(stage, "payment")


def test_a_refusal_names_both_stages_and_what_is_possible() -> None:
    with pytest.raises(IllegalPassage) as refused:
        passes("treatment", "examination", reason="x")
    assert "treatment cannot go to examination" in refused.value.detail
    assert refused.value.facts["possible"] == ["after_care", "leaving", "payment"]
    assert refused.value.fields["stage"].endswith("payment (back, with a reason)")


def test_going_back_one_needs_a_reason() -> None:
    with pytest.raises(StageNeedsReason) as refused:
        passes("treatment", "payment", reason="  ")
    assert "reason" in refused.value.fields
    assert passes("treatment", "payment", reason="the card was refused") is True


def test_a_visit_may_go_back_where_it_came_from_also_past_stages_that_it_left_out() -> None:
    assert passes("treatment", "examination", came_from="examination", reason="wrong key") is True
    assert ways_back("treatment", "examination") == ("examination", "payment")
    assert ways_back("examination", "finished") == ()


def test_the_same_stage_again_is_no_passage() -> None:
    with pytest.raises(IllegalPassage, match="at payment already"):
        passes("payment", "payment", reason="x")


@pytest.mark.parametrize(
    ("history", "treated"),
    [
        (["finished", "payment"], False),
        (["finished", "treatment"], True),
        (["finished", "treatment", "after_care"], True),
        (["finished", "treatment", "payment"], False),  # gone back from: entered by mistake
        (["treatment", "payment", "treatment"], True),
        (["treatment", "waiting", "finished", "payment"], True),  # consulted again afterwards (T25)
    ],
)
def test_who_was_treated(history: list[str], *, treated: bool) -> None:
    assert was_treated(history) is treated


@given(stage=st.sampled_from(sorted(FOLLOWS)), came_from=st.none() | st.sampled_from(sorted(FOLLOWS)))
def test_the_ways_are_consistent(stage: str, came_from: str | None) -> None:
    on, back = ways_on(stage, department=False), ways_back(stage, came_from)
    assert not set(on) & set(back)
    assert stage not in {*on, *back}
    for to in STAGES:
        try:
            assert passes(stage, to, came_from=came_from, reason="x") is (to in back)
        except IllegalPassage:
            assert to not in {*on, *back}


def test_every_way_ends_with_leaving() -> None:
    assert all(stages.LEAVING in FOLLOWS[one] for one in STAGES if one != stages.LEAVING)
