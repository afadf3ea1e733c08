"""Pure rules: numbers, times, states."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from appointment.domain import model
from appointment.domain.arrival import came_for, day_bounds
from appointment.domain.errors import BadNumber, ImpossibleTimes, NotInThisState
from appointment.domain.number import make_number, sequence_of
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def slip(state: str = "booked", starts_at: datetime = NOW, id_: str = "a") -> model.Appointment:
    return model.Appointment(
        id=id_,
        number="",
        customer="c",
        branch="b",
        kind="other",
        state=state,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        latest_arrival=starts_at + model.GRACE,
        booked_by="x",
        first_booked_at=NOW,
        version=1,
    )


@given(st.integers(1, 10**12))
def test_a_number_says_its_sequence(sequence: int) -> None:
    assert sequence_of(make_number(sequence)) == sequence
    assert sequence_of(make_number(sequence).lower()) == sequence


@given(st.integers(1, 10**10), st.data())
def test_a_wrong_digit_or_a_swap_shows(sequence: int, data: st.DataObject) -> None:
    number = make_number(sequence)
    at = data.draw(st.integers(1, len(number) - 1))
    wrong = number[:at] + data.draw(st.sampled_from("0123456789")) + number[at + 1 :]
    swapped = number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :] if at > 1 else number
    for other in (wrong, swapped):
        if other != number:
            with pytest.raises(BadNumber):
                sequence_of(other)


@given(st.text(max_size=14))
def test_no_text_breaks_the_check(text: str) -> None:
    with suppress(BadNumber):
        assert make_number(sequence_of(text)) == text.upper()


@given(st.sampled_from(model.STATES), st.sampled_from(["confirm", "cancel", "arrive", "complete", "miss"]))
def test_only_allowed_transitions(state: str, what: str) -> None:
    to = {
        "confirm": "confirmed",
        "cancel": "cancelled",
        "arrive": "arrived",
        "complete": "completed",
        "miss": "no_show",
    }
    act = {
        "confirm": model.confirm,
        "cancel": model.cancel,
        "miss": model.miss,
        "arrive": lambda one: model.arrive(one, NOW),
        "complete": lambda one: model.complete(one, NOW),
    }[what]
    if to[what] in model.NEXT[state]:
        after = act(slip(state))
        assert (after.state, after.version) == (to[what], 2)
    else:
        with pytest.raises(NotInThisState):
            act(slip(state))


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_times_are_possible_or_refused(starts_at: datetime, ends_at: datetime) -> None:
    try:
        times = model.times_of(starts_at, ends_at, None, now=NOW)
    except ImpossibleTimes as refused:
        assert refused.fields  # noqa: PT017 - either way is right
    else:
        assert times.starts_at >= NOW
        assert timedelta(0) < times.ends_at - times.starts_at <= model.LONGEST
        assert times.latest_arrival == times.starts_at + model.GRACE


def test_a_day_with_a_clock_change_has_23_hours() -> None:
    begin, end = day_bounds(date(2026, 3, 8), "America/Los_Angeles")
    assert end - begin == timedelta(hours=23)


@given(st.lists(st.integers(-600, 600), max_size=6), st.integers(-600, 600))
def test_the_nearest_is_meant_whatever_the_order(minutes: list[int], at: int) -> None:
    todays = [slip(starts_at=NOW + timedelta(minutes=m), id_=str(n)) for n, m in enumerate(minutes)]
    instant = NOW + timedelta(minutes=at)
    found = came_for(todays, instant)
    assert found == came_for(todays[::-1], instant)
    if todays:
        assert found is not None
        assert abs(found.starts_at - instant) == min(abs(one.starts_at - instant) for one in todays)
    else:
        assert found is None
