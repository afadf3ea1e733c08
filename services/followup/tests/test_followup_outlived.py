"""Plans end by themselves, with the reason, when what happened since makes the contact pointless."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from qiantai.contracts.customer import CustomerMerged
from qiantai.contracts.event import Event
from qiantai.contracts.followup import PlanCancelled
from qiantai.contracts.triage import ConsultationFinished, VisitRegistered
from qiantai.ids import new_id

SLIPS = [new_id() for _ in range(3)]
HOUR = timedelta(hours=1)


def finished(house: Any, outcome: str, visit: str, **more: Any) -> ConsultationFinished:
    usual = {"branch": "sh-01", "customer": house.wang, "visit_class": "first_visit", "consultant": "ann"}
    return ConsultationFinished(
        **{**usual, "visit": visit, "outcome": outcome, "projects": ("nose",), "finished_at": house.now, **more}
    )


def came(house: Any, **more: Any) -> VisitRegistered:
    usual = {"branch": "sh-01", "visit": "v9", "customer": house.wang, "business_day": house.now.date()}
    rest = {"arrived_at": house.now, "visit_class": "first_visit", "class_reasons": ("T1",)}
    return VisitRegistered(**{**usual, **rest, **more})


def booked(house: Any, appointment: str) -> AppointmentBooked:
    return AppointmentBooked(
        branch="sh-01",
        appointment=appointment,
        number="A1",
        customer=house.wang,
        kind="consultation",
        starts_at=house.now + HOUR,
        ends_at=house.now + 2 * HOUR,
        latest_arrival=house.now + HOUR,
    )


def missed(house: Any, appointment: str = "a1") -> AppointmentNoShow:
    return AppointmentNoShow(branch="sh-01", appointment=appointment, customer=house.wang, starts_at=house.now)


def arrived(house: Any, appointment: str = "a1") -> AppointmentArrived:
    return AppointmentArrived(
        branch="sh-01", appointment=appointment, customer=house.wang, arrived_at=house.now, punctuality="on_time"
    )


def later(house: Any, hours: float = 1) -> None:
    house.set_now(house.now + hours * HOUR)


def states(house: Any) -> list[str]:
    return [plan["state"] for plan in house.plans(customer=house.wang)]


def why(house: Any) -> str:
    [plan] = [one for one in house.plans(customer=house.wang) if one["state"] == "cancelled"]
    [told] = house.under_test.told(PlanCancelled)
    last = house.get(plan["id"])["history"][-1]
    assert (told.plan, told.reason, last["what"]) == (plan["id"], last["reason"], "cancelled")
    return str(last["reason"]).rpartition(" / ")[2]


def test_nobody_is_asked_why_there_was_no_deal_after_a_deal(house: Any) -> None:
    house.deliver(finished(house, "no_deal", "v1"))
    assert states(house) == ["submitted"]
    later(house)
    house.deliver(finished(house, "deal", "v2"))
    assert states(house) == ["cancelled"]
    assert why(house) == "the customer has made a deal since"


def test_a_deal_that_is_told_first_leaves_no_such_call(house: Any) -> None:
    at = house.now
    later(house)
    house.deliver(finished(house, "deal", "v2"))
    house.deliver(finished(house, "no_deal", "v1", finished_at=at))
    assert states(house) == []


def test_an_earlier_deal_and_another_customers_deal_end_nothing(house: Any) -> None:
    house.deliver(finished(house, "deal", "v0", finished_at=house.now - HOUR))
    house.deliver(finished(house, "no_deal", "v1"))
    later(house)
    house.deliver(finished(house, "deal", "v2", customer=new_id()))
    assert states(house) == ["submitted"]


def test_a_deal_of_the_same_person_under_another_file_ends_the_call(house: Any) -> None:
    house.deliver(finished(house, "no_deal", "v1"))
    other = new_id()
    house.deliver(CustomerMerged(branch=CHAIN, customer=house.wang, into=other))
    later(house)
    house.deliver(finished(house, "deal", "v2", customer=other))
    assert states(house) == ["cancelled"]


@pytest.mark.parametrize("kind", ["day_before", "surgery_confirmation"])
def test_nobody_is_reminded_of_a_slip_that_is_cancelled_or_kept(house: Any, kind: str) -> None:
    cancelled, kept, ahead = (house.approved(kind=kind, appointment=one) for one in SLIPS)
    house.deliver(AppointmentCancelled(branch="sh-01", appointment=SLIPS[0], customer=house.wang, reason="ill"))
    house.deliver(arrived(house, SLIPS[1]))
    found = {plan: house.get(plan)["state"] for plan in (cancelled, kept, ahead)}
    assert found == {cancelled: "cancelled", kept: "cancelled", ahead: "approved"}


def test_what_is_to_follow_an_appointment_stays_when_its_customer_arrives(house: Any) -> None:
    plan = house.approved(kind="after_treatment", appointment=SLIPS[0])
    house.deliver(arrived(house, SLIPS[0]))
    assert house.get(plan)["state"] == "approved"


def test_who_came_after_all_is_not_asked_why_not(house: Any) -> None:
    house.deliver(missed(house))
    assert states(house) == ["approved"]
    house.deliver(came(house, visit="v0", arrived_at=house.now - HOUR))
    assert states(house) == ["approved"]
    later(house)
    house.deliver(came(house))
    assert states(house) == ["cancelled"]
    assert why(house) == "the customer has come since"


def test_who_has_booked_anew_is_not_asked_to(house: Any) -> None:
    house.deliver(booked(house, "a1"))
    later(house)
    house.deliver(missed(house))
    later(house)
    house.deliver(booked(house, "a1"), version=5)  # told again on a rebuild
    assert states(house) == ["approved"]
    house.deliver(booked(house, "a2"))
    assert why(house) == "the customer has a new slip"


@pytest.mark.parametrize("told_first", ["arrival", "no-show"])
def test_an_arrival_that_is_told_after_its_day_belies_the_no_show(house: Any, told_first: str) -> None:
    events = [(arrived(house), 3), (missed(house), 2)]
    for event, version in events if told_first == "arrival" else reversed(events):
        house.deliver(event, version=version)
    assert states(house) in ([], ["cancelled"])


def test_the_next_step_of_a_call_ends_with_its_reason(house: Any) -> None:
    house.deliver(finished(house, "no_deal", "v1"))
    [plan] = house.plans()
    house.done(house.supervisor.post(f"/api/followups/plans/{plan['id']}/approve"))
    following = {"kind": "need_tracking", "content": "再问", "due_from": house.now.isoformat()}
    following["due_until"] = (house.now + 48 * HOUR).isoformat()
    house.done(house.execute(plan["id"], next_step={"plan": following}))
    later(house)
    house.deliver(finished(house, "deal", "v2"))
    assert sorted(states(house)) == ["cancelled", "executed"]


def moved(house: Any, days: int, hours: int = 0, *, slip: str = SLIPS[0], told_old: bool = True) -> Any:
    """Wang's slip, until now the day after tomorrow at the same time, moves by so much."""
    was_at = house.now + 48 * HOUR
    return AppointmentRescheduled(
        branch="sh-01",
        appointment=slip,
        customer=house.wang,
        starts_at=was_at + timedelta(days=days, hours=hours),
        ends_at=was_at + timedelta(days=days, hours=hours + 1),
        latest_arrival=was_at + timedelta(days=days, hours=hours),
        reason="出差",
        was_at=was_at if told_old else None,
    )


