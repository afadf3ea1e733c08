"""What is said at the desk in two parts is what is said at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from triage.usecases.arrival import with_answers
from triage.usecases.model import KnownCustomer, Said, VisitRecord

words = st.none() | st.sampled_from(["x", "y"])
lists = st.none() | st.lists(st.sampled_from(["x", "y"]), max_size=2).map(tuple)
answers = st.builds(
    Said,
    projects=lists.map(lambda codes: codes or None),
    primary=words,
    visit_class=words,
    override_reason=words,
    referrer=words,
    stand_in=words,
    online_consultant=words,
    party=words,
    source=words,
    requested=words,
    treat_now=st.none() | st.booleans(),
    soon=lists,
    absent=lists,
)
known = st.builds(
    KnownCustomer,
    id=st.just("customer"),
    known=st.just(True),
    referrer=words,
    appointment=words,
    online_consultant=words,
    projects=st.sampled_from([(), ("x",)]),
)
REGISTERED = VisitRecord(
    id="v1",
    branch="sh-01",
    day=date(2026, 11, 21),
    customer="customer",
    visit_class="first_visit",
    proposed_class="first_visit",
    class_rules=("T1",),
    class_why={},
    arrived_at=datetime(2026, 11, 21, 2, tzinfo=UTC),
    version=1,
)


@settings(max_examples=40)
@given(answers, answers, known)
def test_in_two_parts_as_at_once(first: Said, more: Said, facts: KnownCustomer) -> None:
    in_parts = with_answers(with_answers(REGISTERED, first, facts), more, facts)
    assert in_parts == with_answers(REGISTERED, first.and_then(more), facts)


@settings(max_examples=40)
@given(answers)
def test_what_is_not_said_again_stays(first: Said) -> None:
    assert first.and_then(Said()) == first
    assert Said().and_then(first) == first


def test_what_is_said_again_replaces() -> None:
    first = Said(requested="x", treat_now=True, soon=("x",), party="couple")
    more = Said(requested="y", treat_now=False, soon=())
    assert first.and_then(more) == Said(requested="y", treat_now=False, soon=(), party="couple")
