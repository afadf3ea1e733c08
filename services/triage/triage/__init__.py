"""Visits, classification and the fair rotation."""
