"""What short codes that people choose look like, and what no text holds: for URLs, bodies, files and envelopes."""

CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}"
"""Staff, projects, products, devices: letters, digits, dots, dashes and underscores, at most 60."""
BRANCH = r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}"
"""Branches: the same without dots, because a branch is one word of a routing key."""
CONTROL = "[\\x00-\\x08\\x0b-\\x1f\\x7f\\ud800-\\udfff]"
"""What PostgreSQL cannot keep or nobody can see; tab and newline are fine."""
