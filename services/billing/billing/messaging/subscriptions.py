"""The whole list of what billing listens to: whose file, which visit, whose performance, which branch and staff."""

from __future__ import annotations

from qiantai.branches import BRANCHES
from qiantai.contracts.customer import CustomerMerged
from qiantai.known import know_merged
from qiantai.sessions import GENERATIONS
from qiantai.staff import STAFF
from qiantai.subscriptions import Subscriptions

from billing.known import CUSTOMERS, PERFORMERS, VISITS

subscriptions = Subscriptions("billing")

subscriptions.know(GENERATIONS)
subscriptions.know(CUSTOMERS)
subscriptions.know(VISITS)
subscriptions.know(PERFORMERS)
subscriptions.know(BRANCHES)
subscriptions.know(STAFF)
subscriptions.on(CustomerMerged, know_merged)
