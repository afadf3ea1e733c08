"""Keeping the flow board from the facts of all services (G7)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from qiantai.clock import business_day
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.event import Event, aggregate_of
from qiantai.contracts.triage import AlertCleared, AlertRaised, ConsultantScheduled, ConsultantStatusChanged
from qiantai.told import Told

from device_gateway.domain.board import ALERT, Fact, cards_of
from device_gateway.domain.reads import OPEN, UnrecognisedRead
from device_gateway.domain.shown import alert_of, consultant_of
from device_gateway.usecases.ports import UnitOfWork

KEPT = timedelta(days=14)
"""How long facts are kept after they were told, or after the time that they speak of."""
_KINDS = {
    "visit": "visit",
    "appointment": "appointment",
    "arrival": "scan",
    "charge": "charge",
    "payment": "charge",
    "treatment_item": "item",
}


def take(told: Told[Event], uow: UnitOfWork) -> None:
    """Take a fact about a visit, an appointment, a scan, a charge or an item, and show what it changes."""
    event = told.event
    kind = _KINDS[aggregate_of(event.TYPE)]
    data = plain(event)
    fact = Fact(kind=kind, subject=event.subject, type=_word(event), version=told.version, at=told.time, data=data)
    until = max([told.time, *(at for at in (getattr(event, "starts_at", None),) if at is not None)]) + KEPT
    customer = data["customer"]
    if uow.board.keep(fact, branch=event.branch, customer=customer, until=until):
        refresh(event.branch, customer, uow)


def customer_named(told: Told[CustomerRegistered | CustomerUpdated], uow: UnitOfWork) -> None:
    """Take a customer's name."""
    event, version = told.event, told.version
    uow.board.hold(event.customer)
    if uow.board.learn_customer(event.customer, name=event.name, phone_tail=event.phone_tail, version=version):
        for branch, customer in uow.board.people_of(event.customer):
            refresh(branch, customer, uow)


def project_named(told: Told[ProjectChanged], uow: UnitOfWork) -> None:
    """Take a project's name."""
    event = told.event
    uow.board.hold_names()
    if uow.board.learn_project(event.code, zh=event.name_zh, en=event.name_en, version=told.version):
        for branch, customer in uow.board.people_naming(project=event.code):
            refresh(branch, customer, uow)


def consultant_changed(told: Told[ConsultantScheduled | ConsultantStatusChanged], uow: UnitOfWork) -> None:
    """Take a consultant's settings or what they are doing."""
    event = told.event
    if isinstance(event, ConsultantScheduled):
        uow.board.hold_names()
    subject = f"{event.branch}/{event.consultant}"
    fact = Fact(
        kind="consultant", subject=subject, type=_word(event), version=told.version, at=told.time, data=plain(event)
    )
    if not uow.board.keep(fact, branch=event.branch, customer=None, until=None):
        return
    show_consultant(event.branch, event.consultant, uow)
    if isinstance(event, ConsultantScheduled):
        for branch, customer in uow.board.people_naming(staff=event.consultant, branch=event.branch):
            refresh(branch, customer, uow)


def alert_changed(told: Told[AlertRaised | AlertCleared], uow: UnitOfWork) -> None:
    """Show an alert to supervisors until it is cleared; in whichever order the two are heard."""
    event = told.event
    fact = Fact(
        kind="alert",
        subject=event.alert,
        type=_word(event),
        version=told.version,
        at=told.time,
        data=plain(event),
    )
    if not uow.board.keep(fact, branch=event.branch, customer=None, until=told.time + KEPT):
        return
    uow.board.lock(event.branch)
    value = alert_of(event.alert, uow.board.facts_about("alert", event.alert))
    day = business_day(event.at, uow.branches.timezone(event.branch))
    uow.board.put(event.branch, ALERT, event.alert, day=day, value=value, now=uow.now)


def staff_renamed(staff: str, uow: UnitOfWork) -> None:
    """Show an account's new name wherever it stands."""
    uow.board.hold_names()
    for branch in uow.board.branches_of_consultant(staff):
        show_consultant(branch, staff, uow)
    for branch, customer in uow.board.people_naming(staff=staff):
        refresh(branch, customer, uow)


def refresh(branch: str, customer: str, uow: UnitOfWork) -> None:
    """Bring a customer's cards in one branch in line with what is known.

    The customer and the branch's board are locked before the facts are read,
    so that of two simultaneous changes, also of a name, the second sees the first.
    """
    uow.board.hold(customer)
    uow.board.lock(branch)
    known = uow.board.about(branch, customer)
    cards = cards_of(customer, known.facts, known.names, known.timezone)
    uow.board.put_cards(branch, customer, known.cards, cards, uow.now)


def show_consultant(branch: str, consultant: str, uow: UnitOfWork) -> None:
    """Bring a consultant on the strip in line with what is known."""
    uow.board.lock(branch)
    facts = uow.board.facts_about("consultant", f"{branch}/{consultant}")
    value = consultant_of(consultant, facts, uow.board.staff_name(consultant))
    uow.board.put(branch, "consultant", consultant, day=None, value=value, now=uow.now)


def show_read(read: UnrecognisedRead, uow: UnitOfWork) -> None:
    """Show an open unrecognised read, or take a closed one away."""
    uow.board.lock(read.branch)
    value = {
        "id": read.id,
        "device": read.device,
        "desk": read.desk,
        "code": read.code,
        "reason": read.reason,
        "device_time": read.device_time.isoformat(),
        "customer": read.customer,
    }
    day = business_day(read.device_time, uow.branches.timezone(read.branch))
    uow.board.put(
        read.branch, "unrecognised", read.id, day=day, value=value if read.state == OPEN else None, now=uow.now
    )


def plain(event: Event) -> Mapping[str, Any]:
    """Return an event's data as JSON values."""
    data: dict[str, Any] = _plain(dataclasses.asdict(event))
    return data


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a contract
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime | date) else value


def _word(event: Event) -> str:
    return event.TYPE.split(".")[2]
