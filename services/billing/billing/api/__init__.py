"""The billing service's API."""
