"""The whole list of what the appointment service listens to."""

from __future__ import annotations

from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import ArrivalScanned, BranchChanged, StaffChanged
from qiantai.contracts.triage import ConsultationFinished, VisitRegistered
from qiantai.subscriptions import Subscriptions

from appointment.usecases.arrive import arrive_by_scan, arrive_by_visit, complete_by_visit
from appointment.usecases.projections import keep_branch, keep_customer, keep_project, keep_staff

subscriptions = Subscriptions("appointment")

subscriptions.on(ArrivalScanned, arrive_by_scan)
subscriptions.on(VisitRegistered, arrive_by_visit)
subscriptions.on(ConsultationFinished, complete_by_visit)
subscriptions.on(CustomerRegistered, keep_customer)
subscriptions.on(CustomerUpdated, keep_customer)
subscriptions.on(ProjectChanged, keep_project)
subscriptions.on(BranchChanged, keep_branch)
subscriptions.on(StaffChanged, keep_staff)
