"""Arriving, by a scan, by a visit or at the desk (A11), and completing (A13). Arriving twice is once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from qiantai.branches import zone_of
from qiantai.clock import business_day
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.contracts.triage import NO_DEAL, ConsultationFinished, VisitClassified, VisitRegistered
from qiantai.errors import NotKnownYet
from qiantai.slips import is_for_something_else
from qiantai.told import Told

from appointment.domain import model
from appointment.domain.arrival import came_for, day_bounds
from appointment.domain.errors import NotToday
from appointment.domain.model import Appointment, step
from appointment.usecases import facts
from appointment.usecases.ports import Finished, KeptVisit, UnitOfWork
from appointment.usecases.who import telling_who

_AWAITED = (*model.EXPECTED, "no_show")
CAME_FOR_OTHER = "到院是为其他项目 / came for something else"
_HERE = ("arrived", "completed")


def arrive_at_desk(id_: str, uow: UnitOfWork) -> Appointment:
    """Note that the customer of an appointment is here; one who has arrived already stays so.

    Raises UnknownAppointment, NotToday, NotInThisState.
    """
    appointment = uow.appointments.lock(id_)
    if appointment.state in _HERE:
        return appointment
    zone = zone_of(appointment.branch, uow)
    day = business_day(appointment.starts_at, zone)
    if day != business_day(uow.now, zone):
        raise NotToday(facts={"business_day": day.isoformat()})
    with telling_who(appointment, uow):
        return _arrive(appointment, uow.now, "前台登记到院 / arrived at the desk", uow)


def arrive_by_scan(told: Told[ArrivalScanned], uow: UnitOfWork) -> None:
    """Let the appointment that a scan names, else the customer's nearest one of the day, arrive."""
    event = told.event
    at = event.gateway_time
    todays = _lock_todays(event.customer, event.branch, at, event.appointment, uow)
    if uow.arrivals.of_scan(event.scan) is not None:  # its visit was told first
        return
    found = _of_id(todays, event.appointment) or came_for(todays, at)
    if found is not None:
        uow.arrivals.keep_scan(event.scan, found.id)
        if found.state in _AWAITED:
            _arrive(found, at, "扫码到院 / scanned", uow)


def arrive_by_visit(told: Told[VisitRegistered], uow: UnitOfWork) -> None:
    """Let the appointment of a visit arrive, unless its scan did so, and remember it for the end of the visit."""
    event = told.event
    at = event.arrived_at
    todays = _lock_todays(event.customer, event.branch, at, event.appointment, uow)
    kept = uow.arrivals.of_visit(event.visit)
    if kept is None and event.scan is not None:
        kept = uow.arrivals.of_scan(event.scan)
    found = _of_id(todays, kept) or _of_id(todays, event.appointment)
    if found is None:
        taken = uow.arrivals.taken([one.id for one in todays], other_than=event.visit)
        found = came_for([one for one in todays if one.id not in taken], at, event.projects)
    if found is not None and event.scan is not None:
        uow.arrivals.keep_scan(event.scan, found.id)
    kept_visit = KeptVisit(
        visit=event.visit,
        appointment=found.id if found else None,
        customer=event.customer,
        branch=event.branch,
        arrived_at=at,
    )
    _about(kept_visit, found, "到院登记 / visit registered", uow)


def answered_at_desk(told: Told[VisitClassified], uow: UnitOfWork) -> None:
    """What a visit is for is known only now: a slip that it was taken for and is not for is expected again."""
    event = told.event
    if not event.answered:
        return
    visit = uow.arrivals.visit(event.visit)
    if visit is None:
        raise NotKnownYet(f"visit {event.visit}")
    todays = _lock_todays(visit.customer, visit.branch, visit.arrived_at, event.appointment, uow)
    kept = _of_id(todays, visit.appointment)
    if kept is not None and not _stays_with(kept, visit.arrived_at, event):
        uow.arrivals.leave(event.visit)
        if kept.state == "arrived":
            _expect_again(kept, uow)
        todays, kept = [one for one in todays if one.id != kept.id], None
    if kept is None:
        taken = uow.arrivals.taken([one.id for one in todays], other_than=event.visit)
        free = [one for one in todays if one.id not in taken]
        found = _of_id(todays, event.appointment) or came_for(free, visit.arrived_at, event.projects)
        _about(replace(visit, appointment=found.id if found else None), found, "前台说明来意 / said at the desk", uow)


def _stays_with(kept: Appointment, arrived_at: datetime, event: VisitClassified) -> bool:
    if event.appointment is not None:
        return event.appointment == kept.id
    return not is_for_something_else(kept.starts_at, kept.projects, arrived_at, event.projects)


def _expect_again(before: Appointment, uow: UnitOfWork) -> None:
    after = model.expect_again(before)
    uow.appointments.save(after, step(before, after, "expected_again", CAME_FOR_OTHER))
    told = facts.appointment_expected_again(after, CAME_FOR_OTHER)
    uow.outbox.append(told, version=after.version)


def _about(visit: KeptVisit, found: Appointment | None, how: str, uow: UnitOfWork) -> None:
    """Remember what a visit is about, let that arrive, and complete it where the visit has finished."""
    finished = uow.arrivals.keep_visit(visit)
    if found is not None and found.state in _AWAITED:
        found = _arrive(found, visit.arrived_at, how, uow)
    if found is not None and finished is not None:
        _complete(found, finished, uow)


def complete_by_visit(told: Told[ConsultationFinished], uow: UnitOfWork) -> None:
    """Complete the appointment of a finished visit, now or when its registration is told."""
    event = told.event
    finished = Finished(at=event.finished_at, outcome=event.outcome)
    appointment = uow.arrivals.finish_visit(event.visit, finished)
    if appointment is not None:
        _complete(uow.appointments.lock(appointment), finished, uow)


def _lock_todays(customer: str, branch: str, at: datetime, named: str | None, uow: UnitOfWork) -> list[Appointment]:
    zone = zone_of(branch, uow)
    begin, end = day_bounds(business_day(at, zone), zone)
    return list(uow.appointments.lock_of_day(customer, branch, begin, end, also=named))


def _of_id(appointments: list[Appointment], id_: str | None) -> Appointment | None:
    return next((one for one in appointments if one.id == id_ and one.state != "cancelled"), None)


def _arrive(before: Appointment, at: datetime, how: str, uow: UnitOfWork) -> Appointment:
    after = model.arrive(before, at)
    uow.appointments.save(after, step(before, after, "arrived", how))
    uow.outbox.append(facts.appointment_arrived(after, at, model.punctuality(before, at)), version=after.version)
    return after


def _complete(before: Appointment, finished: Finished, uow: UnitOfWork) -> None:
    """Complete what has been done (A13): a treatment is not, where its consultation ended without a deal."""
    if before.state != "arrived" or (before.kind == "treatment" and finished.outcome == NO_DEAL):
        return
    after = model.complete(before, finished.at)
    uow.appointments.save(after, step(before, after, "completed", "咨询结束 / visit finished"))
    uow.outbox.append(facts.appointment_completed(after), version=after.version)
