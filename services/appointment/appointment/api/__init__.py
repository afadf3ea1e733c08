"""The appointment service's API."""
