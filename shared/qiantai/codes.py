"""What the short codes that people choose look like: one place for URLs, bodies, files and envelopes."""

CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}"
"""Staff, projects, products, devices: letters, digits, dots, dashes and underscores, at most 60."""
BRANCH = r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}"
"""Branches: the same without dots, because a branch is one word of a routing key."""
