"""Identifiers: UUIDv7 as text, so that ids sort by the time they were made."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """Return a new UUIDv7, 36 characters."""
    return str(uuid_utils.uuid7())
