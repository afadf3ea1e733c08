"""What the service hears: facts that may make plans, or end them."""

from __future__ import annotations

from qiantai.contracts.appointment import (
    AppointmentArrived,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from qiantai.contracts.billing import TreatmentItemUsed
from qiantai.contracts.customer import CustomerMerged
from qiantai.contracts.triage import ConsultationFinished, VisitRegistered
from qiantai.known import know_merged
from qiantai.told import Told

from followup.domain.moved import NewTime
from followup.domain.template import (
    ARRIVED,
    BOOKED,
    CAME,
    CANCELLED,
    NO_SHOW,
    TREATMENT_USED,
    VISIT_FINISHED,
    Fact,
)
from followup.usecases.outlived import end_outlived_of, happened, move_with_slip
from followup.usecases.ports import UnitOfWork
from followup.usecases.templates import react


def visit_finished(told: Told[ConsultationFinished], uow: UnitOfWork) -> None:
    """Plan what is to follow a consultation: deal or no deal."""
    event = told.event
    react(
        Fact(
            cause=f"visit:{event.visit}",
            event=VISIT_FINISHED,
            branch=event.branch,
            customer=event.customer,
            at=event.finished_at,
            visit=event.visit,
            outcome=event.outcome,
            visit_class=event.visit_class,
            projects=event.projects,
            consultant=event.consultant,
            owner=event.owner,
        ),
        uow,
    )


def treatment_used(told: Told[TreatmentItemUsed], uow: UnitOfWork) -> None:
    """Plan what is to follow a treatment or an operation."""
    event = told.event
    react(
        Fact(
            cause=f"use:{event.use}",
            event=TREATMENT_USED,
            branch=event.branch,
            customer=event.customer,
            at=event.used_at,
            visit=event.visit,
            projects=(event.project,),
            performer=event.performer,
            first_treatment=uow.facts.is_first_treatment(event.customer, event.use, event.used_at),
        ),
        uow,
    )


def no_show(told: Told[AppointmentNoShow], uow: UnitOfWork) -> None:
    """Plan a call to somebody who did not come, counted from when that was found."""
    react(_of_slip(told, "appointment", NO_SHOW), uow)


def customer_came(told: Told[VisitRegistered], uow: UnitOfWork) -> None:
    """Somebody who did not come has come since."""
    event = told.event
    happened(
        Fact(
            cause=f"came:{event.visit}",
            event=CAME,
            branch=event.branch,
            customer=event.customer,
            at=event.arrived_at,
            visit=event.visit,
        ),
        uow,
    )


def slip_booked(told: Told[AppointmentBooked], uow: UnitOfWork) -> None:
    """Somebody who did not come has a new slip; one that is told again is not new."""
    if told.version == 1:
        happened(_of_slip(told, "booked", BOOKED), uow)


def slip_moved(told: Told[AppointmentRescheduled], uow: UnitOfWork) -> None:
    """Whoever is reminded of a slip is reminded of its new time."""
    event = told.event
    new = NewTime(appointment=event.appointment, starts_at=event.starts_at, was_at=event.was_at, said_at=told.time)
    move_with_slip(event.customer, event.branch, new, uow)


def slip_arrived(told: Told[AppointmentArrived], uow: UnitOfWork) -> None:
    """Nobody is reminded of a slip whose customer is here, or called for not having come."""
    happened(_of_slip(told, "arrived", ARRIVED), uow)


def slip_cancelled(told: Told[AppointmentCancelled], uow: UnitOfWork) -> None:
    """Nobody is reminded of a cancelled slip."""
    happened(_of_slip(told, "cancelled", CANCELLED), uow)


def merged(told: Told[CustomerMerged], uow: UnitOfWork) -> None:
    """Two files are one person: what is known of one of them may make plans of the other pointless."""
    uow.plans.hold_everybody()
    know_merged(told, uow)
    end_outlived_of(told.event.customer, uow)


def _of_slip(
    told: Told[AppointmentBooked | AppointmentArrived | AppointmentCancelled | AppointmentNoShow], what: str, kind: str
) -> Fact:
    """Return what happened to a slip, at the time at which it was told."""
    event = told.event
    return Fact(
        cause=f"{what}:{event.appointment}",
        event=kind,
        branch=event.branch,
        customer=event.customer,
        at=told.time,
        appointment=event.appointment,
    )
