"""The flow board from the facts of all services, in any order (G3, G6, G7)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from device_gateway.bootstrap import service
from device_gateway.storage.unit_of_work import GatewayUnitOfWork
from device_gateway.usecases.board import take
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
)
from qiantai.contracts.billing import ChargeOpened, ChargePaid, PaymentReceived, ProjectChanged, TreatmentItemUsed
from qiantai.contracts.customer import CardIssued, CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
    DeviceFaulty,
    DeviceOffline,
    DeviceOnline,
)
from qiantai.contracts.event import Event
from qiantai.contracts.triage import (
    ConsultantScheduled,
    ConsultantStatusChanged,
    ConsultationFinished,
    ConsultationStarted,
    SupervisorNeeded,
    VisitAssigned,
    VisitClassified,
    VisitRegistered,
    VisitStageChanged,
    VisitVoided,
)
from qiantai.ids import new_id
from qiantai.inbox.processor import Verdict
from qiantai.service import Service
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.service import ServiceUnderTest
from qiantai.uow import Cause, Context
from qiantai.wire.envelope import enclose, encode

NOW = clock.now()
SH = "sh-01"
Told = tuple[Event, int]


@pytest.fixture
def board(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    return under_test(service())


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def named(customer: str, name: str) -> CustomerRegistered:
    return CustomerRegistered(
        branch=CHAIN, customer=customer, number="C1", name=name, kind="full", home_branch=SH, phone_tail="8000"
    )


def registered(visit: str, customer: str, **more: Any) -> VisitRegistered:
    values = {
        "projects": ("filler",),
        "visit_class": "first_visit",
        "class_reasons": ("T1",),
        "arrived_at": minutes(-9),
        **more,
    }
    day = clock.business_day(NOW, "Asia/Shanghai")
    return VisitRegistered(branch=SH, visit=visit, customer=customer, business_day=day, **values)


def assigned(visit: str, customer: str, to: str, **more: Any) -> VisitAssigned:
    return VisitAssigned(
        **{
            "branch": SH,
            "visit": visit,
            "customer": customer,
            "to": to,
            "basis": "turn",
            "counted": True,
            "passed": (),
            "rules": ("T15",),
            "why_zh": f"轮到 {to}",
            "why_en": f"{to}'s turn",
            "entry": 1,
            "decided_at": minutes(-8),
            **more,
        }
    )


def started(visit: str, customer: str, consultant: str) -> ConsultationStarted:
    return ConsultationStarted(
        branch=SH, visit=visit, customer=customer, consultant=consultant, started_at=minutes(-5), waited_seconds=240
    )


def finished(visit: str, customer: str, consultant: str, outcome: str = "deal") -> ConsultationFinished:
    return ConsultationFinished(
        branch=SH,
        visit=visit,
        customer=customer,
        visit_class="first_visit",
        consultant=consultant,
        outcome=outcome,
        projects=("filler",),
        finished_at=minutes(-2),
    )


def opened(charge: str, customer: str, visit: str | None, total: int = 120000) -> ChargeOpened:
    return ChargeOpened(
        branch=SH, charge=charge, number="S1", customer=customer, visit=visit, lines=(), total=total, currency="CNY"
    )


def booked(appointment: str, customer: str, **more: Any) -> AppointmentBooked:
    return AppointmentBooked(
        **{
            "branch": SH,
            "appointment": appointment,
            "number": "A0000017",
            "customer": customer,
            "kind": "consultation",
            "starts_at": minutes(1),
            "ends_at": minutes(31),
            "latest_arrival": minutes(2),
            "projects": ("filler",),
            "provider": "B",
            **more,
        }
    )


def scanned(customer: str, scan: str = "s1", **more: Any) -> ArrivalScanned:
    return ArrivalScanned(
        **{
            "branch": SH,
            "scan": scan,
            "device": "d1",
            "desk": "desk-1",
            "code": "D000123",
            "kind": "design",
            "customer": customer,
            "appointment": None,
            "device_time": minutes(-1),
            "gateway_time": minutes(-1),
            **more,
        }
    )


def unknown(scan: str, code: str = "X99999", at: datetime | None = None) -> ArrivalUnrecognised:
    at = at or minutes(-1)
    return ArrivalUnrecognised(
        branch=SH,
        scan=scan,
        device="d1",
        desk="desk-1",
        code=code,
        reason="unknown_code",
        device_time=at,
        gateway_time=at,
    )


def consultant(code: str, name: str, place: int, **more: Any) -> ConsultantScheduled:
    return ConsultantScheduled(branch=SH, consultant=code, name=name, shift="early", scope=("*",), place=place, **more)


def body(event: Event, version: int) -> bytes:
    return encode(enclose(event, id_=new_id(), version=version, time=NOW, causation=None, traceparent=None))


def deliver(board: ServiceUnderTest, *told: Told) -> None:
    for event, version in told:
        [outcome] = board.processor.process([body(event, version)])
        assert outcome.verdict is Verdict.DONE, outcome


def shown(board: ServiceUnderTest, view: str = "board") -> dict[str, Any]:
    answer = board.as_("receptionist").get(f"/api/gateway/{view}?branch={SH}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def places(board: ServiceUnderTest) -> dict[str, tuple[str, str]]:
    return {card["id"]: (card["tab"], card["state"]) for card in shown(board)["cards"]}


A_DAY: Sequence[Told] = (
    (named("c1", "王小明"), 1),
    (named("c2", "李雷"), 1),
    (named("c3", "韩梅梅"), 1),
    (CustomerUpdated(branch=CHAIN, customer="c1", number="C1", name="王晓明", kind="full", home_branch=SH), 2),
    (
        ProjectChanged(
            branch=CHAIN,
            code="filler",
            name_zh="填充",
            name_en="Filler",
            major=False,
            project_class="injection",
            department="skin",
            rank=1,
            minutes=30,
        ),
        1,
    ),
    (consultant("A", "陈医生", 1), 1),
    (consultant("B", "周医生", 2), 1),
    (consultant("Z", "吴医生", 3), 1),
    (consultant("Z", "吴医生", 3, active=False), 2),
    (ConsultantStatusChanged(branch=SH, consultant="A", status="busy", engaged_visit="v1", at=minutes(-5)), 3),
    (ConsultantStatusChanged(branch=SH, consultant="A", status="idle", engaged_visit=None, at=minutes(-2)), 4),
    # c1: card read, assigned, voided, assigned again, consulted, paid in part
    (scanned("c1", "s1"), 1),
    (scanned("c1", "s2", device_time=minutes(-0.5)), 1),
    (registered("v1", "c1", missing=("projects",)), 1),
    (
        VisitClassified(branch=SH, visit="v1", customer="c1", visit_class="return_visit", projects=("filler", "laser")),
        2,
    ),
    (assigned("v1", "c1", "B"), 3),
    (VisitVoided(branch=SH, visit="v1", customer="c1", released="B", reason="wrong", entry=2), 4),
    (assigned("v1", "c1", "A", decided_at=minutes(-6)), 5),
    (started("v1", "c1", "A"), 6),
    (finished("v1", "c1", "A"), 7),
    (opened("g1", "c1", "v1"), 1),
    (
        PaymentReceived(
            branch=SH,
            payment="p1",
            charge="g1",
            customer="c1",
            visit="v1",
            tenders=(),
            amount=20000,
            due=100000,
            currency="CNY",
            received_at=minutes(-1),
        ),
        2,
    ),
    # c2: appointment moved, then arrived with it late; nobody can receive
    (booked("a2", "c2", starts_at=minutes(3000), ends_at=minutes(3030)), 1),
    (
        AppointmentRescheduled(
            branch=SH,
            appointment="a2",
            customer="c2",
            starts_at=minutes(-20),
            ends_at=minutes(10),
            latest_arrival=minutes(-10),
            reason="wish",
        ),
        2,
    ),
    (AppointmentArrived(branch=SH, appointment="a2", customer="c2", arrived_at=minutes(-9), punctuality="late"), 3),
    (registered("v2", "c2", appointment="a2"), 1),
    (SupervisorNeeded(branch=SH, visit="v2", customer="c2", rules=("T21",), why_zh="无人可接", why_en="nobody"), 2),
    # c3: two appointments, one cancelled; another day's; a charge without a visit
    (booked("a3", "c3"), 1),
    (booked("a4", "c3"), 1),
    (booked("a5", "c3", starts_at=minutes(4000), ends_at=minutes(4030)), 1),
    (AppointmentCancelled(branch=SH, appointment="a4", customer="c3", reason="ill"), 2),
    (opened("g3", "c3", None, 500), 1),
    # reads
    (unknown("u1"), 1),
    (unknown("u2", "D000777"), 1),
    (CardIssued(branch=CHAIN, card="k1", number="D000777", kind="design", customer="c3"), 1),
)


def test_the_board_after_a_day(board: ServiceUnderTest) -> None:
    deliver(board, *A_DAY)
    found = shown(board)
    cards = {card["id"]: card for card in found["cards"]}
    assert {id_: (card["tab"], card["state"]) for id_, card in cards.items()} == {
        "v1": ("payment", "due"),
        "v2": ("reception", "supervisor"),
        "a3": ("appointments", "booked"),
        "g3": ("payment", "due"),
    }
    first = cards["v1"]
    assert (first["name"], first["due"], first["currency"], first["visit_class"]) == (
        "王晓明",
        100000,
        "CNY",
        "first_visit",
    )
    assert first["projects"] == [{"code": "filler", "zh": "填充", "en": "Filler"}]
    assert first["to"] == {"kind": "consultant", "id": "A", "name": "陈医生"}
    assert first["why"] == {"zh": "轮到 A", "en": "A's turn"}
    assert first["waiting_since"] == minutes(-6).isoformat()
    assert (cards["v2"]["flags"], cards["v2"]["appointment"]["number"]) == (["late", "supervisor"], "A0000017")
    assert (cards["a3"]["name"], cards["a3"]["to"]["name"]) == ("韩梅梅", "周医生")
    assert [(one["id"], one["name"], one["status"]) for one in found["consultants"]] == [
        ("A", "陈医生", "idle"),
        ("B", "周医生", None),
    ]
    assert [read["code"] for read in found["unrecognised"]] == ["X99999"]


@pytest.mark.parametrize("seed", range(6))
def test_the_same_facts_in_any_order_doubled_and_in_batches_give_the_same_board(
    under_test: Callable[[Service], ServiceUnderTest], seed: int
) -> None:
    straight, mixed = under_test(service()), under_test(service())
    deliver(straight, *A_DAY)
    chance = random.Random(seed)
    bodies = [body(event, version) for event, version in A_DAY]
    bodies += chance.sample(bodies, 12)
    chance.shuffle(bodies)
    while bodies:
        part, bodies = bodies[:7], bodies[7:]
        assert all(outcome.verdict is Verdict.DONE for outcome in mixed.processor.process(part))
    expected, found = shown(straight), shown(mixed)
    expected.pop("sequence")
    found.pop("sequence")
    assert found == expected


def test_two_workers_at_once_give_the_same_board_and_gapless_numbers(
    under_test: Callable[[Service], ServiceUnderTest],
) -> None:
    straight, shared = under_test(service()), under_test(service())
    deliver(straight, *A_DAY)
    bodies = [body(event, version) for event, version in A_DAY]
    random.Random(7).shuffle(bodies)

    def work(part: list[bytes]) -> None:
        for one in part:
            assert shared.processor.process([one])[0].verdict is Verdict.DONE

    threads = [threading.Thread(target=work, args=(bodies[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected, found = shown(straight), shown(shared)
    numbers = [row[0] for row in shared.rows("SELECT sequence FROM board_change ORDER BY sequence")]
    assert numbers == list(range(1, found.pop("sequence") + 1))
    expected.pop("sequence")
    assert found == expected


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_facts_at_the_same_moment_the_second_sees_the_first(board: ServiceUnderTest, first: int) -> None:
    facts = [(registered("v1", "c1"), 1), (assigned("v1", "c1", "A"), 2)]
    event, version = facts[first]
    cause = Cause(message="m", type=event.TYPE, version=version, time=NOW)
    other = threading.Thread(target=deliver, args=(board, facts[1 - first]))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    context = Context(actor=service_actor("device-gateway"), now=NOW, cause=cause)
    with transaction(board.engine, GatewayUnitOfWork, context) as uow:
        take(event, uow)
        other.start()
        while other.is_alive() and board.rows(waiting) == [(0,)]:
            time.sleep(0.01)
    other.join()
    [card] = shown(board)["cards"]
    assert (card["state"], card["visit_class"], card["to"]["id"]) == ("waiting", "first_visit", "A")


def test_a_visit_goes_through_the_tabs(board: ServiceUnderTest) -> None:
    steps: Sequence[tuple[Told, tuple[str, str] | None]] = (
        ((registered("v1", "c1"), 1), ("reception", "registered")),
        ((assigned("v1", "c1", "supervisor"), 2), ("reception", "supervisor")),
        ((assigned("v1", "c1", "A"), 3), ("consultation", "waiting")),
        (
            (VisitVoided(branch=SH, visit="v1", customer="c1", released="A", reason="wrong", entry=2), 4),
            ("reception", "voided"),
        ),
        ((assigned("v1", "c1", "A"), 5), ("consultation", "waiting")),
        ((started("v1", "c1", "A"), 6), ("consultation", "in_consultation")),
        ((opened("g1", "c1", "v1"), 1), ("consultation", "in_consultation")),
        ((finished("v1", "c1", "A"), 7), ("payment", "due")),
        (
            (
                ChargePaid(
                    branch=SH,
                    charge="g1",
                    customer="c1",
                    visit="v1",
                    lines=(),
                    total=120000,
                    currency="CNY",
                    paid_at=NOW,
                ),
                3,
            ),
            ("treatment", "paid"),
        ),
        (
            (VisitStageChanged(branch=SH, visit="v1", customer="c1", stage="treatment", at=NOW), 8),
            ("treatment", "treatment"),
        ),
        ((VisitStageChanged(branch=SH, visit="v1", customer="c1", stage="leaving", at=NOW), 9), None),
    )
    for told, place in steps:
        deliver(board, told)
        assert places(board).get("v1") == place, told
    deliver(board, (registered("v2", "c2"), 1), (assigned("v2", "c2", "department:skin"), 2))
    assert places(board)["v2"] == ("treatment", "waiting")
    deliver(
        board,
        (
            TreatmentItemUsed(
                branch=SH,
                item="i",
                use="u",
                customer="c2",
                visit="v2",
                project="filler",
                department="skin",
                performer=None,
                left=0,
                used_at=NOW,
            ),
            2,
        ),
    )
    assert places(board)["v2"] == ("treatment", "treated")
    deliver(board, (registered("v3", "c3"), 1), (finished("v3", "c3", "A", "no_deal"), 4))
    assert "v3" not in places(board)


def test_a_scan_shows_its_customer_until_the_visit_is_there(board: ServiceUnderTest) -> None:
    deliver(board, (named("c1", "王小明"), 1), (booked("a1", "c1"), 1))
    assert places(board) == {"a1": ("appointments", "booked")}
    deliver(board, (scanned("c1", appointment="a1"), 1))
    [card] = shown(board)["cards"]
    assert (card["id"], card["tab"], card["state"], card["name"], card["appointment"]["id"]) == (
        "s1",
        "reception",
        "scanned",
        "王小明",
        "a1",
    )
    deliver(board, (registered("v1", "c1", appointment="a1", scan="s1"), 1))
    assert places(board) == {"v1": ("reception", "registered")}


def test_an_expected_customer_becomes_late_by_time_alone(board: ServiceUnderTest) -> None:
    deliver(board, (booked("a1", "c1", starts_at=minutes(-20), latest_arrival=minutes(-10)), 1))
    assert [card["flags"] for card in shown(board)["cards"]] == [["late"]]


def test_names_that_come_later_appear_everywhere(board: ServiceUnderTest) -> None:
    deliver(board, (registered("v1", "c1"), 1), (assigned("v1", "c1", "wang.li"), 2))
    [card] = shown(board)["cards"]
    assert (card["name"], card["to"]["name"], card["projects"][0]["zh"]) == (None, "wang.li", "filler")
    account = {"name": "王丽", "roles": ["consultant"], "branches": [SH], "password": "correct horse"}
    assert board.as_("it").put("/api/gateway/staff/wang.li", account).status_code == 200
    assert shown(board)["cards"][0]["to"]["name"] == "王丽"
    before = shown(board)["sequence"]
    assert board.as_("it").put("/api/gateway/staff/wang.li", account).status_code == 200
    assert shown(board)["sequence"] == before  # what changes nothing is not announced


def test_a_wall_screen_sees_no_personal_data(board: ServiceUnderTest) -> None:
    deliver(board, *A_DAY)
    wall = board.as_("screen", branches=[SH])
    answer = wall.get(f"/api/gateway/board/screen?branch={SH}")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for secret in ("王晓明", "8000", "c1", "filler", "100000", "X99999", "first_visit", "轮到"):
        assert f'"{secret}' not in text, secret
    assert {card["label"] for card in answer.json["cards"]} == {"王**", "李**", "韩**"}
    assert wall.get(f"/api/gateway/board?branch={SH}").status_code == 403
    assert wall.get(f"/api/gateway/unrecognised?branch={SH}").status_code == 403


def test_branches_do_not_see_each_other(board: ServiceUnderTest) -> None:
    deliver(board, *A_DAY, (DeviceOnline(branch=SH, device="d1", desk="desk-1", since=NOW), 5))
    other = board.as_("receptionist", branches=["hz-01"])
    assert other.get(f"/api/gateway/board?branch={SH}").status_code == 403
    assert other.get("/api/gateway/board?branch=hz-01").status_code == 404
    assert other.get("/api/gateway/board").status_code == 422
    assert other.get(f"/api/gateway/unrecognised?branch={SH}").status_code == 403
    assert other.get("/api/gateway/devices").json == {"items": []}
    assert board.nobody().get(f"/api/gateway/board?branch={SH}").status_code == 401


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
        (unknown(scans[0], "D000777", minutes(-5)), 1),
        (unknown(scans[1], "D000777", minutes(5)), 1),
        (CardIssued(branch=CHAIN, card="k1", number="D000777", kind="design", customer="c3"), 1),
    )
    [left] = shown(board)["unrecognised"]
    assert (left["id"], left["customer"]) == (scans[1], "c3")
    closed = board.as_("receptionist").post(f"/api/gateway/unrecognised/{scans[0]}/dismiss")
    assert (closed.status_code, closed.json["facts"]) == (409, {"customer": "c3"})


def test_old_changes_are_dropped_by_the_job(board: ServiceUnderTest) -> None:
    deliver(board, *A_DAY)
    context = Context(actor=service_actor("device-gateway"), now=NOW + timedelta(days=10))
    with transaction(board.engine, board.service.unit_of_work, context) as uow:
        board.service.jobs[0].run(uow)
    assert board.rows("SELECT count(*) FROM board_change") == [(0,)]
    assert board.rows("SELECT kind, count(*) FROM board_item GROUP BY kind ORDER BY kind") == [("consultant", 2)]
