"""The whole list of what the appointment service listens to: arrivals, visits, and what it keeps of others."""

from __future__ import annotations

from qiantai.branches import BRANCHES
from qiantai.contracts.customer import CustomerMerged
from qiantai.contracts.device_gateway import ArrivalScanned, StaffChanged
from qiantai.contracts.triage import ConsultationFinished, VisitClassified, VisitRegistered
from qiantai.known import know_merged
from qiantai.sessions import GENERATIONS
from qiantai.subscriptions import Subscriptions

from appointment.known import CUSTOMERS, PROJECTS
from appointment.usecases.arrive import answered_at_desk, arrive_by_scan, arrive_by_visit, complete_by_visit
from appointment.usecases.providers import know_provider

subscriptions = Subscriptions("appointment")

subscriptions.know(GENERATIONS)
subscriptions.on(ArrivalScanned, arrive_by_scan)
subscriptions.on(VisitRegistered, arrive_by_visit)
subscriptions.on(VisitClassified, answered_at_desk)
subscriptions.on(ConsultationFinished, complete_by_visit)
subscriptions.know(CUSTOMERS)
subscriptions.know(PROJECTS)
subscriptions.know(BRANCHES)
subscriptions.on(StaffChanged, know_provider)
subscriptions.on(CustomerMerged, know_merged)
