"""The whole list of what the billing service listens to: whose file, which visit, whose performance, which branch."""

from __future__ import annotations

from qiantai.branches import BRANCHES
from qiantai.contracts.customer import CustomerMerged
from qiantai.known import know_merged
from qiantai.sessions import GENERATIONS
from qiantai.subscriptions import Subscriptions

from billing.known import CUSTOMERS, PERFORMERS, VISITS

subscriptions = Subscriptions("billing")

subscriptions.know(GENERATIONS)
subscriptions.know(CUSTOMERS)
subscriptions.know(VISITS)
subscriptions.know(PERFORMERS)
subscriptions.know(BRANCHES)
subscriptions.on(CustomerMerged, know_merged)
