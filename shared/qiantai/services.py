"""The six services: their names, where their APIs live, their roles in the database."""

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
    """Return the name of a service's role and schema in the database."""
    return service.replace("-", "_")
