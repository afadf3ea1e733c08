"""The follow-up service's API."""
