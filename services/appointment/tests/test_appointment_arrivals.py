"""Arriving in every way and order, not coming, and being done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentCompleted,
    AppointmentExpectedAgain,
    AppointmentNoShow,
)
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.contracts.triage import ConsultationFinished, VisitClassified, VisitRegistered
from qiantai.ids import new_id
from qiantai.inbox.processor import Verdict

API = "/api/appointments/"
BEFORE_TEN = datetime.fromisoformat("2026-03-02T09:55:00+08:00")


def scanned(
    customer: str, at: datetime = BEFORE_TEN, *, scan: str = "s1", appointment: str | None = None
) -> ArrivalScanned:
    return ArrivalScanned(
        branch="sh-01",
        scan=scan,
        device="d1",
        desk="front",
        code="D1",
        kind="design",
        customer=customer,
        appointment=appointment,
        device_time=at,
        gateway_time=at,
    )


def registered(
    customer: str,
    at: datetime = BEFORE_TEN,
    *,
    visit: str = "v1",
    scan: str | None = "s1",
    appointment: str | None = None,
) -> VisitRegistered:
    return VisitRegistered(
        branch="sh-01",
        visit=visit,
        customer=customer,
        business_day=date(2026, 3, 2),
        arrived_at=at,
        visit_class="first_visit",
        class_reasons=("T1",),
        appointment=appointment,
        scan=scan,
    )


def finished(customer: str, *, visit: str = "v1") -> ConsultationFinished:
    return ConsultationFinished(
        branch="sh-01",
        visit=visit,
        customer=customer,
        visit_class="first_visit",
        consultant="c1",
        outcome="deal",
        projects=("nose",),
        finished_at=BEFORE_TEN + timedelta(minutes=40),
    )


def states(clinic: Any, *appointments: dict[str, Any]) -> list[str]:
    return [clinic.get(one["id"])["state"] for one in appointments]


@pytest.mark.parametrize("order", list(permutations(("scan", "registered", "finished"))))
def test_scan_and_visit_in_any_order_arrive_once_and_complete_once(clinic: Any, order: tuple[str, ...]) -> None:
    ten = clinic.book()
    eleven = clinic.book(starts_at=clinic.now + timedelta(hours=2))
    events = {"scan": scanned(clinic.wang), "registered": registered(clinic.wang), "finished": finished(clinic.wang)}
    for name in order:
        clinic.deliver(events[name])
        clinic.deliver(events[name])  # a fresh message with the same fact
    assert states(clinic, ten, eleven) == ["completed", "booked"]
    assert [event.appointment for event in clinic.under_test.told(AppointmentArrived)] == [ten["id"]]
    assert [event.appointment for event in clinic.under_test.told(AppointmentCompleted)] == [ten["id"]]
    assert [step["to_state"] for step in clinic.get(ten["id"])["history"]] == ["booked", "arrived", "completed"]


@pytest.mark.parametrize("at", ["visit", "scan"])
def test_a_named_appointment_arrives_before_a_nearer_one(clinic: Any, at: str) -> None:
    ten = clinic.book()
    three = clinic.book(starts_at=clinic.now + timedelta(hours=6))
    if at == "scan":
        clinic.deliver(scanned(clinic.wang, appointment=three["id"]))
    else:
        clinic.deliver(registered(clinic.wang, scan=None, appointment=three["id"]))
    assert states(clinic, ten, three) == ["booked", "arrived"]
    assert [event.punctuality for event in clinic.under_test.told(AppointmentArrived)] == ["early"]


def test_a_second_reading_of_the_card_does_not_let_the_next_appointment_arrive(clinic: Any) -> None:
    ten = clinic.book()
    three = clinic.book(starts_at=clinic.now + timedelta(hours=6))
    clinic.deliver(scanned(clinic.wang))
    clinic.deliver(scanned(clinic.wang, BEFORE_TEN + timedelta(minutes=3), scan="s2"))
    clinic.deliver(registered(clinic.wang, BEFORE_TEN + timedelta(minutes=4), scan=None))  # the desk, by hand
    assert states(clinic, ten, three) == ["arrived", "booked"]
    clinic.deliver(finished(clinic.wang))
    assert states(clinic, ten, three) == ["completed", "booked"]
    clinic.deliver(scanned(clinic.wang, BEFORE_TEN + timedelta(hours=2), scan="s3"))  # back after the first was done
    assert states(clinic, ten, three) == ["completed", "arrived"]


def test_the_second_visit_of_a_day_is_about_the_second_appointment(clinic: Any) -> None:
    ten = clinic.book()
    three = clinic.book(starts_at=clinic.now + timedelta(hours=6))
    clinic.deliver(registered(clinic.wang))
    clinic.deliver(registered(clinic.wang, BEFORE_TEN + timedelta(hours=2), visit="v2", scan="s2"))
    assert states(clinic, ten, three) == ["arrived", "arrived"]
    clinic.deliver(finished(clinic.wang, visit="v2"))
    assert states(clinic, ten, three) == ["arrived", "completed"]


def test_others_other_days_other_branches_and_cancelled_ones_do_not_arrive(clinic: Any) -> None:
    other = clinic.book(customer=clinic.li)
    tomorrow = clinic.book(starts_at=clinic.now + timedelta(days=1))
    elsewhere = clinic.book(branch="sh-02", provider=None)
    gone = clinic.book(provider=None)
    clinic.under_test.as_("receptionist").post(f"{API}{gone['id']}/cancel", {"reason": "x"})
    for number, named in enumerate((None, tomorrow["id"], elsewhere["id"], gone["id"], new_id())):
        clinic.deliver(scanned(clinic.wang, scan=f"s{number}", appointment=named))
    clinic.deliver(registered(clinic.wang, scan=None))
    clinic.deliver(finished(clinic.wang))
    assert states(clinic, other, tomorrow, elsewhere, gone) == ["booked", "booked", "booked", "cancelled"]
    assert clinic.under_test.told(AppointmentArrived) == []


def test_somebody_unknown_without_an_appointment_changes_nothing(clinic: Any) -> None:
    clinic.deliver(scanned(new_id()))
    clinic.deliver(registered(new_id()))
    assert clinic.under_test.told() == []


@pytest.mark.parametrize(
    ("minutes", "punctuality"), [(-61, "early"), (-60, "on_time"), (0, "on_time"), (30, "on_time"), (31, "late")]
)
def test_punctuality(clinic: Any, minutes: int, punctuality: str) -> None:
    starts_at = clinic.now + timedelta(hours=2)
    made = clinic.book(starts_at=starts_at)
    clinic.deliver(scanned(clinic.wang, starts_at + timedelta(minutes=minutes)))
    assert clinic.get(made["id"])["punctuality"] == punctuality
    assert [event.punctuality for event in clinic.under_test.told(AppointmentArrived)] == [punctuality]


def test_the_day_is_the_branchs(clinic: Any, events: Any) -> None:
    clinic.deliver(events["branch"]("sh-01", "America/Los_Angeles"))
    made = clinic.book(starts_at=clinic.now + timedelta(hours=20))  # Monday afternoon there
    clinic.deliver(scanned(clinic.wang, clinic.now + timedelta(hours=8)))  # Monday morning there
    assert states(clinic, made) == ["arrived"]


def test_the_desk_lets_arrive_today_only_and_twice_is_once(clinic: Any) -> None:
    today, tomorrow = clinic.book(), clinic.book(starts_at=clinic.now + timedelta(days=1))
    desk = clinic.under_test.as_("receptionist")
    refused = desk.post(f"{API}{tomorrow['id']}/arrive")
    assert (refused.status_code, refused.json["facts"]) == (409, {"business_day": "2026-03-03"})
    first = desk.post(f"{API}{today['id']}/arrive")
    assert (first.status_code, first.json["state"], first.headers["ETag"]) == (200, "arrived", '"2"')
    assert desk.post(f"{API}{today['id']}/arrive").json == first.json
    clinic.deliver(scanned(clinic.wang))
    assert len(clinic.under_test.told(AppointmentArrived)) == 1
    assert desk.post(f"{API}{today['id']}/cancel", {"reason": "x"}).status_code == 409
    new = {"starts_at": "2026-03-02T16:00:00+08:00", "ends_at": "2026-03-02T17:00:00+08:00", "reason": "x"}
    assert desk.post(f"{API}{today['id']}/reschedule", new, etag=2).status_code == 409


def test_desk_scan_and_visit_at_the_same_moment_arrive_once(clinic: Any) -> None:
    ten = clinic.book()
    three = clinic.book(starts_at=clinic.now + timedelta(hours=6))
    desk = clinic.under_test.as_("receptionist")
    work = [
        lambda: desk.post(f"{API}{ten['id']}/arrive").status_code,
        lambda: clinic.under_test.deliver(scanned(clinic.wang)).verdict.value,
        lambda: clinic.under_test.deliver(registered(clinic.wang)).verdict.value,
        lambda: clinic.under_test.deliver(finished(clinic.wang)).verdict.value,
    ]
    with ThreadPoolExecutor(8) as pool:
        answers = [one.result() for one in [pool.submit(call) for call in work * 2]]
    assert answers == [200, "done", "done", "done"] * 2
    assert states(clinic, ten, three) == ["completed", "booked"]
    assert len(clinic.under_test.told(AppointmentArrived)) == 1
    assert len(clinic.under_test.told(AppointmentCompleted)) == 1


def test_who_did_not_come_is_told_after_the_day_once(clinic: Any, events: Any) -> None:
    clinic.deliver(events["branch"]("la-01", "America/Los_Angeles"))
    missed, came = clinic.book(), clinic.book(provider=None, customer=clinic.li)
    there = clinic.book(branch="la-01", provider=None, starts_at=clinic.now + timedelta(hours=8))
    desk = clinic.under_test.as_("receptionist")
    desk.post(f"{API}{missed['id']}/confirm", {"how": "phone"})
    desk.post(f"{API}{came['id']}/arrive")
    clinic.set_now(datetime.fromisoformat("2026-03-02T23:59:00+08:00"))
    clinic.run_job("no_shows")
    assert states(clinic, missed, came, there) == ["confirmed", "arrived", "booked"]
    clinic.set_now(datetime.fromisoformat("2026-03-03T00:01:00+08:00"))
    clinic.run_job("no_shows")
    clinic.run_job("no_shows")
    assert states(clinic, missed, came, there) == ["no_show", "arrived", "booked"]
    assert [event.appointment for event in clinic.under_test.told(AppointmentNoShow)] == [missed["id"]]
    assert clinic.get(missed["id"])["history"][-1]["actor"] == "service:appointment"
    assert desk.post(f"{API}{missed['id']}/arrive").status_code == 409
    clinic.set_now(datetime.fromisoformat("2026-03-03T16:01:00+08:00"))
    clinic.run_job("no_shows")
    assert states(clinic, there) == ["no_show"]


def test_a_scan_that_was_held_up_overnight_corrects_the_no_show(clinic: Any) -> None:
    made = clinic.book()
    clinic.set_now(datetime.fromisoformat("2026-03-03T08:00:00+08:00"))
    clinic.run_job("no_shows")
    clinic.deliver(scanned(clinic.wang))
    assert states(clinic, made) == ["arrived"]


def test_old_scans_and_visits_are_forgotten(clinic: Any) -> None:
    clinic.book()
    clinic.deliver(scanned(clinic.wang))
    clinic.deliver(registered(clinic.wang))
    clinic.run_job("forget_arrivals")
    assert clinic.under_test.rows("SELECT count(*) FROM visit") == [(1,)]
    clinic.set_now(clinic.now + timedelta(days=91))
    clinic.run_job("forget_arrivals")
    assert clinic.under_test.rows("SELECT (SELECT count(*) FROM visit) + (SELECT count(*) FROM arrival_scan)") == [(0,)]


def test_who_was_in_the_house_is_no_no_show_with_another_slip_of_the_day(clinic: Any) -> None:
    """By a visit that used no slip, or by the other slip; the slip that was not used ends with the reason."""
    used, unused, nobody = clinic.book(), clinic.book(provider=None), clinic.book(provider=None, customer=clinic.li)
    clinic.deliver(registered(clinic.wang, scan=None))
    assert clinic.get(used["id"])["state"] == "arrived"
    clinic.set_now(BEFORE_TEN + timedelta(days=1))
    clinic.run_job("no_shows")
    found = {name: clinic.get(one["id"]) for name, one in (("unused", unused), ("nobody", nobody))}
    assert {name: one["state"] for name, one in found.items()} == {"unused": "cancelled", "nobody": "no_show"}
    assert found["unused"]["history"][-1]["reason"].endswith("the customer was here that day without using this slip")
    assert [one.appointment for one in clinic.under_test.told(AppointmentNoShow)] == [nobody["id"]]


def test_a_visit_on_another_day_excuses_nothing(clinic: Any) -> None:
    slip = clinic.book()
    clinic.deliver(registered(clinic.wang, BEFORE_TEN - timedelta(days=1), scan=None))
    clinic.set_now(BEFORE_TEN + timedelta(days=1))
    clinic.run_job("no_shows")
    assert clinic.get(slip["id"])["state"] == "no_show"


def test_a_walk_in_for_something_else_leaves_the_slip_of_later_that_day_expected(clinic: Any, events: Any) -> None:
    """Unless the desk says that the visitor comes for it (A11)."""
    clinic.deliver(events["project"]("laser"))
    slip = clinic.book(kind="treatment", starts_at=BEFORE_TEN + timedelta(hours=6))
    near = clinic.book(kind="treatment", customer=clinic.li, provider=None, starts_at=BEFORE_TEN + timedelta(hours=1))
    clinic.deliver(replace(registered(clinic.wang, scan=None), projects=("laser",)))
    assert clinic.get(slip["id"])["state"] == "booked"
    clinic.deliver(replace(registered(clinic.wang, scan=None, visit="v2", appointment=slip["id"]), projects=("laser",)))
    assert clinic.get(slip["id"])["state"] == "arrived"
    clinic.deliver(replace(registered(clinic.li, scan=None, visit="v3"), projects=("laser",)))
    assert clinic.get(near["id"])["state"] == "arrived"  # within its time


def answered(customer: str, *, visit: str = "v1", **more: Any) -> VisitClassified:
    said = {"visit_class": "first_visit", "projects": ("laser",), "answered": True, **more}
    return VisitClassified(branch="sh-01", visit=visit, customer=customer, **said)


def test_what_is_said_later_lets_the_slip_of_later_that_day_be_expected_again(clinic: Any, events: Any) -> None:
    """A scan in two places waits for the desk's word; what it says then is for something else (A11)."""
    clinic.deliver(events["project"]("laser"))
    slip = clinic.book(kind="treatment", starts_at=BEFORE_TEN + timedelta(hours=6))
    clinic.deliver(scanned(clinic.wang))
    outcome = clinic.under_test.deliver(answered(clinic.wang))
    assert outcome.verdict is Verdict.RETRY  # told before its visit
    clinic.deliver(registered(clinic.wang))
    assert clinic.get(slip["id"])["state"] == "arrived"
    clinic.deliver(answered(clinic.wang))
    found = clinic.get(slip["id"])
    assert (found["state"], found["arrived_at"], found["punctuality"]) == ("booked", None, None)
    [told] = clinic.under_test.told(AppointmentExpectedAgain)
    assert (told.appointment, told.reason) == (slip["id"], found["history"][-1]["reason"])
    clinic.deliver(finished(clinic.wang))
    assert clinic.get(slip["id"])["state"] == "booked"
    clinic.deliver(registered(clinic.wang, BEFORE_TEN + timedelta(hours=6), visit="v2", scan="s2"))
    assert clinic.get(slip["id"])["state"] == "arrived"


