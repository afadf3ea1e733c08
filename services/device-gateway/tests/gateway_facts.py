"""Facts of all services about one day in one branch, and the board that comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from qiantai import clock
from qiantai.contracts import CHAIN
from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
)
from qiantai.contracts.billing import ChargeOpened, ChargePaid, PaymentReceived, ProjectChanged
from qiantai.contracts.customer import CardIssued, CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
)
from qiantai.contracts.event import Event
from qiantai.contracts.triage import (
    AlertCleared,
    AlertRaised,
    ConsultantScheduled,
    ConsultantStatusChanged,
    ConsultationFinished,
    ConsultationStarted,
    SupervisorNeeded,
    VisitAssigned,
    VisitClassified,
    VisitRegistered,
    VisitVoided,
)
from qiantai.ids import new_id
from qiantai.inbox.processor import Verdict
from qiantai.testing.service import ServiceUnderTest
from qiantai.wire.envelope import enclose, encode

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
"""Two in the afternoon in Shanghai, whenever the tests run: a day that began before midnight would end in them."""
SH = "sh-01"
Told = tuple[Event, int]


def open_branches(gateway: ServiceUnderTest) -> None:
    """Let the branches be there, as if they were made long ago."""
    gateway.rows(
        "INSERT INTO branch SELECT code, code, code, 'Asia/Shanghai', 'CNY', true, 1"
        " FROM unnest(ARRAY['sh-01', 'hz-01']) AS code RETURNING code"
    )


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


def paid(charge: str, customer: str, visit: str | None) -> ChargePaid:
    return ChargePaid(
        branch=SH,
        charge=charge,
        customer=customer,
        visit=visit,
        lines=(),
        total=120000,
        currency="CNY",
        paid_at=NOW,
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


def arrived(appointment: str, customer: str, at: datetime, punctuality: str = "on_time") -> AppointmentArrived:
    return AppointmentArrived(
        branch=SH, appointment=appointment, customer=customer, arrived_at=at, punctuality=punctuality
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


def alert(id_: str = "al-1", **more: Any) -> AlertRaised:
    return AlertRaised(
        **{
            "branch": SH,
            "alert": id_,
            "kind": "nobody_can_receive",
            "severity": "urgent",
            "visit": "v1",
            "consultant": None,
            "text_zh": "无人可接诊",
            "text_en": "Nobody can receive",
            "rules": ("T21",),
            "at": NOW,
            **more,
        }
    )


def cleared(id_: str = "al-1") -> AlertCleared:
    return AlertCleared(branch=SH, alert=id_, at=minutes(1))


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
    # alerts: one that is over, one that stays
    (alert("al-1", kind="moved", severity="notice"), 3),
    (cleared("al-1"), 6),
    (alert("al-2", visit="v2"), 7),
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