def reminder(house: Any, **more: Any) -> str:
    """A plan to remind Wang tomorrow of the slip of the day after tomorrow."""
    window = {"due_from": house.now + 24 * HOUR, "due_until": house.now + 30 * HOUR}
    return str(house.approved(**{"kind": "day_before", "appointment": SLIPS[0], **window, **more}))


def window(house: Any, plan: str) -> tuple[timedelta, timedelta]:
    found = house.get(plan)
    begin, end = (datetime.fromisoformat(found[name]) for name in ("due_from", "due_until"))
    return begin - house.now, end - house.now


@pytest.mark.parametrize("kind", ["day_before", "after_treatment"])
def test_a_plan_moves_with_its_slip_and_says_why(house: Any, kind: str) -> None:
    plan, other, none = (
        reminder(house, kind=kind),
        reminder(house, appointment=SLIPS[1]),
        reminder(house, appointment=None),
    )
    later(house, 0.01)
    house.deliver(moved(house, days=3, hours=2))
    house.set_now(house.now - 0.01 * HOUR)
    assert window(house, plan) == (96 * HOUR, 102 * HOUR)
    last = house.get(plan)["history"][-1]
    assert (last["what"], last["reason"]) == (
        "moved",
        "预约已改到 2026-03-07 12:00 / the slip was moved to 2026-03-07 12:00",
    )
    assert sorted(last["details"]) == ["due_from", "due_until"]
    assert window(house, other) == window(house, none) == (24 * HOUR, 30 * HOUR)