@pytest.mark.parametrize("said", ["named", "near", "the same projects", "the class again"])
def test_what_is_said_later_leaves_the_slip_that_the_visit_is_for(clinic: Any, events: Any, said: str) -> None:
    clinic.deliver(events["project"]("laser"))
    hours = 0.5 if said == "near" else 6
    slip = clinic.book(kind="treatment", starts_at=BEFORE_TEN + timedelta(hours=hours))
    more: dict[str, Any] = {
        "named": {"appointment": slip["id"]},
        "the same projects": {"projects": tuple(slip["projects"])},
        "the class again": {"answered": False},
    }.get(said, {})
    clinic.deliver(registered(clinic.wang, scan=None))
    clinic.deliver(answered(clinic.wang, **more))
    assert clinic.get(slip["id"])["state"] == "arrived"


def test_the_slip_that_fits_what_is_said_later_arrives_instead(clinic: Any, events: Any) -> None:
    clinic.deliver(events["project"]("laser"))
    near = clinic.book(kind="treatment", starts_at=BEFORE_TEN + timedelta(hours=2))
    fits = clinic.book(kind="treatment", provider=None, projects=["laser"], starts_at=BEFORE_TEN + timedelta(hours=6))
    clinic.deliver(registered(clinic.wang, scan=None))
    assert states(clinic, near, fits) == ["arrived", "booked"]
    clinic.deliver(answered(clinic.wang))
    assert states(clinic, near, fits) == ["booked", "arrived"]


@pytest.mark.parametrize(("kind", "state"), [("treatment", "arrived"), ("consultation", "completed")])
@pytest.mark.parametrize("told_first", ["registered", "finished"])
def test_no_deal_is_no_treatment(clinic: Any, kind: str, state: str, told_first: str) -> None:
    slip = clinic.book(kind=kind)
    both = [registered(clinic.wang, scan=None), replace(finished(clinic.wang), outcome="no_deal")]
    for event in both if told_first == "registered" else reversed(both):
        clinic.deliver(event)
    assert clinic.get(slip["id"])["state"] == state
