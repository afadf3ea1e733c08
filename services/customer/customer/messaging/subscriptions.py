"""The whole list of what the customer service listens to: the steps of its customers' history."""

from __future__ import annotations

from customer.usecases.timeline import STEPS, add_step
from qiantai.inbox.subscriptions import Subscriptions

subscriptions = Subscriptions("customer")

for step in STEPS:
    subscriptions.on(step, add_step)
