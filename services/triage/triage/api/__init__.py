"""The triage service's API."""
