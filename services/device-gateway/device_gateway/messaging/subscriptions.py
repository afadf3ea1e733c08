"""The whole list of what the gateway's centre listens to: its edges, and what the flow board shows."""

from __future__ import annotations

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
from qiantai.contracts.customer import CardIssued, CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
    DeviceFaulty,
    DeviceOffline,
    DeviceOnline,
)
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
from qiantai.subscriptions import Subscriptions

from device_gateway.usecases import board, reads

subscriptions = Subscriptions("device-gateway")

subscriptions.on(DeviceOnline, reads.device_became)
subscriptions.on(DeviceOffline, reads.device_became)
subscriptions.on(DeviceFaulty, reads.device_became)
subscriptions.on(ArrivalScanned, reads.scanned)
subscriptions.on(ArrivalUnrecognised, reads.unrecognised)
subscriptions.on(CardIssued, reads.card_issued)

subscriptions.on(CustomerRegistered, board.customer_named)
subscriptions.on(CustomerUpdated, board.customer_named)
subscriptions.on(ProjectChanged, board.project_named)
subscriptions.on(ConsultantScheduled, board.consultant_changed)
subscriptions.on(ConsultantStatusChanged, board.consultant_changed)
subscriptions.on(AlertRaised, board.alert_changed)
subscriptions.on(AlertCleared, board.alert_changed)

for fact in (
    AppointmentBooked,
    AppointmentConfirmed,
    AppointmentRescheduled,
    AppointmentCancelled,
    AppointmentArrived,
    AppointmentCompleted,
    AppointmentNoShow,
    VisitRegistered,
    VisitClassified,
    VisitAssigned,
    VisitVoided,
    SupervisorNeeded,
    ConsultationStarted,
    ConsultationFinished,
    VisitStageChanged,
    ChargeOpened,
    ChargeVoided,
    PaymentReceived,
    ChargePaid,
    TreatmentItemUsed,
):
    subscriptions.on(fact, board.take)
