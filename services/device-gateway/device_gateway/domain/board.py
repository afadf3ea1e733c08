"""The flow board (流水牌, G7, U1): cards of one customer in one branch, folded from what is known.

The cards are a pure function of the newest fact of each type of each thing, so
the order in which facts arrived makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from qiantai.clock import business_day
from qiantai.contracts import triage as stages
from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentCompleted,
    AppointmentConfirmed,
    AppointmentExpectedAgain,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from qiantai.contracts.billing import ChargeOpened, ChargePaid, ChargeVoided, PaymentReceived, TreatmentItemUsed
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.contracts.receiver import DEPARTMENT, SUPERVISOR, Receiver

from device_gateway.domain.facts import APPOINTMENT, CHARGE, ITEM, SCAN, VISIT, Fact
from device_gateway.domain.reads import is_keyboard
from device_gateway.domain.visits import VOIDED, Visit, fold_visit

APPOINTMENTS, RECEPTION, CONSULTATION, TREATMENT, PAYMENT = (
    "appointments",
    "reception",
    "consultation",
    "treatment",
    "payment",
)
TABS = (APPOINTMENTS, RECEPTION, CONSULTATION, TREATMENT, PAYMENT)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How things are called: customers, projects (zh, en), staff."""

    customer: str | None = None
    phone_tail: str | None = None
    projects: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    staff: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card, as the screens get it, and the business day that it belongs to.

    Without a day it stays until it is settled: a visit that is open, money that is due.
    """

    id: str
    day: date | None
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHere:
    """What is known about one customer in one branch, and the cards that were made of it before."""

    facts: Sequence[Fact]
    names: Names
    timezone: str
    cards: Sequence[Card]


def cards_of(customer: str, facts: Iterable[Fact], names: Names, timezone: str) -> list[Card]:
    """Return the cards of one customer in one branch, over all days."""
    things = _by_thing(facts)
    visits = [_dated(fold_visit(subject, known), known, timezone) for subject, known in things.get(VISIT, {}).items()]
    charges = [_charge(subject, known, timezone) for subject, known in things.get(CHARGE, {}).items()]
    treated = {
        fact.event.visit
        for known in things.get(ITEM, {}).values()
        for fact in known
        if isinstance(fact.event, TreatmentItemUsed) and fact.event.visit
    }
    slips = [s for subject, known in things.get(APPOINTMENT, {}).items() if (s := _slip(subject, known, timezone))]
    scans = [
        fact.event
        for known in things.get(SCAN, {}).values()
        for fact in known
        if isinstance(fact.event, ArrivalScanned)
    ]

    cards: list[Card] = []
    by_id = {slip.id: slip for slip in slips}
    attached = {charge.id for charge in charges for _, visit in visits if charge.visit == visit.id}
    for day, visit in visits:
        own = [charge for charge in charges if charge.visit == visit.id]
        cards.extend(_visit_card(day, visit, own, visit.id in treated, by_id.get(visit.appointment or ""), names))
    taken = {(visit.appointment, day) for day, visit in visits}
    taken |= {(scan.appointment, business_day(scan.device_time, timezone)) for scan in scans}
    shown = {card.id for card in cards}
    ended = [(day, visit.since if visit.id not in shown else None) for day, visit in visits]
    cards.extend(_arrivals(scans, slips, ended, names, timezone))
    expected = (slip for slip in slips if slip.state in _EXPECTED and (slip.id, slip.day) not in taken)
    cards.extend(_slip_card(slip, names) for slip in expected)
    cards.extend(_charge_card(charge, names) for charge in charges if charge.due > 0 and charge.id not in attached)
    in_order = sorted(scans, key=lambda one: (one.device_time, one.scan))
    reads = {business_day(scan.device_time, timezone): scan for scan in in_order}
    for card in cards:
        card.value.update(customer=customer, name=names.customer, phone_tail=names.phone_tail)
        if card.value["kind"] in _OF_READS:
            card.value["read"] = _read(reads.get(_day_of(card, timezone)))
    return cards


@dataclass(frozen=True, slots=True, kw_only=True)
class _Charge:
    id: str
    visit: str | None
    day: date
    due: int
    paid: bool
    currency: str | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slip:
    id: str
    day: date
    state: str
    number: str | None
    kind: str | None
    starts_at: datetime
    latest_arrival: datetime
    projects: tuple[str, ...]
    provider: str | None
    arrived_at: datetime | None
    late: bool


_EXPECTED = ("booked", "confirmed", "no_show")


_OF_READS = ("arrival", "visit")
"""Kinds of cards of somebody who is here."""


def _day_of(card: Card, timezone: str) -> date:
    return card.day or business_day(datetime.fromisoformat(card.value["arrived_at"] or card.value["since"]), timezone)


def _read(scan: ArrivalScanned | None) -> Json | None:
    """Return the newest read of the day: the screen of its desk opens whose it is."""
    if scan is None:
        return None
    typed = is_keyboard(scan.device)
    return {"scan": scan.scan, "desk": scan.desk, "typed": typed, "at": scan.device_time.isoformat()}


def _by_thing(facts: Iterable[Fact]) -> dict[str, dict[str, list[Fact]]]:
    things: dict[str, dict[str, list[Fact]]] = {}
    for fact in sorted(facts, key=lambda f: (f.kind, f.subject, f.version, f.word)):
        things.setdefault(fact.kind, {}).setdefault(fact.subject, []).append(fact)
    return things


def _dated(visit: Visit, facts: Sequence[Fact], timezone: str) -> tuple[date, Visit]:
    if visit.business_day is not None:
        return visit.business_day, visit
    return business_day(min(fact.at for fact in facts), timezone), visit


def _charge(subject: str, facts: Sequence[Fact], timezone: str) -> _Charge:
    due, paid, visit, currency = 0, False, None, None
    for fact in facts:
        match fact.event:
            case ChargeOpened() as event:
                due, visit, currency = event.total, event.visit or visit, event.currency
            case PaymentReceived() as event:
                due, visit, currency = event.due, event.visit or visit, event.currency
            case ChargePaid() as event:
                due, visit, currency, paid = 0, event.visit or visit, event.currency, True
            case ChargeVoided() as event:
                due, visit = 0, event.visit or visit
    began = min(fact.at for fact in facts)
    return _Charge(
        id=subject,
        visit=visit,
        day=business_day(began, timezone),
        due=due,
        paid=paid,
        currency=currency,
        since=began,
    )


def _slip(subject: str, facts: Sequence[Fact], timezone: str) -> _Slip | None:
    state, arrived_at, late = "booked", None, False
    booked: AppointmentBooked | None = None
    starts_at: datetime | None = None
    latest_arrival: datetime | None = None
    provider: str | None = None
    for fact in facts:
        match fact.event:
            case AppointmentBooked() | AppointmentRescheduled() as event:
                state = "booked" if isinstance(event, AppointmentRescheduled) else state
                booked = event if isinstance(event, AppointmentBooked) else booked
                starts_at, latest_arrival = event.starts_at, event.latest_arrival
                provider = event.provider or provider
            case AppointmentArrived() as event:
                state, arrived_at, late = "arrived", event.arrived_at, event.punctuality == "late"
            case AppointmentExpectedAgain():
                state, arrived_at, late = "booked", None, False
            case AppointmentNoShow() as event:
                state, starts_at = "no_show", event.starts_at
            case AppointmentConfirmed() | AppointmentCancelled() | AppointmentCompleted():
                state = fact.word
    if starts_at is None or latest_arrival is None:
        return None
    return _Slip(
        id=subject,
        day=business_day(starts_at, timezone),
        state=state,
        number=booked.number if booked else None,
        kind=booked.kind if booked else None,
        starts_at=starts_at,
        latest_arrival=latest_arrival,
        projects=booked.projects if booked else (),
        provider=provider,
        arrived_at=arrived_at,
        late=late,
    )


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _value(names: Names, **values: Any) -> Json:  # noqa: ANN401 - JSON values
    projects = [
        {"code": code, "zh": names.projects.get(code, (code, code))[0], "en": names.projects.get(code, (code, code))[1]}
        for code in values.pop("projects", ())
    ]
    empty: Json = {
        "visit_class": None,
        "projects": projects,
        "to": None,
        "why": None,
        "waiting_since": None,
        "promised_at": None,
        "arrived_at": None,
        "appointment": None,
        "flags": [],
        "missing": [],
        "due": 0,
        "currency": None,
        "read": None,
    }
    return {**empty, **values}


def _about(slip: _Slip | None) -> Json | None:
    if slip is None:
        return None
    return {
        "id": slip.id,
        "number": slip.number,
        "kind": slip.kind,
        "starts_at": slip.starts_at.isoformat(),
        "latest_arrival": slip.latest_arrival.isoformat(),
    }


def _receiver(to: str | None, names: Names) -> Json | None:
    if to is None:
        return None
    receiver = Receiver.read(to)
    return {"kind": receiver.kind, "id": receiver.id, "name": names.staff.get(receiver.id, receiver.id)}


def _visit_card(
    day: date, visit: Visit, charges: Sequence[_Charge], treated: bool, slip: _Slip | None, names: Names
) -> Iterable[Card]:
    due = sum(charge.due for charge in charges)
    tab, state = _place(visit, due=due, paid=any(charge.paid for charge in charges), treated=treated)
    if tab is None:
        return
    marks = {SUPERVISOR: visit.supervisor, "late": slip is not None and slip.late, "elsewhere": visit.elsewhere}
    yield Card(
        id=visit.id,
        day=day if due == 0 and state in _SETTLED else None,
        value=_value(
            names,
            id=visit.id,
            kind="visit",
            tab=tab,
            state=state,
            since=_text(visit.since) or "",
            waiting_since=_text(visit.waiting_since),
            promised_at=_text(visit.promised_at) if visit.state == stages.WAITING else None,
            arrived_at=_text(visit.arrived_at),
            visit_class=visit.visit_class,
            projects=visit.projects,
            to=_receiver(visit.to, names),
            why={"zh": visit.why[0], "en": visit.why[1]} if visit.why else None,
            appointment=_about(slip),
            flags=sorted(mark for mark, holds in marks.items() if holds),
            missing=list(visit.missing),
            due=due,
            currency=next((c.currency for c in charges if c.currency), None),
        ),
    )


_STAGES: Mapping[str, str | None] = {
    stages.REGISTERED: RECEPTION,
    VOIDED: RECEPTION,
    SUPERVISOR: RECEPTION,
    stages.WAITING: CONSULTATION,
    stages.IN_CONSULTATION: CONSULTATION,
    stages.EXAMINATION: CONSULTATION,
    stages.DIAGNOSIS: CONSULTATION,
    stages.TREATMENT_PLAN: CONSULTATION,
    stages.PAYMENT: PAYMENT,
    stages.TREATMENT: TREATMENT,
    stages.AFTER_CARE: TREATMENT,
    stages.LEAVING: None,
    stages.LEFT: None,
}


_SETTLED = ("paid", "treated")
"""What is left when nothing is due and no stage of the visit is open."""


def _place(visit: Visit, *, due: int, paid: bool, treated: bool) -> tuple[str | None, str]:
    """Return tab and state; no tab for a visit that is over."""
    finished = visit.state == stages.FINISHED
    if visit.state == stages.WAITING and visit.to is not None and Receiver.read(visit.to).kind == DEPARTMENT:
        return TREATMENT, "treated" if treated else "waiting"
    if finished and due > 0:
        return PAYMENT, "due"
    if (finished or visit.state == stages.PAYMENT) and (paid or (treated and finished)) and due == 0:
        return TREATMENT, "treated" if treated else "paid"
    if finished:
        return (PAYMENT, "to_charge") if visit.outcome == stages.DEAL else (None, "finished")
    return _STAGES.get(visit.state, CONSULTATION), visit.state


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """That somebody is here: a scan, or a slip that has arrived."""

    at: datetime
    id: str
    state: str
    slip: _Slip | None


def _arrivals(
    scans: Sequence[ArrivalScanned],
    slips: Sequence[_Slip],
    visits: Sequence[tuple[date, datetime | None]],
    names: Names,
    timezone: str,
) -> Iterable[Card]:
    """One card a day for a customer who is here and whose visit is not registered yet.

    Signs until the end of a visit of the day belong to it; a visit that is shown has not ended (None).
    """
    by_id = {slip.id: slip for slip in slips}
    signs = [
        _Sign(at=scan.device_time, id=scan.scan, state="scanned", slip=by_id.get(scan.appointment or ""))
        for scan in scans
    ]
    signs += [
        _Sign(at=slip.arrived_at, id=slip.id, state="arrived", slip=slip)
        for slip in slips
        if slip.state == "arrived" and slip.arrived_at is not None
    ]
    here: dict[date, list[_Sign]] = {}
    for sign in sorted(signs, key=lambda one: (one.at, one.id)):
        here.setdefault(business_day(sign.at, timezone), []).append(sign)
    for day, of_day in here.items():
        ends = [end for of_visit, end in visits if of_visit == day]
        new = [sign for sign in of_day if all(end is not None and sign.at > end for end in ends)]
        if not new:
            continue
        first = new[0]
        slip_here = next((sign.slip for sign in new if sign.slip is not None), None)
        yield Card(
            id=first.id,
            day=day,
            value=_value(
                names,
                id=first.id,
                kind="arrival",
                tab=RECEPTION,
                state=first.state,
                since=first.at.isoformat(),
                waiting_since=first.at.isoformat(),
                arrived_at=first.at.isoformat(),
                appointment=_about(slip_here),
                projects=slip_here.projects if slip_here else (),
                flags=["late"] if slip_here is not None and slip_here.late else [],
            ),
        )


def _slip_card(slip: _Slip, names: Names) -> Card:
    return Card(
        id=slip.id,
        day=slip.day,
        value=_value(
            names,
            id=slip.id,
            kind="appointment",
            tab=APPOINTMENTS,
            state=slip.state,
            since=slip.starts_at.isoformat(),
            projects=slip.projects,
            to=_receiver(slip.provider, names),
            appointment=_about(slip),
        ),
    )


def _charge_card(charge: _Charge, names: Names) -> Card:
    return Card(
        id=charge.id,
        day=None,
        value=_value(
            names,
            id=charge.id,
            kind="charge",
            tab=PAYMENT,
            state="due",
            since=charge.since.isoformat(),
            due=charge.due,
            currency=charge.currency,
        ),
    )
