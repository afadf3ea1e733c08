"""What time brings: customers who did not come (A12), and forgetting what is not needed any more."""

from __future__ import annotations

from datetime import timedelta

from qiantai.branches import zone_of
from qiantai.clock import business_day

from appointment.domain import model
from appointment.domain.arrival import day_bounds
from appointment.domain.model import step
from appointment.usecases import facts
from appointment.usecases.change_appointment import close
from appointment.usecases.ports import UnitOfWork

_AT_ONCE = 200
WAS_HERE = "当日已到院,此单未用 / the customer was here that day without using this slip"
_KEEP = timedelta(days=90)


def mark_no_shows(uow: UnitOfWork) -> None:
    """Turn expected appointments of past business days into no-shows and tell them.

    Whoever was in the house on that day did not stay away: the slip that was not used is cancelled.
    """
    for branch in uow.appointments.branches_with_missed(uow.now):
        zone = zone_of(branch, uow)
        today, _ = day_bounds(business_day(uow.now, zone), zone)
        for before in uow.appointments.lock_missed(branch, today, limit=_AT_ONCE):
            begin, end = day_bounds(business_day(before.starts_at, zone), zone)
            if uow.arrivals.was_here(before.customer, branch, begin, end):
                close(before, WAS_HERE, uow)
                continue
            after = model.miss(before)
            uow.appointments.save(after, step(before, after, "no_show", "当日结束,顾客未到 / the day ended"))
            uow.outbox.append(facts.appointment_no_show(after), version=after.version)


def forget_arrivals(uow: UnitOfWork) -> None:
    """Drop scans and visits whose messages cannot come any more."""
    uow.arrivals.forget(uow.now - _KEEP)
