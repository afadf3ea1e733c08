"""The whole list of what the triage service listens to."""

from __future__ import annotations

from qiantai.branches import BRANCHES
from qiantai.contracts.appointment import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentCompleted,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from qiantai.contracts.billing import TreatmentItemPurchased, TreatmentItemUsed
from qiantai.contracts.customer import CustomerMerged
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.known import know_merged
from qiantai.sessions import GENERATIONS
from qiantai.staff import STAFF
from qiantai.subscriptions import Subscriptions

from triage.known import CUSTOMERS, PROJECTS
from triage.usecases import duty, learn

subscriptions = Subscriptions("triage")

subscriptions.know(GENERATIONS)
subscriptions.on(ArrivalScanned, learn.arrival_scanned)
subscriptions.know(CUSTOMERS)
subscriptions.on(CustomerMerged, know_merged)
subscriptions.on(AppointmentBooked, learn.know_appointment)
subscriptions.on(AppointmentRescheduled, learn.appointment_rescheduled)
subscriptions.on(AppointmentCancelled, learn.appointment_closed)
subscriptions.on(AppointmentCompleted, learn.appointment_closed)
subscriptions.on(AppointmentNoShow, learn.appointment_closed)
subscriptions.know(PROJECTS, learn.know_project)
subscriptions.know(BRANCHES)
subscriptions.know(STAFF, duty.know_staff)
subscriptions.on(TreatmentItemPurchased, learn.item_purchased)
subscriptions.on(TreatmentItemUsed, learn.item_used)
