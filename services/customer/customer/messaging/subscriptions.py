"""The whole list of what the customer service listens to: the steps of its customers' history, and branches."""

from __future__ import annotations

from qiantai.branches import BRANCHES
from qiantai.sessions import GENERATIONS
from qiantai.subscriptions import Subscriptions

from customer.known import PROJECTS
from customer.usecases.timeline import STEPS, add_step

subscriptions = Subscriptions("customer")

subscriptions.know(GENERATIONS)

for step in STEPS:
    subscriptions.on(step, add_step)
subscriptions.know(BRANCHES)
subscriptions.know(PROJECTS)
