"""The six services by name: the list that roles, schemas, settings, proxies and commands follow."""

from __future__ import annotations

API_PREFIXES = {
    "customer": "/api/customers",
    "appointment": "/api/appointments",
    "triage": "/api/triage",
    "followup": "/api/followups",
    "billing": "/api/billing",
    "device-gateway": "/api/gateway",
}
"""Every service's place on the one address; also the list of services."""


def role_of(service: str) -> str:
    """Return the name of a service's role, schema and Python package."""
    return service.replace("-", "_")


def setting_of(service: str) -> str:
    """Return the variable that holds the URL of a service's own role."""
    return f"QIANTAI_DATABASE_{role_of(service).upper()}"


def broker_setting_of(service: str) -> str:
    """Return the variable that holds the URL of a service's own user at the broker."""
    return f"QIANTAI_BROKER_{role_of(service).upper()}"
