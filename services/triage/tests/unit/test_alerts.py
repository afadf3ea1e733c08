"""What supervisors are told at once, as a pure rule over one step of the day."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from triage.domain.ledger.codec import decode_event
from triage.domain.rotation.advance import advance
from triage.domain.rotation.alerts import KINDS, NO_NEWS, SEVERITIES, Alert, Happening, alerts
from triage.domain.rotation.explain import Names
from triage.domain.words import Stage
from triage.script.replay import parse
from triage_testing.desk import CHEN, JIANG, LIN, WU, Desk, person
from triage_testing.random_days import random_script

NAMES = Names(people={"lin": "林", "wu": "吴"})


class Watched(Desk):
    """A desk whose supervisors are told."""

    open: dict[str, Alert]
    told: list[str]

    def watch(self) -> Watched:
        self.open, self.told = {}, []
        return self

    def step(self, at: str, kind: str, *, overridden: tuple[str, ...] = (), **fields: Any) -> list[Alert]:
        """Let one event happen; returns what was raised, and remembers what is open and the keys that were cleared."""
        before, event = self.day, decode_event({"at": at, "type": kind, **fields})
        self.day, made = advance(before, event)
        step = Happening(before=before, event=event, decisions=made, after=self.day, overridden=overridden)
        change = alerts(step, self.open, NAMES)
        assert set(change.cleared) <= set(self.open)
        for key in change.cleared:
            del self.open[key]
        for alert in change.raised:
            if alert.key is not None:
                assert alert.key not in self.open
                self.open[alert.key] = alert
        self.told = list(change.cleared)
        return list(change.raised)

    def comes(self, at: str, visit: str, *, klass: str = "first_visit", **more: Any) -> list[Alert]:
        fields = {"visit": visit, "customer": f"customer-of-{visit}", "class": klass, **more}
        return self.step(at, "arrive", projects=["filler"], primary="filler", **fields)


def kinds(raised: list[Alert]) -> list[str]:
    return [alert.kind for alert in raised]


def test_nobody_can_receive_until_somebody_does() -> None:
    desk = Watched(LIN).watch()
    assert desk.comes("09:00", "v1") == []
    [alert] = desk.comes("09:01", "v2")
    assert (alert.kind, alert.severity, alert.visit) == ("nobody_can_receive", "urgent", "v2")
    assert "T21" in alert.rules
    assert "09:01" in alert.why.zh
    assert "09:01" in alert.why.en
    assert desk.step("09:02", "start", visit="v1") == []
    assert desk.told == []
    desk.step("09:03", "finish", visit="v1", outcome="deal")
    assert desk.open
    desk.step("09:04", "supervisor_names", visit="v2", to="lin", by="s", reason="free now")
    assert (desk.told, desk.open) == (["supervisor:v2"], {})


@pytest.mark.parametrize("act", ["start", "leave", "void"])
def test_an_alert_of_a_visit_ends_with_whatever_becomes_of_it(act: str) -> None:
    desk = Watched(LIN).watch()
    desk.comes("09:00", "v1")
    desk.comes("09:01", "v2")
    reason = {} if act == "start" else {"reason": "x"}
    desk.step("09:02", act, visit="v2", **reason)
    assert desk.open == {}


def test_an_absent_owner_without_a_stand_in_asks_the_supervisor() -> None:
    desk = Watched(LIN, WU, owners={"customer-of-v1": "wu"}).watch()
    desk.step("09:00", "status", consultant="wu", status="out")
    assert kinds(desk.comes("09:01", "v1", klass="return_visit")) == ["name_somebody"]


def test_the_limit_with_the_owner_and_the_move_by_the_limit() -> None:
    desk = Watched(LIN, WU, owners={"customer-of-v1": "lin"}).watch()
    desk.comes("09:00", "v1", klass="return_visit")
    [wait] = desk.step("09:10", "tick")
    assert (wait.kind, wait.rules) == ("owner_wait", ("T23",))
    desk.comes("09:11", "v2")  # lin is free again, the supervisor has v1
    [moved] = desk.step("09:21", "tick")
    assert (moved.kind, moved.severity, moved.consultant) == ("moved", "notice", "lin")
    assert "林" in moved.why.zh
    assert "吴" in moved.why.zh
    desk.step("09:22", "start", visit="v2")
    assert desk.told == ["moved:v2"]


def test_three_voids_of_one_consultant_once_a_day() -> None:
    desk = Watched(LIN).watch()
    found = []
    for number in range(5):
        desk.comes(f"09:0{number}", f"v{number}")
        found.append(kinds(desk.step(f"09:0{number}", "void", visit=f"v{number}", reason="x")))
    assert found == [[], [], ["many_voids"], [], []]


def test_voids_of_different_consultants_are_not_added_up() -> None:
    desk = Watched(LIN, WU, person("he")).watch()
    for number in range(3):
        desk.comes(f"09:0{number}", f"v{number}")
    assert [kinds(desk.step("09:05", "void", visit=f"v{n}", reason="x")) for n in range(3)] == [[], [], []]


def test_not_at_the_post_a_second_time_until_the_consultant_is_back() -> None:
    desk = Watched(LIN, WU, person("he")).watch()
    assert desk.comes("09:00", "v1", absent=["lin"]) == []
    [alert] = desk.comes("09:01", "v2", absent=["lin"])
    assert (alert.kind, alert.severity, alert.consultant, alert.rules) == ("not_at_post", "warning", "lin", ("T17",))
    assert "2" in alert.why.zh
    desk.step("09:02", "status", consultant="wu", status="idle")
    assert desk.told == []
    desk.step("09:03", "status", consultant="lin", status="idle")
    assert desk.told == ["absent:lin"]


def test_who_does_not_answer_is_not_at_the_post() -> None:
    desk = Watched(LIN, WU, policy={"accept_within_minutes": 2}).watch()
    desk.comes("09:00", "v1")
    desk.step("09:01", "status", consultant="wu", status="out")
    assert kinds(desk.step("09:02", "tick")) == ["nobody_can_receive"]
    desk.comes("09:03", "v2")
    assert "not_at_post" in kinds(desk.step("09:05", "tick"))


def test_the_supervisors_word_where_no_rule_asked_for_it() -> None:
    desk = Watched(LIN, WU).watch()
    desk.comes("09:00", "v1")
    [alert] = desk.step("09:01", "supervisor_names", visit="v1", to="wu", by="s", reason="a friend")
    assert (alert.kind, alert.rules, alert.key, alert.consultant) == ("override", ("T27",), None, "lin")
    assert "a friend" in alert.why.en


def test_the_supervisors_word_after_a_wait_that_was_due_in_the_same_step_is_what_the_rule_asks_for() -> None:
    desk = Watched(LIN, WU, owners={"customer-of-v1": "lin"}).watch()
    desk.comes("09:00", "v1", klass="return_visit")
    assert desk.step("09:10", "supervisor_names", visit="v1", to="wu", by="s", reason="the limit") == []


def test_another_class_afterwards_is_an_override_but_for_what_t7_provides() -> None:
    desk = Watched(LIN, WU, person("he")).watch()
    desk.comes("09:00", "v1")
    desk.comes("09:00", "v2")
    assert desk.step("09:01", "reclassify", visit="v1", **{"class": "other"}, reason="not done here") == []
    [alert] = desk.step("09:02", "reclassify", visit="v2", **{"class": "repurchase"}, reason="x")
    assert (alert.kind, alert.rules) == ("override", ("T6",))
    [arrived] = desk.comes("09:03", "v3", overridden=("v3",))
    assert (arrived.kind, arrived.visit) == ("override", "v3")


def test_a_quiet_step_costs_nothing() -> None:
    desk = Watched(LIN, JIANG, WU, CHEN).watch()
    before = desk.day
    event = decode_event({"at": "09:00", "type": "status", "consultant": "lin", "status": "busy"})
    after, made = advance(before, event)
    assert alerts(Happening(before=before, event=event, decisions=made, after=after), {}, NAMES) is NO_NEWS


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_on_any_day_what_is_open_is_true_and_nothing_is_raised_twice(seed: int) -> None:
    script = parse(random_script(seed))
    day, open_ = script.day0, dict[str, Alert]()
    for event in script.events:
        before = day
        day, made = advance(before, event)
        change = alerts(Happening(before=before, event=event, decisions=made, after=day), open_, NAMES)
        for key in change.cleared:
            open_.pop(key)
        for alert in change.raised:
            assert alert.kind in KINDS
            assert alert.severity in SEVERITIES
            if alert.key is not None:
                assert alert.key not in open_
                open_[alert.key] = alert
        waiting = {v.id for v in day.active.values() if v.to == "supervisor" and v.stage is Stage.WAITING}
        assert {key.partition(":")[2] for key in open_ if key.startswith("supervisor:")} == waiting
