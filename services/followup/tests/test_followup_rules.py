"""Pure rules: states, windows, conditions."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from followup.domain import plan as model
from followup.domain.errors import ImpossibleWindow, NotApproved, NotInThisState, OwnCall, OwnDraft
from followup.domain.template import TREATMENT_USED, Conditions, Fact, Template, matches, window_after
from hypothesis import assume, given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
AGAIN = model.Window(due_from=NOW + timedelta(hours=4), due_until=NOW + timedelta(hours=24))
ZONES = st.sampled_from(["Asia/Shanghai", "America/Los_Angeles", "Europe/Berlin", "Pacific/Apia", "Asia/Kathmandu"])
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def plan(state: str, **values: object) -> model.Plan:
    return model.Plan(
        **{
            "id": "p",
            "branch": "b",
            "customer": "c",
            "kind": "birthday",
            "state": state,
            "due_from": NOW,
            "due_until": NOW + timedelta(days=1),
            "drafted_by": "ann",
            "created_at": NOW,
            "version": 1,
            "content": "x",
            **values,
        }
    )  # type: ignore[arg-type]


def template(**values: object) -> Template:
    return Template(
        **{
            "code": "t",
            "name_zh": "t",
            "name_en": "t",
            "event": TREATMENT_USED,
            "conditions": Conditions(),
            "days": 1,
            "hours": None,
            "window_from": "09:30",
            "window_until": "20:00",
            "kind": "birthday",
            "executor_role": "nurse",
            "content": "x",
            "pre_approved": True,
            "active": True,
            "version": 1,
            **values,
        }
    )  # type: ignore[arg-type]


@given(st.sampled_from(model.STATES))
def test_only_approved_plans_are_executed(state: str) -> None:
    contact = model.Contact(result="reached", feedback="x", ended="x")
    if state in ("approved", "due"):
        assert model.execute(plan(state), contact, by="bea", at=NOW, again=AGAIN).state == "executed"
    else:
        with pytest.raises(NotApproved):
            model.execute(plan(state), contact, by="bea", at=NOW, again=AGAIN)


ACTIONS = ("submit", "approve", "return", "due", "execute", "miss", "review", "cancel")


@given(st.lists(st.sampled_from(ACTIONS), max_size=12))
def test_whatever_is_tried_nothing_unapproved_is_executed(actions: list[str]) -> None:
    done = {
        "submit": model.submit,
        "return": lambda one: model.send_back(one, "x"),
        "due": model.fall_due,
        "approve": lambda one: model.approve(one, by="sue"),
        "cancel": model.cancel,
        "execute": lambda one: model.execute(
            one, model.Contact(result="reached", feedback="x", ended="x"), by="ann", at=NOW, again=AGAIN
        ),
        "miss": lambda one: model.execute(
            one, model.Contact(result="not_reached", feedback=None), by="ann", at=NOW, again=AGAIN
        ),
        "review": lambda one: model.review(one, score=1, remark=None, model_case=False, by="sue"),
    }
    now = plan("drafted")
    for action in actions:
        if action == "approve" and now.state != "submitted":
            with pytest.raises(NotInThisState):
                model.approve(now, by="sue")
        try:
            after = done[action](now)
        except NotInThisState:
            continue
        assert after.version == now.version + 1
        assert (after.state == "approved") == (action == "approve" or (action == "miss" and after.attempts < 3))
        assert after.state in model.NEXT[now.state]
        now = after
    if now.state in ("approved", "due", "executed", "ended", "reviewed"):
        assert now.approved_by == "sue"
    assert now.attempts <= model.ATTEMPTS
    assert (now.state in ("executed", "reviewed", "ended")) == (now.next_step is not None)


def test_own_drafts_and_own_calls() -> None:
    with pytest.raises(OwnDraft):
        model.approve(plan("submitted"), by="ann")
    assert model.approve(plan("submitted", template="t", cause="x"), by="ann").state == "approved"
    with pytest.raises(OwnCall):
        model.review(plan("executed", executed_by="ann"), score=1, remark=None, model_case=False, by="ann")


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_windows_are_possible_or_refused(due_from: datetime, due_until: datetime) -> None:
    try:
        window = model.window_of(due_from, due_until, now=NOW)
    except ImpossibleWindow as refused:
        assert refused.fields  # noqa: PT017 - either way is right
    else:
        assert NOW <= window.due_from < window.due_until


@given(INSTANTS, ZONES, st.integers(0, 60))
def test_a_call_days_later_lies_in_that_days_hours(at: datetime, zone: str, days: int) -> None:
    window = window_after(template(days=days), at, zone)
    opens, closes = (moment.astimezone(ZoneInfo(zone)) for moment in (window.due_from, window.due_until))
    wanted = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    assert at <= window.due_from < window.due_until
    assert opens.date() == closes.date()
    assert closes.time() == time(20)
    assert opens.time() >= time(9, 30)
    assert opens.date() == wanted or (days == 0 and opens.date() == wanted + timedelta(days=1))


@given(INSTANTS, ZONES, st.integers(1, 100))
def test_a_call_within_hours_lies_in_daytime_and_in_time(at: datetime, zone: str, hours: int) -> None:
    assume(at.microsecond == 0)
    window = window_after(template(days=None, hours=hours), at, zone)
    assert at <= window.due_from < window.due_until
    for moment in (window.due_from, window.due_until):
        assert time(9, 30) <= moment.astimezone(ZoneInfo(zone)).time() <= time(20)
    if hours >= 24:
        assert window.due_until <= at + timedelta(hours=hours)


@given(
    st.sets(st.sampled_from("abc"), max_size=2),
    st.sets(st.sampled_from("xyz"), max_size=2),
    st.sets(st.sampled_from("xyz"), max_size=2),
)
def test_conditions_on_projects_and_classes(projects: set[str], wanted: set[str], unwanted: set[str]) -> None:
    classes = {"a": "x", "b": "y", "c": "z"}
    fact = Fact(cause="u", event=TREATMENT_USED, branch="b", customer="c", at=NOW, projects=tuple(sorted(projects)))
    of_fact = {classes[code] for code in projects}
    rule = template(conditions=Conditions(project_class=tuple(wanted), except_project_class=tuple(unwanted)))
    assert matches(rule, fact, classes) == ((not wanted or bool(wanted & of_fact)) and not unwanted & of_fact)


@pytest.mark.parametrize(
    ("called", "due_from", "due_until"),
    [
        ("2026-03-02T10:00", "2026-03-02T14:00", "2026-03-03T10:00"),
        ("2026-03-02T15:59", "2026-03-02T19:59", "2026-03-03T15:59"),
        ("2026-03-02T16:00", "2026-03-03T09:00", "2026-03-03T16:00"),
        ("2026-03-02T23:30", "2026-03-03T09:00", "2026-03-03T20:00"),
        ("2026-03-03T02:00", "2026-03-03T09:00", "2026-03-03T20:00"),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_who_was_not_reached_is_called_again_within_the_hours_of_the_day(
    called: str, due_from: str, due_until: str, zone: str
) -> None:
    at = datetime.fromisoformat(called).replace(tzinfo=ZoneInfo(zone))
    called_for = plan("due", due_from=at, due_until=at + timedelta(hours=1))
    window = model.retry_window(called_for, at, zone, model.CALLS_FROM, model.CALLS_UNTIL)
    told = [one.astimezone(ZoneInfo(zone)).isoformat()[:16] for one in (window.due_from, window.due_until)]
    assert told == [due_from, due_until]


@pytest.mark.parametrize(
    ("values", "minutes", "unlike"),
    [
        ({"executor": "sue"}, 0, set()),
        ({"executor": "sue"}, -1, {"early"}),
        ({"executor": "ann", "executor_role": "service_desk"}, 0, {"by_another"}),
        ({"executor_role": "service_desk"}, 0, set()),
        ({"executor_role": "nurse"}, -1, {"early", "by_another"}),
        ({"executor_role": "owner"}, 0, set()),
        ({}, 0, set()),
    ],
)
def test_what_was_not_as_planned_stands_in_the_history(values: dict[str, str], minutes: int, unlike: set[str]) -> None:
    called_at = NOW + timedelta(minutes=minutes)
    said = model.unlike_planned(plan("due", **values), by="sue", roles={"service_desk"}, at=called_at)
    assert set(said) == unlike
