"""The whole list of what the follow-up service listens to."""

from __future__ import annotations

from qiantai.contracts.appointment import AppointmentNoShow
from qiantai.contracts.billing import ProjectChanged, TreatmentItemUsed
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.contracts.triage import ConsultationFinished, OwnerChanged
from qiantai.subscriptions import Subscriptions

from followup.usecases import listen

subscriptions = Subscriptions("followup")

subscriptions.on(ConsultationFinished, listen.visit_finished)
subscriptions.on(TreatmentItemUsed, listen.treatment_used)
subscriptions.on(AppointmentNoShow, listen.no_show)
subscriptions.on(OwnerChanged, listen.keep_owner)
subscriptions.on(CustomerRegistered, listen.keep_customer)
subscriptions.on(CustomerUpdated, listen.keep_customer)
subscriptions.on(ProjectChanged, listen.keep_project)
subscriptions.on(BranchChanged, listen.keep_branch)
subscriptions.on(StaffChanged, listen.keep_staff)
