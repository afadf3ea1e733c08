"""The customer service's API."""
