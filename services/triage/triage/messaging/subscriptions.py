"""The whole list of what the triage service listens to."""

from __future__ import annotations

from qiantai.contracts.appointment import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentCompleted,
    AppointmentNoShow,
    AppointmentRescheduled,
)
from qiantai.contracts.billing import ProjectChanged, TreatmentItemPurchased, TreatmentItemUsed
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import ArrivalScanned, BranchChanged
from qiantai.subscriptions import Subscriptions

from triage.usecases import learn

subscriptions = Subscriptions("triage")

subscriptions.on(ArrivalScanned, learn.arrival_scanned)
subscriptions.on(CustomerRegistered, learn.customer)
subscriptions.on(CustomerUpdated, learn.customer)
subscriptions.on(AppointmentBooked, learn.appointment_booked)
subscriptions.on(AppointmentRescheduled, learn.appointment_rescheduled)
subscriptions.on(AppointmentCancelled, learn.appointment_closed)
subscriptions.on(AppointmentCompleted, learn.appointment_closed)
subscriptions.on(AppointmentNoShow, learn.appointment_closed)
subscriptions.on(ProjectChanged, learn.project)
subscriptions.on(BranchChanged, learn.branch)
subscriptions.on(TreatmentItemPurchased, learn.item_purchased)
subscriptions.on(TreatmentItemUsed, learn.item_used)
