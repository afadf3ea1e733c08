"""Two transactions at one instant: what makes a plan and what ends or changes it never miss each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from followup.domain.plan import Completion
from followup.messaging.subscriptions import subscriptions
from followup.storage.unit_of_work import FollowupUnitOfWork
from followup.usecases.approve_plans import approve_plan
from followup.usecases.draft_plan import DraftPlan, draft_plan
from followup.usecases.execute_plan import ExecutePlan, NextPlan, execute_plan
from qiantai.actors import Actor
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from qiantai.contracts.customer import CustomerMerged
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.contracts.event import Event
from qiantai.contracts.triage import ConsultationFinished, OwnerChanged, VisitRegistered
from qiantai.errors import Refusal
from qiantai.ids import new_id
from qiantai.storage.unit_of_work import transaction
from qiantai.told import Told
from qiantai.uow import Context

HOUR = timedelta(hours=1)
SLIP, OTHER = new_id(), new_id()
Work = Callable[[Any, FollowupUnitOfWork], object]


def finished(outcome: str, *, hours: int, customer: str | None = None) -> Callable[[Any], Event]:
    return lambda house: ConsultationFinished(
        branch="sh-01",
        customer=customer or house.wang,
        visit_class="first_visit",
        consultant="ann",
        visit=f"v-{outcome}",
        outcome=outcome,
        projects=("nose",),
        finished_at=house.now + hours * HOUR,
    )


def came(house: Any) -> Event:
    return VisitRegistered(
        branch="sh-01",
        visit="v9",
        customer=house.wang,
        business_day=house.now.date(),
        arrived_at=house.now + 2 * HOUR,
        visit_class="first_visit",
        class_reasons=("T1",),
    )


def booked(house: Any) -> Event:
    times = {"starts_at": house.now + 4 * HOUR, "ends_at": house.now + 5 * HOUR, "latest_arrival": house.now + 4 * HOUR}
    return AppointmentBooked(
        branch="sh-01", appointment=OTHER, number="A1", customer=house.wang, kind="consultation", **times
    )


def missed(house: Any) -> Event:
    return AppointmentNoShow(branch="sh-01", appointment=SLIP, customer=house.wang, starts_at=house.now)


def arrived(house: Any) -> Event:
    return AppointmentArrived(
        branch="sh-01", appointment=SLIP, customer=house.wang, arrived_at=house.now, punctuality="on_time"
    )


def cancelled(house: Any) -> Event:
    return AppointmentCancelled(branch="sh-01", appointment=SLIP, customer=house.wang, reason="ill")


def moved(house: Any) -> Event:
    at = house.now + 96 * HOUR
    return AppointmentRescheduled(
        branch="sh-01",
        appointment=SLIP,
        customer=house.wang,
        starts_at=at,
        ends_at=at + HOUR,
        latest_arrival=at,
        reason="出差",
        was_at=at - 48 * HOUR,
    )


def merged(house: Any) -> Event:
    return CustomerMerged(branch=CHAIN, customer=house.wang, into=OTHER)


def hears(event: Callable[[Any], Event], hours: float = 1, version: int = 1) -> Work:
    """Handle an event, told so many hours from now, as the worker does."""

    def work(house: Any, uow: FollowupUnitOfWork) -> None:
        told = Told(event=event(house), version=version, time=house.now + hours * HOUR, id=new_id())
        for subscription in subscriptions.of(told.event.TYPE):
            subscription.handler(told, uow)

    return work


def drafts(**more: Any) -> Work:
    """Plan a contact by hand."""

    def work(house: Any, uow: FollowupUnitOfWork) -> None:
        command: dict[str, Any] = {"branch": "sh-01", "customer": house.wang, "content": "x", "submit": True}
        command |= {"due_from": house.now + 24 * HOUR, "due_until": house.now + 30 * HOUR}
        draft_plan(DraftPlan(**{**command, **more}), uow)

    return work


def calls(house: Any, uow: FollowupUnitOfWork) -> None:
    """Execute the approved call about the visit without a deal, with another one as its next step."""
    [plan] = house.plans(state="approved")
    following = NextPlan(
        kind="need_tracking", due_from=house.now, due_until=house.now + 48 * HOUR, content="再问", executor=None
    )
    execute_plan(ExecutePlan(plan=plan["id"], result="reached", feedback="好", next_plan=following), uow)


@contextmanager
def begun(house: Any) -> Iterator[FollowupUnitOfWork]:
    actor = Actor(id="ann", name="Ann", branches=frozenset({"*"}))
    with transaction(house.under_test.engine, FollowupUnitOfWork, Context(actor=actor, now=house.now)) as uow:
        yield uow


def at_one_instant(house: Any, first: Work, second: Work) -> None:
    """Let `second` begin when `first` has done its work and has not committed yet."""
    refused: list[BaseException] = []

    def run() -> None:
        try:
            with begun(house) as uow:
                second(house, uow)
        except Refusal:
            pass
        except BaseException as error:  # noqa: BLE001 - told to the test
            refused.append(error)

    thread = threading.Thread(target=run)
    with begun(house) as uow:
        first(house, uow)
        thread.start()
        waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database"
        waits += " WHERE datname = current_database())"
        limit = time.monotonic() + 5
        while thread.is_alive() and time.monotonic() < limit and not house.under_test.rows(waits):
            time.sleep(0.01)
    thread.join(10)
    assert not thread.is_alive()
    assert refused == []


NO_DEAL, DEAL = hears(finished("no_deal", hours=0), 0), hears(finished("deal", hours=1))
REMINDER = drafts(kind="day_before", appointment=SLIP)


@pytest.mark.parametrize("turned", [False, True], ids=["made-first", "ended-first"])
@pytest.mark.parametrize(
    ("makes", "ends"),
    [
        pytest.param(NO_DEAL, DEAL, id="no-deal-and-deal"),
        pytest.param(hears(missed, 0), hears(came), id="no-show-and-visit"),
        pytest.param(hears(missed, 0), hears(booked), id="no-show-and-new-slip"),
        pytest.param(hears(missed, 0), hears(arrived), id="no-show-and-arrival"),
        pytest.param(REMINDER, hears(cancelled), id="reminder-and-cancel"),
        pytest.param(REMINDER, hears(arrived), id="reminder-and-arrival"),
        pytest.param(REMINDER, hears(missed), id="reminder-and-no-show"),
    ],
)
def test_no_plan_stays_that_something_at_the_same_instant_made_pointless(
    house: Any, makes: Work, ends: Work, *, turned: bool
) -> None:
    at_one_instant(house, *((ends, makes) if turned else (makes, ends)))
    about = [plan for plan in house.plans() if (plan["kind"] == "day_before") == (makes is REMINDER)]
    assert {plan["state"] for plan in about if plan["visit"] != "v-deal"} <= {"cancelled"}


@pytest.mark.parametrize("turned", [False, True], ids=["call-first", "deal-first"])
def test_the_next_step_of_a_call_does_not_miss_a_deal(house: Any, *, turned: bool) -> None:
    with begun(house) as uow:
        NO_DEAL(house, uow)
    [plan] = house.plans()
    house.done(house.supervisor.post(f"/api/followups/plans/{plan['id']}/approve"))
    at_one_instant(house, *((DEAL, calls) if turned else (calls, DEAL)))
    assert {one["state"] for one in house.plans() if one["visit"] == "v-no_deal"} <= {"cancelled", "executed"}


@pytest.mark.parametrize("turned", [False, True], ids=["made-first", "merged-first"])
def test_a_plan_does_not_miss_that_its_person_has_another_file(house: Any, *, turned: bool) -> None:
    with begun(house) as uow:
        hears(finished("deal", hours=1, customer=OTHER))(house, uow)
    makes, merges = NO_DEAL, hears(merged)
    at_one_instant(house, *((merges, makes) if turned else (makes, merges)))
    assert {plan["state"] for plan in house.plans() if plan["visit"] == "v-no_deal"} <= {"cancelled"}


def test_a_plan_does_not_miss_that_its_slip_moves(house: Any) -> None:
    at_one_instant(house, REMINDER, hears(moved))
    [plan] = house.plans()
    assert plan["due_from"] == (house.now + 72 * HOUR).isoformat()


def test_a_plan_does_not_miss_that_its_customer_changes_hands(house: Any) -> None:
    def handed(house: Any) -> Event:
        return OwnerChanged(branch="sh-01", customer=house.wang, owner="bea", previous=None, reason="T18")

    at_one_instant(house, drafts(kind="need_tracking", executor_role="owner"), hears(handed))
    assert [plan["executor"] for plan in house.plans()] == ["bea"]


@pytest.mark.parametrize("how", ["drafted", "approved", "next"])
@pytest.mark.parametrize("turned", [False, True], ids=["given-first", "left-first"])
def test_nobody_who_leaves_is_left_with_a_plan(house: Any, how: str, *, turned: bool) -> None:
    waiting = house.draft(submit=True) if how == "approved" else house.approved()

    def left(_: Any) -> Event:
        return StaffChanged(branch=CHAIN, staff="bea", name="Bea", roles=("nurse",), branches=("*",), active=False)

    def approves(_: Any, uow: FollowupUnitOfWork) -> None:
        uow.actor = Actor(id="sue", name="Sue", branches=frozenset({"*"}))
        approve_plan(waiting, Completion(executor="bea"), uow)

    def plans_next(house: Any, uow: FollowupUnitOfWork) -> None:
        window = {"due_from": house.now, "due_until": house.now + 48 * HOUR}
        following = NextPlan(kind="need_tracking", content="再问", executor="bea", **window)
        execute_plan(ExecutePlan(plan=waiting, result="reached", feedback="好", next_plan=following), uow)

    gives = {"drafted": drafts(kind="need_tracking", executor="bea"), "approved": approves, "next": plans_next}[how]
    leaves = hears(left, version=9)
    at_one_instant(house, *((leaves, gives) if turned else (gives, leaves)))
    assert [plan for plan in house.plans() if plan["executor"] == "bea"] == []
