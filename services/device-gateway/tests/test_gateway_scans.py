"""A scanner that types at a desk is a scanner; a test read registers nothing (G1-G3, G6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from device_gateway.domain.codes import IN_USE
from gateway_facts import NOW, SH, assigned, booked, deliver, minutes, open_branches, registered, scanned, shown
from qiantai import clock
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import AppointmentCancelled
from qiantai.contracts.customer import CardIssued, CardRevoked
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
    DeviceOnline,
    DeviceTestAsked,
    DeviceTestRead,
)
from qiantai.ids import new_id
from qiantai.testing.service import ServiceUnderTest
from werkzeug.test import TestResponse

SCANS = "/api/gateway/scans"


def issued(number: str = "D000777", card: str = "k1", customer: str = "c3") -> CardIssued:
    return CardIssued(branch=CHAIN, card=card, number=number, kind="member", customer=customer)


def typed(
    board: ServiceUnderTest, text: str, *, role: str = "receptionist", key: str | None = None, **more: Any
) -> TestResponse:
    body = {"branch": SH, "desk": "desk-1", "text": text, **more}
    return board.as_(role, branches=[SH]).post(SCANS, body, key=key)


@pytest.fixture(autouse=True)
def _branches(board: ServiceUnderTest) -> None:
    open_branches(board)


def test_a_card_that_is_typed_is_an_arrival_as_one_that_is_scanned(board: ServiceUnderTest) -> None:
    deliver(board, (issued(), 1))
    answer = typed(board, "~d000777#\r", prefix="~", suffix="#", key="k")
    assert answer.status_code == 200, answer.json
    assert (answer.json["code"], answer.json["kind"], answer.json["customer"]) == ("d000777", "member", "c3")
    assert (answer.json["staff"], answer.json["desk"], answer.json["device"]) == (
        "receptionist-1",
        "desk-1",
        "keyboard.desk-1",
    )
    assert typed(board, "~d000777#\r", prefix="~", suffix="#", key="k").json == answer.json
    [event] = board.told(ArrivalScanned)
    assert (event.scan, event.customer, event.desk, event.device_time) == (answer.json["scan"], "c3", "desk-1", NOW)
    deliver(board, (event, 1))  # the bus brings it back to its teller
    [card] = shown(board)["cards"]
    assert (card["customer"], card["tab"]) == ("c3", "reception")
    [device] = board.as_("it").get(f"/api/gateway/devices?branch={SH}").json["items"]
    assert (device["device"], device["scanned"], device["may"]) == ("keyboard.desk-1", 1, [])
    [(actor, desk)] = board.rows("SELECT actor, details->>'desk' FROM audit WHERE action = 'scan.read'")
    assert (actor, desk) == ("receptionist-1", "desk-1")


def test_a_card_names_its_newest_read_and_whether_the_desk_typed_it(board: ServiceUnderTest) -> None:
    deliver(board, (registered("v1", "c1"), 1), (assigned("v1", "c1", "A"), 2), (booked("a1", "c2"), 1))
    assert [card["read"] for card in shown(board)["cards"]] == [None, None]
    deliver(board, (scanned("c1", "s2", device_time=minutes(-2)), 1), (scanned("c1", "s1"), 1))
    seen = {card["customer"]: card["read"] for card in shown(board)["cards"]}
    read = {"scan": "s1", "desk": "desk-1", "typed": False, "at": minutes(-1).isoformat()}
    assert seen == {"c1": read, "c2": None}
    deliver(board, (scanned("c2", "s3", device="keyboard.desk-2", desk="desk-2"), 1))
    seen = {card["customer"]: card["read"] for card in shown(board)["cards"]}
    assert (seen["c2"]["scan"], seen["c2"]["desk"], seen["c2"]["typed"]) == ("s3", "desk-2", True)


def test_a_reader_that_chatters_reads_once(board: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(board, (issued(), 1))
    first = typed(board, "D000777").json
    again = typed(board, "d000777").json
    assert (again["scan"], again["again"], first["again"]) == (first["scan"], True, False)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=3))
    assert typed(board, "D000777").json["scan"] != first["scan"]
    assert typed(board, "D000777", desk="desk-2").json["scan"] != first["scan"]
    assert len(board.told(ArrivalScanned)) == 3


def test_what_was_typed_while_the_network_was_away_has_the_time_of_then(board: ServiceUnderTest) -> None:
    deliver(board, (issued(), 1))
    assert typed(board, "D000777", read_at=minutes(-30).isoformat()).json["again"] is False
    assert typed(board, "D000777", read_at=minutes(5).isoformat()).json["again"] is False  # a clock that is fast
    assert [event.device_time for event in board.told(ArrivalScanned)] == [minutes(-30), NOW]


def test_what_opens_nothing_shows_at_the_desk_with_its_reason(
    board: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(
        board,
        (issued(), 1),
        (CardRevoked(branch=CHAIN, card="k1", number="D000777", customer="c3", reason="lost"), 2),
        (booked("a1", "c3", number="A0000017"), 1),
    )
    appointment = typed(board, "a0000017").json
    assert (appointment["kind"], appointment["appointment"], appointment["customer"]) == ("appointment", "a1", "c3")
    deliver(board, (AppointmentCancelled(branch=SH, appointment="a1", customer="c3", reason="ill"), 2))
    monkeypatch.setattr(clock, "now", lambda: minutes(1))
    answers = [typed(board, code, desk="desk-3").json for code in ("D000777", "T4711", "A0000017")]
    reasons = [(one["customer"], one["reason"]) for one in answers]
    assert reasons == [(None, "card_lost"), (None, "unknown_code"), (None, "appointment_cancelled")]
    events = board.told(ArrivalUnrecognised)
    deliver(board, *((event, 1) for event in events))
    assert {read["id"] for read in shown(board)["unrecognised"]} == {one["scan"] for one in answers}
    [read, *_] = board.as_("receptionist").get(f"/api/gateway/unrecognised?branch={SH}").json["items"]
    assert read["may"] == ["bind", "dismiss"]
    deliver(board, (issued(card="k2", customer="c4"), 1))  # the same number anew
    assert typed(board, "D000777", desk="desk-4").json["customer"] == "c4"
    assert board.rows("SELECT state FROM known_card ORDER BY id") == [("lost",), (IN_USE,)]


def test_digits_of_an_input_method_and_what_cannot_be_a_code(board: ServiceUnderTest) -> None:
    deliver(board, (issued(), 1))
    assert typed(board, "Ｄ０００７７７").json["customer"] == "c3"
    garbled = typed(board, "D000777", prefix="~")
    assert (garbled.status_code, garbled.json["facts"]) == (422, {"fault": "no_prefix"})
    assert garbled.json["errors"][0]["field"] == "text"
    assert typed(board, "王小姐").json["facts"] == {"fault": "no_text"}
    assert typed(board, "   ").json["facts"] == {"fault": "empty"}
    assert len(board.told()) == 1


def test_whose_desk_it_is_not_does_not_scan(board: ServiceUnderTest) -> None:
    body = {"branch": SH, "desk": "desk-1", "text": "D000777"}
    assert board.as_("receptionist", branches=["hz-01"]).post(SCANS, body).status_code == 403
    assert board.as_("it").post(SCANS, body).status_code == 403
    assert board.as_("head_office").post(SCANS, {**body, "branch": "nowhere"}).status_code == 404


def test_a_try_says_what_would_become_of_it(board: ServiceUnderTest) -> None:
    deliver(board, (issued(), 1))
    body = {"branch": SH, "text": "~]C1 D000777 #", "prefix": "~", "suffix": "#"}
    tried = board.as_("it").post(f"{SCANS}/try", body).json
    assert tried == {
        "code": "D000777",
        "fault": "",
        "prefix": "~",
        "aim": "]C1",
        "around": "  ",
        "suffix": "#",
        "kind": "member",
        "reason": None,
    }
    assert board.as_("it").post(f"{SCANS}/try", {**body, "suffix": "!"}).json["fault"] == "no_suffix"
    assert board.told() == board.rows("SELECT 1 FROM desk_read") == []


def test_a_test_of_a_scanner_is_asked_for_and_shows_its_next_read(
    board: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(board, (DeviceOnline(branch=SH, device="d1", desk="desk-1", since=minutes(-9)), 1), (issued(), 1))
    desk = board.as_("receptionist", branches=[SH])
    path = "/api/gateway/devices/d1/test"
    assert desk.get(f"{path}?branch={SH}").status_code == 404
    assert desk.post("/api/gateway/devices/d9/test", {"branch": SH}).status_code == 404
    assert board.as_("receptionist", branches=["hz-01"]).post(path, {"branch": SH}).status_code == 403
    [device] = desk.get(f"/api/gateway/devices?branch={SH}").json["items"]
    assert device["may"] == ["test"]
    assert desk.post(path, {"branch": SH}).json["state"] == "waiting"
    [asked] = board.told(DeviceTestAsked)
    assert asked.until == NOW + timedelta(seconds=60)

    def read(request: str) -> DeviceTestRead:
        return DeviceTestRead(
            branch=SH,
            device="d1",
            desk="desk-1",
            request=request,
            raw="7e4430303037373723",
            code="D000777",
            fault="",
            prefix="~",
            aim="",
            around="",
            suffix="#",
            end="cr",
            read_at=NOW,
        )

    deliver(board, (read(new_id()), 3))  # of an earlier test
    assert desk.get(f"{path}?branch={SH}").json["state"] == "waiting"
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=61))
    assert desk.get(f"{path}?branch={SH}").json["state"] == "over"
    deliver(board, (read(asked.request), 4))
    seen = desk.get(f"{path}?branch={SH}").json
    assert (seen["state"], seen["raw"], seen["code"], seen["kind"]) == (
        "read",
        "7e4430303037373723",
        "D000777",
        "member",
    )
    assert shown(board)["cards"] == []
