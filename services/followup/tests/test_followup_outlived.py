"""Plans end by themselves, with the reason, when what happened since makes the contact pointless."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentNoShow,
)
from qiantai.contracts.customer import CustomerMerged
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
