"""The whole list of what the follow-up service listens to: facts that may make plans, and what it keeps of others."""

from __future__ import annotations

from qiantai.branches import BRANCHES
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
from qiantai.sessions import GENERATIONS
from qiantai.staff import STAFF
from qiantai.subscriptions import Subscriptions

from followup.known import CUSTOMERS, OWNERS, PROJECTS
from followup.usecases import listen
from followup.usecases.executors import know_owner, know_staff

subscriptions = Subscriptions("followup")

subscriptions.know(GENERATIONS)
subscriptions.on(ConsultationFinished, listen.visit_finished)
subscriptions.on(TreatmentItemUsed, listen.treatment_used)
subscriptions.on(AppointmentNoShow, listen.no_show)
subscriptions.on(VisitRegistered, listen.customer_came)
subscriptions.on(AppointmentBooked, listen.slip_booked)
subscriptions.on(AppointmentRescheduled, listen.slip_moved)
subscriptions.on(AppointmentArrived, listen.slip_arrived)
subscriptions.on(AppointmentCancelled, listen.slip_cancelled)
subscriptions.know(CUSTOMERS)
subscriptions.know(OWNERS, know_owner)
subscriptions.know(PROJECTS)
subscriptions.know(BRANCHES)
subscriptions.know(STAFF, know_staff)
subscriptions.on(CustomerMerged, listen.merged)
