"""Appointments and their calendar."""
