"""Scanners, flow board and staff sign-in."""
