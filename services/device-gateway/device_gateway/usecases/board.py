"""Keeping the flow board from the facts of all services (G7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from qiantai.clock import business_day
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
from qiantai.contracts.billing import (
    ChargeOpened,
    ChargePaid,
    ChargeVoided,
    PaymentReceived,
    ProjectChanged,
    TreatmentItemUsed,
)
from qiantai.contracts.customer import CustomerMerged, CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import ArrivalScanned
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
    VisitSeenElsewhere,
    VisitStageChanged,
    VisitVoided,
)
from qiantai.known import know_merged
from qiantai.told import Told

from device_gateway.domain.board import cards_of
from device_gateway.domain.facts import ALERT, CONSULTANT, Fact, in_branch
from device_gateway.domain.reads import OPEN, UnrecognisedRead, is_keyboard
from device_gateway.domain.shown import alert_of, consultant_of
from device_gateway.known import CUSTOMERS, PROJECTS
from device_gateway.usecases.ports import Item, UnitOfWork

OfCustomer = (
    AppointmentBooked
    | AppointmentConfirmed
    | AppointmentRescheduled
    | AppointmentCancelled
    | AppointmentArrived
    | AppointmentExpectedAgain
    | AppointmentCompleted
    | AppointmentNoShow
    | VisitRegistered
    | VisitClassified
    | VisitAssigned
    | VisitVoided
    | SupervisorNeeded
    | ConsultationStarted
    | ConsultationFinished
    | VisitStageChanged
    | VisitSeenElsewhere
    | ArrivalScanned
    | ChargeOpened
    | ChargeVoided
    | PaymentReceived
    | ChargePaid
    | TreatmentItemUsed
)
"""Facts of which the cards of one customer are made."""
CARD = "card"
KEPT = timedelta(days=14)
"""How long facts are kept after they were told, or after the time that they speak of."""


def take(told: Told[OfCustomer], uow: UnitOfWork) -> None:
    """Take a fact about a visit, an appointment, a scan, a charge or an item, and show what it changes."""
    event = told.event
    until = max([told.time, *(at for at in (getattr(event, "starts_at", None),) if at is not None)]) + KEPT
    uow.board.keep(_fact(told), customer=event.customer, until=until)
    _show_later(uow, CARD, [(event.branch, event.customer)])


def know_customer(told: Told[CustomerRegistered | CustomerUpdated], uow: UnitOfWork) -> None:
    """Keep a customer's name and show it."""
    uow.board.hold([told.event.customer])
    if uow.known.take(CUSTOMERS, told):
        for file in uow.known.same(told.event.customer):
            _show_everywhere(file, uow)


def know_merged_customer(told: Told[CustomerMerged], uow: UnitOfWork) -> None:
    """A customer's cards have the name of the file that lives (C9)."""
    uow.board.hold([told.event.customer])
    know_merged(told, uow)
    _show_everywhere(told.event.customer, uow)


def know_project(told: Told[ProjectChanged], uow: UnitOfWork) -> None:
    """Keep a project's name and show it."""
    uow.board.hold_names()
    if uow.known.take(PROJECTS, told):
        _show_later(uow, CARD, uow.board.people_naming(project=told.event.code))


def consultant_changed(told: Told[ConsultantScheduled | ConsultantStatusChanged], uow: UnitOfWork) -> None:
    """Take a consultant's settings or what they are doing."""
    event = told.event
    if isinstance(event, ConsultantScheduled):
        uow.board.hold_names()
        _show_later(uow, CARD, uow.board.people_naming(staff=event.consultant, branch=event.branch))
    uow.board.keep(_fact(told), customer=None, until=None)
    _show_later(uow, CONSULTANT, [(event.branch, event.consultant)])


def alert_changed(told: Told[AlertRaised | AlertCleared], uow: UnitOfWork) -> None:
    """Show an alert to supervisors until it is cleared; in whichever order the two are heard."""
    uow.board.keep(_fact(told), customer=None, until=told.time + KEPT)
    _show_later(uow, ALERT, [(told.event.branch, told.event.alert)])


def staff_renamed(staff: str, uow: UnitOfWork) -> None:
    """Show an account's new name wherever it stands."""
    uow.board.hold_names()
    _show_later(uow, CONSULTANT, [(branch, staff) for branch in uow.board.branches_of_consultant(staff)])
    _show_later(uow, CARD, uow.board.people_naming(staff=staff))


def _show_later(uow: UnitOfWork, kind: str, items: Iterable[tuple[str, str]]) -> None:
    """Have (branch, id) brought in line at the end: many facts about one customer are drawn once."""
    uow.to_show.update(Item(branch, kind, id_) for branch, id_ in items)
    uow.at_end(show)


def show(uow: UnitOfWork) -> None:
    """Bring what was named in line with what is known.

    The customers and the boards are locked before the facts are read, so that
    of two simultaneous changes, also of a name, the second sees the first.
    """
    items = sorted(uow.to_show)
    uow.to_show.clear()
    customers = sorted({item.id for item in items if item.kind == CARD})
    if customers:
        uow.board.hold(customers)
    for branch in sorted({item.branch for item in items}):
        uow.board.lock(branch)
    for branch, kind, id_ in items:
        _SHOWS[kind](branch, id_, uow)


def _show_cards(branch: str, customer: str, uow: UnitOfWork) -> None:
    known = uow.board.about(branch, customer)
    cards = cards_of(customer, known.facts, known.names, known.timezone)
    uow.board.put_cards(branch, customer, known.cards, cards, uow.now)


def _show_consultant(branch: str, consultant: str, uow: UnitOfWork) -> None:
    facts = uow.board.facts_about(CONSULTANT, in_branch(branch, consultant))
    value = consultant_of(consultant, facts, uow.board.staff_name(consultant))
    uow.board.put(branch, CONSULTANT, consultant, day=None, value=value, now=uow.now)


def _show_alert(branch: str, alert: str, uow: UnitOfWork) -> None:
    value = alert_of(alert, uow.board.facts_about(ALERT, alert))
    day = None if value is None else business_day(datetime.fromisoformat(value["at"]), uow.branches.timezone(branch))
    uow.board.put(branch, ALERT, alert, day=day, value=value, now=uow.now)


_SHOWS: Mapping[str, Callable[[str, str, UnitOfWork], None]] = {
    CARD: _show_cards,
    CONSULTANT: _show_consultant,
    ALERT: _show_alert,
}


def show_read(read: UnrecognisedRead, uow: UnitOfWork) -> None:
    """Show an open unrecognised read, or take a closed one away."""
    uow.board.lock(read.branch)
    value = {
        "id": read.id,
        "device": read.device,
        "desk": read.desk,
        "typed": is_keyboard(read.device),
        "code": read.code,
        "reason": read.reason,
        "device_time": read.device_time.isoformat(),
        "customer": read.customer,
    }
    day = business_day(read.device_time, uow.branches.timezone(read.branch))
    uow.board.put(
        read.branch, "unrecognised", read.id, day=day, value=value if read.state == OPEN else None, now=uow.now
    )


def _show_everywhere(customer: str, uow: UnitOfWork) -> None:
    _show_later(uow, CARD, [(branch, customer) for branch in uow.board.branches_of_customer(customer)])


def _fact(told: Told[Event]) -> Fact:
    return Fact(event=told.event, version=told.version, at=told.time)
