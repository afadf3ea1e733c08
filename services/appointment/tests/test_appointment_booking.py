"""Booking, moving, cancelling and finding appointments, on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from appointment.domain.number import make_number
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentRescheduled,
)
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.ids import new_id
from qiantai.storage.migrations import differences

API = "/api/appointments/"


def test_a_booking_gets_a_number_that_can_be_found_and_is_told(clinic: Any) -> None:
    made = clinic.book(remark="怕疼", intent="high", channel="wechat")
    assert (made["state"], made["customer_name"], made["timezone"]) == ("booked", "王小明", "Asia/Shanghai")
    assert made["latest_arrival"] == "2026-03-02T02:30:00+00:00"
    assert (made["booked_by"], made["online_consultant"]) == ("receptionist-1", None)
    desk = clinic.under_test.as_("receptionist")
    found = desk.get(API + f"by-number/{made['number'].lower()}")
    assert found.json["id"] == made["id"]
    assert found.headers["ETag"] == '"1"'
    assert [(step["what"], step["from_state"], step["to_state"]) for step in found.json["history"]] == [
        ("booked", None, "booked")
    ]
    [event] = clinic.under_test.told(AppointmentBooked)
    assert (event.appointment, event.number, event.projects, event.branch) == (
        made["id"],
        made["number"],
        ("nose",),
        "sh-01",
    )


def test_a_misread_number_is_told_from_an_unknown_one(clinic: Any) -> None:
    number = clinic.book()["number"]
    desk = clinic.under_test.as_("receptionist")
    misread = desk.get(API + "by-number/" + number[:-1] + str((int(number[-1]) + 1) % 10))
    assert (misread.status_code, misread.json["errors"][0]["field"]) == (422, "number")
    assert desk.get(API + "by-number/" + make_number(99)).status_code == 404


def test_an_online_colleague_is_the_online_consultant_of_what_they_book(clinic: Any) -> None:
    made = clinic.under_test.as_("online", id_="online-7").post(API, clinic.body())
    assert made.json["online_consultant"] == "online-7"
    other = clinic.under_test.as_("online", id_="online-7").post(
        API, clinic.body(provider=None, online_consultant="online-9")
    )
    assert other.json["online_consultant"] == "online-9"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": "2026-03-02T10:00:00+08:00"}, "ends_at"),
        ({"ends_at": "2026-03-02T09:30:00+08:00"}, "ends_at"),
        ({"ends_at": "2026-03-03T10:00:00+08:00"}, "ends_at"),
        ({"starts_at": "2026-03-02T08:59:59+08:00", "ends_at": "2026-03-02T09:30:00+08:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-12:00", "ends_at": "9999-12-31T23:59:59.5-12:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "0001-01-01T00:00:01+14:00"}, "starts_at"),
        ({"starts_at": "2026-03-02T10:00:00", "ends_at": "2026-03-02T10:30:00+08:00"}, "starts_at"),
        ({"latest_arrival": "2026-03-02T09:59:00+08:00"}, "latest_arrival"),
        ({"projects": ["nose", "moon"]}, "projects.1"),
        ({"customer": "00000000-0000-7000-8000-000000000000"}, "customer"),
        ({"customer": "wang"}, "customer"),
        ({"kind": "party"}, "kind"),
        ({"intent": "enormous"}, "intent"),
        ({"remark": "a\x00b"}, "remark"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(clinic: Any, changes: dict[str, Any], field: str) -> None:
    refused = clinic.under_test.as_("receptionist").post(API, clinic.body(**changes))
    assert refused.status_code == 422, refused.json
    assert field in [error["field"] for error in refused.json["errors"]]
    assert clinic.under_test.told() == []
    assert clinic.under_test.rows("SELECT count(*) FROM appointment") == [(0,)]


def test_an_unknown_customer_may_be_tried_again_in_a_moment(clinic: Any) -> None:
    refused = clinic.under_test.as_("receptionist").post(API, clinic.body(customer=new_id()))
    assert refused.json["type"] == "urn:qiantai:problem:unknown-customer"
    assert "try again" in refused.json["title"]


def test_what_is_no_longer_offered_cannot_be_booked(clinic: Any, events: Any) -> None:
    clinic.deliver(events["project"]("nose", active=False))
    clinic.deliver(events["project"]("nose"), version=1)  # an old message comes late
    desk = clinic.under_test.as_("receptionist")
    assert desk.post(API, clinic.body()).json["errors"][0]["field"] == "projects.0"
    clinic.deliver(events["branch"]("sh-01", "Asia/Shanghai", active=False))
    assert desk.post(API, clinic.body(projects=[])).json["errors"][0]["field"] == "branch"
    left = StaffChanged(branch=CHAIN, staff="dr-zhao", name="赵", roles=("doctor",), branches=("*",), active=False)
    clinic.deliver(left)
    elsewhere = StaffChanged(branch=CHAIN, staff="dr-qian", name="钱", roles=("doctor",), branches=("hz-01",))
    clinic.deliver(elsewhere)
    for provider in ("dr-zhao", "dr-qian"):
        refused = desk.post(API, clinic.body(projects=[], branch="sh-02", provider=provider))
        assert refused.json["errors"][0]["field"] == "provider", provider


def test_an_invisible_character_books_no_slot_twice(clinic: Any) -> None:
    clinic.book()
    desk = clinic.under_test.as_("receptionist")
    for sign in ("\u200b", "\u2060", "\ufeff", "\u00ad", " "):
        refused = desk.post(API, clinic.body(customer=clinic.li, provider=f"dr-zhao{sign}"))
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "provider")
    assert clinic.under_test.rows("SELECT count(*) FROM appointment") == [(1,)]


@pytest.mark.parametrize("field", ["provider", "online_consultant"])
def test_somebody_unknown_or_gone_is_refused(clinic: Any, field: str) -> None:
    desk = clinic.under_test.as_("receptionist")
    for staff in ("dr-nobody", "DR-ZHAO"):
        refused = desk.post(API, clinic.body(**{field: staff}))
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)
    left = StaffChanged(branch=CHAIN, staff="left", name="left", roles=("online",), branches=("*",), active=False)
    clinic.deliver(left)
    refused = desk.post(API, clinic.body(**{field: "left"}))
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)
    if field == "provider":
        made = clinic.book()
        new = {"starts_at": made["starts_at"], "ends_at": made["ends_at"], "reason": "换人", "provider": "dr-nobody"}
        assert desk.post(f"{API}{made['id']}/reschedule", new, etag=1).json["errors"][0]["field"] == "provider"


def test_a_closed_or_unknown_branch_takes_no_booking(clinic: Any, events: Any) -> None:
    made = clinic.book(branch="sh-02")
    clinic.deliver(events["branch"]("sh-02", "Asia/Shanghai", active=False))
    desk = clinic.under_test.as_("receptionist")
    for branch in ("sh-02", "sh-1", "SH-01"):
        refused = desk.post(API, clinic.body(branch=branch))
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "branch")
    later = {"starts_at": "2026-03-05T10:00:00+08:00", "ends_at": "2026-03-05T10:30:00+08:00", "reason": "改期"}
    assert desk.post(f"{API}{made['id']}/reschedule", later, etag=1).json["errors"][0]["field"] == "branch"
    assert desk.post(f"{API}{made['id']}/cancel", {"reason": "关店"}).status_code == 200


def test_a_provider_is_not_booked_twice_and_the_conflict_is_shown(clinic: Any) -> None:
    first = clinic.book()
    desk = clinic.under_test.as_("receptionist")
    later = clinic.now + timedelta(hours=1, minutes=29)
    refused = desk.post(API, clinic.body(customer=clinic.li, starts_at=later))
    assert refused.status_code == 409
    assert refused.json["facts"] == {
        "provider": "dr-zhao",
        "starts_at": first["starts_at"],
        "ends_at": first["ends_at"],
        "appointment": first["id"],
        "number": first["number"],
        "branch": "sh-01",
        "customer_name": "王小明",
        "booked_by": "receptionist-1",
    }
    assert len(clinic.under_test.told(AppointmentBooked)) == 1
    clinic.book(customer=clinic.li, starts_at=later + timedelta(minutes=1))  # back to back is no conflict
    clinic.book(customer=clinic.li, provider="dr-qian")
    clinic.book(customer=clinic.li, provider=None)
    clinic.book(provider=None)


def test_one_of_many_who_book_the_same_slot_at_once_gets_it(clinic: Any) -> None:
    def book(at: int) -> int:
        start = clinic.now + timedelta(hours=1, minutes=at % 4 * 5)
        return int(clinic.under_test.as_("receptionist").post(API, clinic.body(starts_at=start)).status_code)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(book, range(16)))
    assert sorted(answers) == [201] + [409] * 15
    assert clinic.under_test.rows("SELECT count(*) FROM appointment") == [(1,)]
    assert len(clinic.under_test.told(AppointmentBooked)) == 1


def test_the_database_itself_refuses_an_overlap(clinic: Any) -> None:
    clinic.book()
    other = clinic.book(provider="dr-qian")
    with (
        psycopg.connect(clinic.under_test.settings.database_url) as connection,
        pytest.raises(psycopg.errors.ExclusionViolation),
    ):
        connection.execute(
            "UPDATE appointment SET (provider, provider_key) = (SELECT id, key FROM provider WHERE id = 'dr-zhao')"
            " WHERE id = %s",
            (other["id"],),
        )
    assert differences(clinic.under_test.service, clinic.under_test.settings.database_url) == []


def test_an_appointment_moves_with_its_history(clinic: Any) -> None:
    made = clinic.book()
    path = f"{API}{made['id']}"
    desk = clinic.under_test.as_("receptionist", id_="amy")
    assert desk.post(f"{path}/confirm", {"how": "phone"}).json["state"] == "confirmed"
    clinic.set_now(clinic.now + timedelta(minutes=5))
    new = {"starts_at": "2026-03-04T14:00:00+08:00", "ends_at": "2026-03-04T15:00:00+08:00", "reason": "出差"}
    assert desk.post(f"{path}/reschedule", new).status_code == 428
    assert desk.post(f"{path}/reschedule", new, etag=1).status_code == 412
    moved = desk.post(f"{path}/reschedule", new, etag=2)
    assert moved.status_code == 200, moved.json
    assert (moved.json["state"], moved.json["starts_at"]) == ("booked", "2026-03-04T06:00:00+00:00")
    assert moved.json["first_booked_at"] == made["first_booked_at"]
    assert moved.json["provider"] == "dr-zhao"
    last = clinic.get(made["id"])["history"][-1]
    assert (last["what"], last["reason"], last["actor"]) == ("rescheduled", "出差", "amy")
    assert last["details"]["starts_at"] == [made["starts_at"], moved.json["starts_at"]]
    [told] = clinic.under_test.told(AppointmentRescheduled)
    assert (told.reason, told.provider) == ("出差", "dr-zhao")
    assert told.was_at is not None
    assert told.was_at.isoformat() == made["starts_at"]
    assert len(clinic.under_test.told(AppointmentConfirmed)) == 1
    clinic.book(customer=clinic.li)  # the old time is free again
    again = desk.post(f"{path}/reschedule", {**new, "reason": "x"}, etag=3)
    assert again.status_code == 422


def test_an_appointment_cannot_move_onto_a_booked_provider(clinic: Any) -> None:
    clinic.book()
    other = clinic.book(customer=clinic.li, starts_at=clinic.now + timedelta(hours=3))
    new = {"starts_at": "2026-03-02T10:15:00+08:00", "ends_at": "2026-03-02T10:45:00+08:00", "reason": "earlier"}
    desk = clinic.under_test.as_("receptionist")
    refused = desk.post(f"{API}{other['id']}/reschedule", new, etag=1)
    assert (refused.status_code, refused.json["facts"]["starts_at"]) == (409, "2026-03-02T02:00:00+00:00")
    assert clinic.get(other["id"])["starts_at"] == other["starts_at"]
    moved = desk.post(f"{API}{other['id']}/reschedule", {**new, "provider": None}, etag=1)
    assert (moved.status_code, moved.json["provider"]) == (200, None)


def test_a_cancelled_appointment_stays_and_frees_its_time(clinic: Any) -> None:
    made = clinic.book()
    desk = clinic.under_test.as_("receptionist")
    assert desk.post(f"{API}{made['id']}/cancel", {}).status_code == 422
    assert desk.post(f"{API}{made['id']}/cancel", {"reason": "生病"}).json["state"] == "cancelled"
    again = desk.post(f"{API}{made['id']}/cancel", {"reason": "again"})
    assert (again.status_code, again.json["facts"]["state"]) == (409, "cancelled")
    assert desk.post(f"{API}{made['id']}/confirm", {"how": "phone"}).status_code == 409
    assert [event.reason for event in clinic.under_test.told(AppointmentCancelled)] == ["生病"]
    clinic.book(customer=clinic.li)


def test_the_day_of_a_branch_is_the_day_in_its_zone(clinic: Any, events: Any) -> None:
    clinic.deliver(events["branch"]("la-01", "America/Los_Angeles"))
    at = clinic.now + timedelta(hours=20)  # Tuesday five in the morning in Shanghai, Monday afternoon in Los Angeles
    far = clinic.book(branch="la-01", starts_at=at)
    near = clinic.book(branch="sh-01", starts_at=at, provider=None)
    desk = clinic.under_test.as_("receptionist")

    def of(**query: Any) -> list[str]:
        return [one["id"] for one in desk.get(API, query_string=query).json["items"]]

    assert far["timezone"] == "America/Los_Angeles"
    assert of(branch="la-01", day="2026-03-02") == [far["id"]]
    assert of(branch="la-01", day="2026-03-03") == []
    assert of(branch="sh-01", day="2026-03-03") == [near["id"]]
    refused = desk.get(API, query_string={"day": "2026-03-02"})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "branch")


def test_the_list_is_filtered_and_paged_in_order_of_time(clinic: Any) -> None:
    ids = [
        clinic.book(starts_at=clinic.now + timedelta(hours=9 - n), provider=None, customer=who)["id"]
        for n, who in enumerate([clinic.wang, clinic.li] * 3)
    ]
    desk = clinic.under_test.as_("receptionist")
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2, "branch": "sh-01", **({"cursor": cursor} if cursor else {})}
        page = desk.get(API, query_string=query).json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ids[::-1]
    mine = desk.get(API, query_string={"customer": clinic.li}).json["items"]
    assert [one["id"] for one in mine] == ids[1::2][::-1]
    desk.post(f"{API}{ids[0]}/cancel", {"reason": "x"})
    assert [one["id"] for one in desk.get(API, query_string={"state": "cancelled"}).json["items"]] == [ids[0]]
    for bad in ("x", "WyJhIiwgImIiXQ", "WzEsIDJd"):
        assert desk.get(API, query_string={"cursor": bad}).status_code == 422


def test_another_branch_sees_and_changes_nothing(clinic: Any) -> None:
    made = clinic.book()
    hangzhou = clinic.under_test.as_("receptionist", branches=["hz-01"])
    path = f"{API}{made['id']}"
    assert hangzhou.get(path).status_code == 404
    assert hangzhou.get(f"{API}by-number/{made['number']}").status_code == 404
    assert hangzhou.get(API).json["items"] == []
    assert hangzhou.get(API, query_string={"branch": "sh-01"}).status_code == 403
    assert hangzhou.post(f"{path}/cancel", {"reason": "x"}).status_code == 404
    assert hangzhou.post(f"{path}/arrive").status_code == 404
    assert clinic.get(made["id"])["state"] == "booked"
    assert clinic.under_test.as_("cashier").post(API, clinic.body()).status_code == 403
    assert clinic.under_test.nobody().get(path).status_code == 401


def test_a_repeated_request_books_once(clinic: Any) -> None:
    desk = clinic.under_test.as_("receptionist")
    first = desk.post(API, clinic.body(), key="k1")
    assert desk.post(API, clinic.body(), key="k1").json == first.json
    assert clinic.under_test.rows("SELECT count(*) FROM appointment") == [(1,)]


def test_who_is_expected_is_told_again_on_request(clinic: Any) -> None:
    today = clinic.book()
    gone = clinic.book(provider=None)
    later = clinic.book(provider=None, starts_at=clinic.now + timedelta(days=3))
    desk = clinic.under_test.as_("receptionist")
    desk.post(f"{API}{gone['id']}/cancel", {"reason": "x"})
    desk.post(f"{API}{later['id']}/confirm", {"how": "phone"})
    before = len(clinic.under_test.told())
    request = RebuildRequested(
        branch=CHAIN, request=new_id(), publisher="appointment", consumer="triage", types=(AppointmentBooked.TYPE,)
    )
    clinic.deliver(request)
    assert [event.appointment for event in clinic.under_test.told()[before:]] == [today["id"], later["id"]]
    clinic.set_now(clinic.now + timedelta(days=1))
    before = len(clinic.under_test.told())
    clinic.deliver(
        RebuildRequested(
            branch=CHAIN, request=new_id(), publisher="appointment", consumer="triage", types=(AppointmentBooked.TYPE,)
        )
    )
    assert [event.appointment for event in clinic.under_test.told()[before:]] == [later["id"]]


def test_nobody_is_booked_in_two_places_at_once_unnoticed(clinic: Any) -> None:
    """In any branch, with any provider or none; the slip at that time is named, and the desk may mean it."""
    first = clinic.book()
    desk = clinic.under_test.as_("receptionist")
    for changes in ({"provider": "dr-qian"}, {"provider": None}, {"branch": "sh-02", "provider": None}):
        refused = desk.post(API, clinic.body(also_then=False, **changes))
        assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (409, "customer-busy")
        assert refused.json["facts"]["number"] == first["number"]
    after = clinic.book(
        starts_at=clinic.now + timedelta(minutes=120), provider=None, also_then=False
    )  # when the first one is over
    moved = {"starts_at": first["starts_at"], "ends_at": first["ends_at"], "reason": "wish"}
    assert desk.post(f"{API}{after['id']}/reschedule", moved, etag=1).status_code == 409
    longer = {"starts_at": first["starts_at"], "ends_at": after["starts_at"], "reason": "wish"}
    assert desk.post(f"{API}{first['id']}/reschedule", longer, etag=1).status_code == 200  # its own time is no obstacle
    assert desk.post(f"{API}{after['id']}/reschedule", {**moved, "also_then": True}, etag=1).status_code == 200
    assert clinic.book(provider=None)["state"] == "booked"


def test_a_cancelled_slip_leaves_the_customer_free(clinic: Any) -> None:
    first = clinic.book(provider=None)
    desk = clinic.under_test.as_("receptionist")
    assert desk.post(f"{API}{first['id']}/cancel", {"reason": "ill"}).status_code == 200
    assert clinic.book(provider=None, also_then=False)["state"] == "booked"


def test_of_two_desks_that_book_one_customer_at_once_one_is_told(clinic: Any) -> None:
    def book(provider: str | None) -> int:
        return int(
            clinic.under_test.as_("receptionist").post(API, clinic.body(provider=provider, also_then=False)).status_code
        )

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(book, (None, "dr-qian", "online-9", None)))
    assert sorted(answers) == [201, 409, 409, 409]
