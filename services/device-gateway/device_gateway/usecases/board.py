"""Keeping the flow board from the facts of all services (G7)."""

from __future__ import annotations

from datetime import timedelta

from qiantai.clock import business_day
from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentCompleted,
    AppointmentConfirmed,
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
    VisitStageChanged,
    VisitVoided,
)
from qiantai.known import know_merged
from qiantai.told import Told

from device_gateway.domain.board import cards_of
from device_gateway.domain.facts import ALERT, CONSULTANT, Fact, in_branch
from device_gateway.domain.reads import OPEN, UnrecognisedRead
from device_gateway.domain.shown import alert_of, consultant_of
from device_gateway.known import CUSTOMERS, PROJECTS
from device_gateway.usecases.ports import UnitOfWork

OfCustomer = (
    AppointmentBooked
    | AppointmentConfirmed
    | AppointmentRescheduled
    | AppointmentCancelled
    | AppointmentArrived
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
    | ArrivalScanned
    | ChargeOpened
    | ChargeVoided
    | PaymentReceived
    | ChargePaid
    | TreatmentItemUsed
)
"""Facts of which the cards of one customer are made."""
KEPT = timedelta(days=14)
"""How long facts are kept after they were told, or after the time that they speak of."""


def take(told: Told[OfCustomer], uow: UnitOfWork) -> None:
    """Take a fact about a visit, an appointment, a scan, a charge or an item, and show what it changes."""
    event = told.event
    until = max([told.time, *(at for at in (getattr(event, "starts_at", None),) if at is not None)]) + KEPT
    if uow.board.keep(_fact(told), customer=event.customer, until=until):
        refresh(event.branch, event.customer, uow)


def know_customer(told: Told[CustomerRegistered | CustomerUpdated], uow: UnitOfWork) -> None:
    """Keep a customer's name and show it."""
    uow.board.hold(told.event.customer)
    if uow.known.take(CUSTOMERS, told):
        for file in uow.known.same(told.event.customer):
            _show_everywhere(file, uow)


def know_merged_customer(told: Told[CustomerMerged], uow: UnitOfWork) -> None:
    """A customer's cards have the name of the file that lives (C9)."""
    uow.board.hold(told.event.customer)
    know_merged(told, uow)
    _show_everywhere(told.event.customer, uow)


def know_project(told: Told[ProjectChanged], uow: UnitOfWork) -> None:
    """Keep a project's name and show it."""
    uow.board.hold_names()
    if uow.known.take(PROJECTS, told):
        for branch, customer in uow.board.people_naming(project=told.event.code):
            refresh(branch, customer, uow)


def consultant_changed(told: Told[ConsultantScheduled | ConsultantStatusChanged], uow: UnitOfWork) -> None:
    """Take a consultant's settings or what they are doing."""
    event = told.event
    if isinstance(event, ConsultantScheduled):
        uow.board.hold_names()
    if not uow.board.keep(_fact(told), customer=None, until=None):
        return
    show_consultant(event.branch, event.consultant, uow)
    if isinstance(event, ConsultantScheduled):
        for branch, customer in uow.board.people_naming(staff=event.consultant, branch=event.branch):
            refresh(branch, customer, uow)


def alert_changed(told: Told[AlertRaised | AlertCleared], uow: UnitOfWork) -> None:
    """Show an alert to supervisors until it is cleared; in whichever order the two are heard."""
    event = told.event
    if not uow.board.keep(_fact(told), customer=None, until=told.time + KEPT):
        return
    uow.board.lock(event.branch)
    value = alert_of(event.alert, uow.board.facts_about(ALERT, event.alert))
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
    facts = uow.board.facts_about(CONSULTANT, in_branch(branch, consultant))
    value = consultant_of(consultant, facts, uow.board.staff_name(consultant))
    uow.board.put(branch, CONSULTANT, consultant, day=None, value=value, now=uow.now)


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


def _show_everywhere(customer: str, uow: UnitOfWork) -> None:
    for branch in uow.board.branches_of_customer(customer):
        refresh(branch, customer, uow)


def _fact(told: Told[Event]) -> Fact:
    return Fact(event=told.event, version=told.version, at=told.time)
