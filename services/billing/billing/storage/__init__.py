"""The billing service on PostgreSQL."""
