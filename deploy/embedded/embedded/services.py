"""The six services, in the order in which they are started."""

from __future__ import annotations

import appointment.bootstrap
import billing.bootstrap
import customer.bootstrap
import device_gateway.bootstrap
import followup.bootstrap
import triage.bootstrap
from qiantai.service import Service


def all_services() -> list[Service]:
    """Return every service, wired."""
    return [
        device_gateway.bootstrap.service(),
        customer.bootstrap.service(),
        billing.bootstrap.service(),
        appointment.bootstrap.service(),
        triage.bootstrap.service(),
        followup.bootstrap.service(),
    ]


def declare_queues(broker: str) -> None:
    """Every queue is there before the first message, so that no subscriber misses one."""
    from qiantai.messaging.consumer import connect  # noqa: PLC0415 - the embedded run needs no broker client
    from qiantai.messaging.topology import ServiceTopology  # noqa: PLC0415

    with connect(broker) as connection:
        for service in all_services():
            ServiceTopology(service.name, service.subscriptions.bindings()).declare(connection)
