"""Scanners and the reads that opened nothing (G3, G6)."""

from __future__ import annotations

from datetime import datetime

from gateway_facts import SH, deliver, minutes, scanned, shown, unknown
from qiantai.contracts import CHAIN
from qiantai.contracts.customer import CardIssued
from qiantai.contracts.device_gateway import (
    DeviceFaulty,
    DeviceOffline,
)
from qiantai.ids import new_id
from qiantai.testing.service import ServiceUnderTest


def test_devices_with_their_state_and_counts(board: ServiceUnderTest) -> None:
    deliver(
        board,
        (scanned("c1"), 1),
        (unknown("u1"), 1),
        (
            DeviceFaulty(branch=SH, device="d1", desk="desk-1", since=minutes(-1), reason="garbage", garbage_bytes=300),
            12,
        ),
        (DeviceOffline(branch=SH, device="d1", desk="desk-1", since=minutes(-2), reason="unplugged"), 11),
    )
    [device] = board.as_("it").get(f"/api/gateway/devices?branch={SH}").json["items"]
    assert (device["state"], device["reason"], device["garbage_bytes"]) == ("faulty", "garbage", 300)
    assert (device["scanned"], device["unrecognised"]) == (1, 1)
    assert datetime.fromisoformat(device["last_read"]) == minutes(-1)


def test_an_unrecognised_read_is_dismissed_once(board: ServiceUnderTest) -> None:
    scan = new_id()
    deliver(board, (unknown(scan), 1))
    path = f"/api/gateway/unrecognised/{scan}/dismiss"
    assert board.as_("receptionist", branches=["hz-01"]).post(path).status_code == 404
    assert board.as_("cashier").post(path).status_code == 403
    desk = board.as_("receptionist", branches=[SH])
    assert [read["scan"] for read in desk.get(f"/api/gateway/unrecognised?branch={SH}").json["items"]] == [scan]
    assert desk.post(path).json["state"] == "dismissed"
    before = shown(board)["sequence"]
    assert desk.post(path).status_code == 200
    assert desk.get(f"/api/gateway/unrecognised?branch={SH}").json["items"] == []
    assert (shown(board)["unrecognised"], shown(board)["sequence"]) == ([], before)
    assert desk.post(f"/api/gateway/unrecognised/{new_id()}/dismiss").status_code == 404


def test_binding_a_card_closes_its_reads_but_not_those_that_the_edge_was_late_to_know(board: ServiceUnderTest) -> None:
    scans = [new_id(), new_id()]
    deliver(
        board,
        (unknown(scans[0], "d000777", minutes(-5)), 1),
        (unknown(scans[1], "D000777", minutes(5)), 1),
        (CardIssued(branch=CHAIN, card="k1", number="D000777", kind="design", customer="c3"), 1),
    )
    [left] = shown(board)["unrecognised"]
    assert (left["id"], left["customer"]) == (scans[1], "c3")
    closed = board.as_("receptionist").post(f"/api/gateway/unrecognised/{scans[0]}/dismiss")
    assert (closed.status_code, closed.json["facts"]) == (409, {"customer": "c3"})


def test_a_read_told_again_under_another_message_id_is_counted_once_and_stays_dismissed(
    board: ServiceUnderTest,
) -> None:
    scan = new_id()
    deliver(board, (unknown(scan), 1))
    desk = board.as_("receptionist", branches=[SH])
    assert desk.post(f"/api/gateway/unrecognised/{scan}/dismiss").status_code == 200
    before = shown(board)["sequence"]
    deliver(board, (unknown(scan), 1))
    assert (shown(board)["unrecognised"], shown(board)["sequence"]) == ([], before)
    [device] = desk.get(f"/api/gateway/devices?branch={SH}").json["items"]
    assert device["unrecognised"] == 1
