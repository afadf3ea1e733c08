"""The whole list of what the billing service listens to: whose file, which visit, whose performance, which branch."""

from __future__ import annotations

from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import BranchChanged
from qiantai.contracts.triage import ConsultationFinished, PerformanceMoved, VisitAssigned, VisitRegistered
from qiantai.subscriptions import Subscriptions

from billing.usecases.known import know_branch, know_customer, know_performer, know_visit

subscriptions = Subscriptions("billing")

subscriptions.on(CustomerRegistered, know_customer)
subscriptions.on(CustomerUpdated, know_customer)
subscriptions.on(VisitRegistered, know_visit)
subscriptions.on(VisitAssigned, know_visit)
subscriptions.on(ConsultationFinished, know_visit)
subscriptions.on(PerformanceMoved, know_performer)
subscriptions.on(BranchChanged, know_branch)
