"""What the service hears: facts that may make plans, and copies of others' data."""

from __future__ import annotations

from qiantai import clock
from qiantai.contracts.appointment import AppointmentNoShow
from qiantai.contracts.billing import ProjectChanged, TreatmentItemUsed
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.contracts.triage import ConsultationFinished, OwnerChanged
from qiantai.told import Told

from followup.domain.template import DEFAULT_TIMEZONE, NO_SHOW, TREATMENT_USED, VISIT_FINISHED, Fact
from followup.usecases.executors import hand_over_to_owner, release_plans_of
from followup.usecases.ports import Staff, UnitOfWork
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
    event = told.event
    react(
        Fact(
            cause=f"appointment:{event.appointment}",
            event=NO_SHOW,
            branch=event.branch,
            customer=event.customer,
            at=told.time,
            appointment=event.appointment,
        ),
        uow,
    )


def keep_customer(told: Told[CustomerRegistered | CustomerUpdated], uow: UnitOfWork) -> None:
    """Keep whom plans are about."""
    event = told.event
    uow.customers.put(event.customer, event.name, told.version)


def keep_owner(told: Told[OwnerChanged], uow: UnitOfWork) -> None:
    """Keep who is responsible for a customer, and give that person the owner's plans."""
    event = told.event
    if uow.customers.put_owner(event.customer, event.owner, told.version):
        hand_over_to_owner(event.customer, event.owner, uow)


def keep_project(told: Told[ProjectChanged], uow: UnitOfWork) -> None:
    """Keep the classes of projects."""
    event = told.event
    uow.projects.put(event.code, event.project_class, told.version)


def keep_branch(told: Told[BranchChanged], uow: UnitOfWork) -> None:
    """Keep in which zone a branch is."""
    event = told.event
    zone = event.timezone if clock.is_timezone(event.timezone) else DEFAULT_TIMEZONE
    uow.branches.put(event.code, zone, told.version)


def keep_staff(told: Told[StaffChanged], uow: UnitOfWork) -> None:
    """Keep who can execute plans; the plans of somebody who left become anybody's."""
    event = told.event
    staff = Staff(id=event.staff, name=event.name, roles=event.roles, branches=event.branches, active=event.active)
    if uow.people.put(staff, told.version) and not staff.active:
        release_plans_of(staff.id, uow)
