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
