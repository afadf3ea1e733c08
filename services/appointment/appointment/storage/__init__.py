"""Appointments on PostgreSQL."""
