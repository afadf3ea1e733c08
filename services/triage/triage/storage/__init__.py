"""Visits, the day's ledger and what is known of customers, on PostgreSQL."""
