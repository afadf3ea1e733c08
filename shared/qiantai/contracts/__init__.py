"""Every event that the services tell each other, one frozen dataclass each, standard library only.

The literal type is the contract: `<publisher>.<aggregate>.<fact>.v<n>`. The modules are named
after the publishing service. `schemas/` holds the JSON Schema of each type as agreed.
"""

from qiantai.contracts import appointment, billing, customer, device_gateway, followup, rebuild, triage
from qiantai.contracts.event import CHAIN, Event, event_types

__all__ = [
    "CHAIN",
    "Event",
    "appointment",
    "billing",
    "customer",
    "device_gateway",
    "event_types",
    "followup",
    "rebuild",
    "triage",
]