def test_what_is_due_waits_again_when_its_slip_moves_away(house: Any) -> None:
    plan = reminder(house)
    later(house, 25)
    house.run_job("mark_due")
    assert house.get(plan)["state"] == "due"
    house.deliver(moved(house, days=2))
    assert house.get(plan)["state"] == "approved"


def test_a_reminder_is_made_before_the_slip_that_has_moved_nearer(house: Any) -> None:
    plan = reminder(house)
    later(house, 1)
    house.deliver(moved(house, days=-2, hours=3))
    assert window(house, plan) == (timedelta(), 3 * HOUR)


def test_a_plan_whose_slips_old_time_was_not_told_is_marked(house: Any) -> None:
    plan = reminder(house)
    later(house)
    house.deliver(moved(house, days=2, told_old=False))
    found = house.get(plan)
    assert (found["attention"], found["history"][-1]["what"]) == (True, "moved")


def test_a_plan_that_was_made_for_the_new_time_stays(house: Any) -> None:
    event, at = moved(house, days=2), house.now
    later(house)
    plan = reminder(house)
    now = house.now
    house.set_now(at)
    house.deliver(event)
    house.set_now(now)
    assert window(house, plan) == (24 * HOUR, 30 * HOUR)


def test_a_call_to_somebody_who_did_not_come_does_not_move(house: Any) -> None:
    house.deliver(missed(house, SLIPS[0]))
    [before] = house.plans(customer=house.wang)
    later(house)
    house.deliver(moved(house, days=2))
    assert house.plans(customer=house.wang) == [before]


@pytest.mark.parametrize("over", [AppointmentCancelled, AppointmentNoShow, AppointmentArrived])
def test_nobody_plans_to_remind_of_a_slip_that_is_over(house: Any, over: type[Event]) -> None:
    events: dict[type[Event], Event] = {
        AppointmentCancelled: AppointmentCancelled(
            branch="sh-01", appointment=SLIPS[0], customer=house.wang, reason="ill"
        ),
        AppointmentNoShow: missed(house, SLIPS[0]),
        AppointmentArrived: arrived(house, SLIPS[0]),
    }
    house.deliver(events[over])
    refused = house.consultant.post("/api/followups/plans", house.body(kind="day_before", appointment=SLIPS[0]))
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (409, "slip-is-over")
    house.draft(kind="need_tracking", appointment=SLIPS[0])


def test_a_merge_ends_what_the_other_file_makes_pointless(house: Any) -> None:
    other = new_id()
    house.deliver(finished(house, "no_deal", "v1"))
    later(house)
    house.deliver(finished(house, "deal", "v2", customer=other))
    assert states(house) == ["submitted"]
    house.deliver(CustomerMerged(branch=CHAIN, customer=house.wang, into=other))
    assert states(house) == ["cancelled"]
    assert why(house) == "the customer has made a deal since"
